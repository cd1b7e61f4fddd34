"""How fast a closure is walked: over the lineage index, against bare arrays and the engine.

The peers answer less. scipy's breadth-first search gives numbers of nodes and from which each was
reached, rustworkx's the numbers alone, on arrays or a graph that were made beforehand and know
dependencies alone; Oxigraph's property path gives nodes without distances. A walk of ours tells
versions from assets as well, on arrays made once a revision, and has distances when asked. Estates:
that of all measurements, with hot datasets and hubs, and chains of 1,000 steps that hang on one
dataset, with a fifteenth as many nodes as triples are asked for.
``python -m bench.lineage [--triples N] [--folder .bench] [--without chains]``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import rustworkx
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from bench import estate
from bench.arguments import Arguments, arguments
from bench.prepared import loaded, prepared
from bench.results import Row, record
from kg.app import KnowledgeGraph
from kg.index import IndexView
from kg.lineage import Direction
from kg.lineage.walk import Reach
from kg.namespaces import MLG
from kg.terms import NamedNode

HUB = "dataset:s3://lake/t0"
_ROUNDS = 7
_ENOUGH = 3.0
"""Seconds of work after which a case is not tried again."""

_CHAINED = 15
"""Triples of the estate for each node of the chains."""


def _with_distances(view: IndexView, hub: int) -> None:
    walk = view.walk(hub, "down")
    walk.nodes()
    walk.distances()


def _seconds(work: Callable[[], object]) -> float:
    """The least processor time of a few runs."""
    found: list[float] = []
    while len(found) < _ROUNDS and sum(found) < _ENOUGH:
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return min(found)


def _pairs(graph: KnowledgeGraph) -> tuple[dict[NamedNode, int], np.ndarray[Any, Any]]:
    """What depends on what as integers, the dependent second."""
    numbers: dict[NamedNode, int] = {}
    ends = [
        (numbers.setdefault(q.object, len(numbers)), numbers.setdefault(q.subject, len(numbers)))
        for q in graph.store.quads(None, MLG.directlyDependsOn, None, None)
    ]
    return numbers, np.array(ends)


def measure(graph: KnowledgeGraph, name: str) -> Iterator[Row]:
    """The rows of one graph."""
    hub = graph.resolve(HUB)
    numbers, pairs = _pairs(graph)
    size, start = len(numbers), numbers[hub]
    arrays = csr_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(size, size))
    network = rustworkx.PyDiGraph()
    network.add_nodes_from(range(size))
    network.add_edges_from_no_data([(int(a), int(b)) for a, b in pairs])
    view = graph.index.at()
    number = view.number(hub)
    assert number is not None
    path = f"SELECT DISTINCT ?x {{ ?x {MLG.directlyDependsOn}+ {hub} }}"
    cases: dict[str, Callable[[], object]] = {
        "scipy, bare arrays": lambda: breadth_first_order(arrays, start),
        "rustworkx, bare graph": lambda: rustworkx.descendants(network, start),
        "Oxigraph, property path": lambda: sum(1 for _ in graph.store.query(path)),
        "ours, closure": lambda: view.closure(hub, "down"),
        "ours, closure as terms": lambda: list(view.closure(hub, "down")),
        "ours, walk with versions": lambda: view.walk(number, "down"),
        "ours, walk and distances": lambda: _with_distances(view, number),
        "ours, walk as terms": lambda: Reach(view, hub, "down").distance,
        "ours, the whole answer": lambda: graph.lineage.lineage(hub, Direction.DOWN),
        "ours, the impact": lambda: graph.lineage.impact(hub),
    }
    nodes, bare = len(view.closure(hub, "down")), None
    for case, work in cases.items():
        seconds = _seconds(work)
        bare = bare or seconds
        yield {
            "estate": name,
            "nodes": nodes,
            "case": case,
            "work": seconds,
            "ratio": seconds / bare,
        }


def graphs(given: Arguments) -> Iterator[tuple[str, Path]]:
    """The data directories of a size, made where they are not there."""
    yield "hot datasets", prepared(given).graph
    if "chains" in given.without:
        return
    number = given.triples // _CHAINED

    def write(file: Path) -> None:
        estate.write_nodes(file, estate.chains(number))

    yield "long chains", loaded(given.folder / f"chains-{number}", write)


def main() -> None:
    """Walk down from the hub of each estate, and keep the result."""
    given = arguments(__doc__, parts=("chains",))
    rows = []
    for name, folder in graphs(given):
        with KnowledgeGraph.open(folder) as graph:
            rows += list(measure(graph, name))
    for row in rows:
        sys.stdout.write(f"{row}\n")
    record("lineage", given.triples, rows)


if __name__ == "__main__":
    main()
