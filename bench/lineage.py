"""How fast a large closure is walked: ours over the store, against bare arrays and the engine.

The peers answer less: scipy's breadth-first search gives numbers of nodes, on integer arrays
that were made beforehand; Oxigraph's property path gives nodes without distances, edges or
asserting graphs. ``python -m bench.lineage [RECORDS]``.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from bench import estate
from kg.app import KnowledgeGraph
from kg.connectors import native
from kg.lineage import Direction
from kg.lineage.edges import EdgeReader
from kg.lineage.walk import Walker
from kg.namespaces import MLG
from kg.terms import NamedNode

RECORDS = 100_000
HUB = "dataset:s3://lake/t0"
_ROUNDS = 3


def _seconds(work: Callable[[], object]) -> float:
    """The least of a few runs."""
    found = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return min(found)


def _arrays(graph: KnowledgeGraph) -> tuple[dict[NamedNode, int], csr_array]:
    """The dependents of each node as integers, in compressed rows."""
    numbers: dict[NamedNode, int] = {}
    ends = [
        (numbers.setdefault(q.object, len(numbers)), numbers.setdefault(q.subject, len(numbers)))
        for q in graph.store.quads(None, MLG.directlyDependsOn, None, None)
    ]
    rows, columns = np.array(ends).T
    ones = np.ones(len(ends), dtype=np.int8)
    return numbers, csr_array((ones, (rows, columns)), shape=(len(numbers), len(numbers)))


def measure(graph: KnowledgeGraph) -> Table:
    """The table of one graph."""
    hub = graph.resolve(HUB)
    numbers, arrays = _arrays(graph)
    reader = EdgeReader(graph.store, graph.ontology)
    path = f"SELECT ?x {{ ?x {MLG.directlyDependsOn}+ {hub} }}"
    walk = Walker(reader, "down", with_edges=False).walk(hub)
    cases: dict[str, Callable[[], object]] = {
        "scipy, bare arrays": lambda: breadth_first_order(arrays, numbers[hub]),
        "Oxigraph, property path": lambda: sum(1 for _ in graph.store.query(path)),
        "ours, nodes and distances": lambda: Walker(reader, "down", with_edges=False).walk(hub),
        "ours, with relations and graphs": lambda: Walker(reader, "down").walk(hub),
        "ours, the whole answer": lambda: graph.lineage.lineage(hub, Direction.DOWN),
        "ours, the impact": lambda: graph.lineage.impact(hub),
    }
    times = {name: _seconds(work) for name, work in cases.items()}
    engine = times["Oxigraph, property path"]
    table = Table(f"closure of {len(walk.distance)} nodes", "seconds", "against the property path")
    for name, seconds in times.items():
        table.add_row(name, f"{seconds:.4f}", f"{seconds / engine:.2f} times")
    return table


def main(records: int) -> None:
    """Load an estate, walk down from a hub, print a table."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "estate.jsonl"
        estate.write(file, records)
        with KnowledgeGraph.in_memory() as graph:
            graph.ingest(native.batches([file], names=graph.names), merge=True)
            Console(width=110).print(measure(graph))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)
