"""How fast a closure is walked: over the lineage index, against bare arrays and the engine.

The peers answer less. scipy's breadth-first search gives numbers of nodes and from which each was
reached, rustworkx's the numbers alone, on arrays or a graph that were made beforehand and know
dependencies alone; Oxigraph's property path gives nodes without distances. A walk of ours tells
versions from assets as well, on arrays made once a revision, and has distances when asked. Estates:
one with hot datasets and hubs, and chains of 1,000 steps that hang on one dataset. ``python -m
bench.lineage [NODES]``.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import rustworkx
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from bench import estate
from kg.app import KnowledgeGraph
from kg.connectors import native
from kg.index import IndexView
from kg.lineage import Direction
from kg.lineage.walk import Reach
from kg.namespaces import MLG
from kg.terms import NamedNode

RECORDS = 100_000
HUB = "dataset:s3://lake/t0"
_ROUNDS = 7


def _with_distances(view: IndexView, hub: int) -> None:
    walk = view.walk(hub, "down")
    walk.nodes()
    walk.distances()


def _seconds(work: Callable[[], object]) -> float:
    """The least processor time of a few runs."""
    found = []
    for _ in range(_ROUNDS):
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


def measure(graph: KnowledgeGraph, name: str) -> Table:
    """The table of one graph."""
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
    times = {case: _seconds(work) for case, work in cases.items()}
    table = Table(f"{name}: {len(view.closure(hub, 'down'))} nodes", "seconds", "scipy = 1")
    for case, seconds in times.items():
        table.add_row(case, f"{seconds:.4f}", f"{seconds / times['scipy, bare arrays']:.1f}")
    return table


def main(records: int) -> None:
    """Load each estate, walk down from its hub, print a table."""
    estates: dict[str, Iterable[dict[str, Any]]] = {
        "hot datasets": estate.nodes(records),
        "long chains": estate.chains(records),
    }
    for name, nodes in estates.items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "estate.jsonl"
            estate.write_nodes(file, nodes)
            with KnowledgeGraph.in_memory() as graph:
                graph.ingest(native.batches([file], names=graph.names), merge=True)
                Console(width=110).print(measure(graph, name))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)
