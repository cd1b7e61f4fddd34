"""Reading while somebody writes: an answer is of one revision, never of two."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

from kg.app import KnowledgeGraph
from kg.errors import StorageError
from kg.lineage import Direction
from kg.model import Batch, Description
from kg.namespaces import PROV

LENGTH = 12


def _write(graph: KnowledgeGraph, round_: int) -> None:
    """A chain of things of this round, all of them hanging on the one thing that stays."""
    nodes = [graph.names.mint("dataset", "t", f"{round_}-{n}") for n in range(LENGTH)]
    start = graph.names.mint("dataset", "t", "start")
    onward = Description("curated", start).add(PROV.wasDerivedFrom, nodes[0])
    chain = [
        Description("curated", made).add(PROV.wasDerivedFrom, given)
        for made, given in itertools.pairwise(nodes)
    ]
    graph.ingest([Batch([d.record() for d in (onward, *chain)])], atomic=True)


def test_answers_given_during_commits_are_of_one_revision() -> None:
    """The things found are all of the round whose revision the answer names."""
    done = threading.Event()
    with KnowledgeGraph.in_memory() as graph:
        _write(graph, 1)
        start = graph.names.mint("dataset", "t", "start")

        def read() -> set[int]:
            seen: set[int] = set()
            while not (done.is_set() and seen):
                try:
                    answer = graph.lineage.lineage(start, Direction.UP)
                except StorageError:  # too many commits came in between: said, not passed over
                    continue
                keys = [node.iri.value.rpartition("/")[2] for node in answer.nodes]
                assert keys == [f"{answer.revision}-{n}" for n in range(LENGTH)]
                seen.add(answer.revision)
            return seen

        with ThreadPoolExecutor(3) as pool:
            readers = [pool.submit(read) for _ in range(3)]
            try:
                for round_ in range(2, 40):
                    _write(graph, round_)
            finally:
                done.set()
            seen = set().union(*(reader.result() for reader in readers))
    assert seen <= set(range(1, 40))
