"""What keeping the facts costs: commits that make labels flow or end, and making all anew.

``python -m bench.propagation [--triples N] [--folder .bench]``. A second source says of a dataset
that it has a category of personal data, and then says it no more: of those that a tenth of all
runs read (hot), and of as many that nothing is made of (leaf). ``seconds`` and ``work`` (processor
time) are those of the whole commit at the median, ``changed`` the triples of the derived graph that
came or went, at most. A title flows nowhere: it is what a commit costs without. In the end the
derived graph is compared with one made anew.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median

from bench import estate
from bench.arguments import Arguments, arguments
from bench.prepared import loaded
from bench.results import Row, record
from kg.app import KnowledgeGraph
from kg.commit import Change
from kg.model import Record
from kg.namespaces import DCAT, DCT, DPV, MLG, RDF, expand
from kg.propagation import derived_triples, refresh
from kg.propagation.kinds import FLOWS
from kg.store import DERIVED_GRAPH
from kg.terms import Literal, NamedNode, Triple

SOURCE = "bench"
"""The source of what is said for a while; no connector has it."""

SAID: dict[str, Callable[[NamedNode], Triple]] = {
    "a title": lambda node: Triple(node, DCT.title, Literal("Another title")),
    "a category": lambda node: Triple(node, DPV.hasPersonalData, expand("pd:Age")),
    "a special category": lambda node: Triple(node, DPV.hasPersonalData, expand("pd:Health")),
}


def prepared(given: Arguments) -> Path:
    """The data directory of a size, made where it is not there."""

    def write(file: Path) -> None:
        estate.write(file, estate.records(given.triples))

    return loaded(given.folder / f"propagation-{given.triples}", write)


def hot(graph: KnowledgeGraph) -> list[NamedNode]:
    """The datasets that very many runs read."""
    return [graph.names.parse(f"dataset:s3://lake/t{number}") for number in range(estate.HOT)]


def leaves(graph: KnowledgeGraph) -> list[NamedNode]:
    """As many datasets that nothing is made of."""
    found = {quad.subject for quad in graph.store.quads(None, RDF.type, DCAT.Dataset, None)}
    named = sorted((node for node in found if isinstance(node, NamedNode)), key=str)
    return list(islice((node for node in named if not _is_source(graph, node)), estate.HOT))


def _is_source(graph: KnowledgeGraph, node: NamedNode) -> bool:
    steps = (graph.store.quads(None, flow, node, DERIVED_GRAPH) for flow in FLOWS)
    return any(next(found, None) is not None for found in steps)


class Timed:
    """Commits of one kind: how long they took, and what they changed of what is derived."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph
        self._seconds: list[float] = []
        self._work: list[float] = []
        self._changed: list[int] = []

    def commit(self, change: Change) -> None:
        """Commit it, and note what it costs."""
        self._graph.drain()
        started, worked = time.perf_counter(), time.process_time()
        self._graph.writer.commit(change, agent=SOURCE)
        self._work.append(time.process_time() - worked)
        self._seconds.append(time.perf_counter() - started)
        changed = self._graph.drain()
        assert changed is not None
        self._changed.append(len(changed))

    def row(self, what: str) -> Row:
        """The median, the worst, and how much changed at most."""
        return {
            "what": what,
            "seconds": median(self._seconds),
            "work": median(self._work),
            "worst": max(self._seconds),
            "changed": max(self._changed),
        }


def measure(graph: KnowledgeGraph) -> Iterator[Row]:
    """What commits cost, what making all anew does, and how much there is."""
    _warm_up(graph)
    for where, nodes in (("a hot dataset", hot(graph)), ("a leaf", leaves(graph))):
        for what, said in SAID.items():
            added, removed = Timed(graph), Timed(graph)
            for node in nodes:
                added.commit(Change([Record(SOURCE, node, frozenset({said(node)}))]))
                removed.commit(Change(withdrawn=[(SOURCE, node)]))
            yield added.row(f"{what} on {where}, added")
            yield removed.row(f"{what} on {where}, removed")
    kept = _derived(graph)
    started, worked = time.perf_counter(), time.process_time()
    refresh(graph.store)
    yield {
        "what": "all made anew",
        "seconds": time.perf_counter() - started,
        "work": time.process_time() - worked,
        "changed": len(kept ^ set(derived_triples(graph.store))),
    }
    predicates = Counter(triple.predicate for triple in kept)
    yield {
        "what": "size",
        "quads": len(graph.store),
        "derived": len(kept),
        "steps": sum(predicates[flow] for flow in FLOWS),
        "facts": predicates[MLG.carriedLabel],
    }


def _warm_up(graph: KnowledgeGraph) -> None:
    """The first commit of a process reads shapes and index."""
    node, timed = hot(graph)[0], Timed(graph)
    timed.commit(Change([Record(SOURCE, node, frozenset({SAID["a title"](node)}))]))
    timed.commit(Change(withdrawn=[(SOURCE, node)]))


def _derived(graph: KnowledgeGraph) -> set[Triple]:
    return {quad.triple for quad in graph.store.quads(None, None, None, DERIVED_GRAPH)}


def main() -> None:
    """Measure at one size, and keep the result."""
    given = arguments(__doc__)
    with KnowledgeGraph.open(prepared(given)) as graph:
        rows = list(measure(graph))
    for row in rows:
        sys.stdout.write(f"{row}\n")
    record("propagation", given.triples, rows)


if __name__ == "__main__":
    main()
