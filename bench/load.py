"""How fast records are taken: ``kg apply`` of native JSON Lines, against the bare engine.

The peer is Oxigraph's own loader given the same quads, entailments included, as N-Quads: no
journal, no diff, no checks. ``python -m bench.load [RECORDS]``.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import estate
from kg.app import KnowledgeGraph
from kg.lineage import Direction
from kg.store import EmbeddedStore

RECORDS = 100_000


def _kg(folder: Path, *arguments: object) -> float:
    """Seconds that a command of ours takes, as a process of its own."""
    command = [sys.executable, "-c", "from kg.cli import main; main()", "--data", str(folder)]
    started = time.perf_counter()
    subprocess.run([*command, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _bare(graph: KnowledgeGraph, folder: Path) -> float:
    """Seconds that the bare engine takes for the same quads."""
    quads = list(graph.store.quads(None, None, None, None))
    started = time.perf_counter()
    store = EmbeddedStore.open(folder)
    store.extend(quads)
    store.close()
    return time.perf_counter() - started


def main(records: int) -> None:
    """Load, load again, ask, and print a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, data = folder / "estate.jsonl", folder / "graph"
        estate.write(file, records)
        _kg(data, "init")
        first = _kg(data, "apply", file)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        again = _kg(data, "apply", file)
        with KnowledgeGraph.open(data) as graph:
            quads = len(graph.store)
            started = time.perf_counter()
            answer = graph.lineage.lineage(graph.resolve("dataset:s3://lake/t0"), Direction.DOWN)
            walk = time.perf_counter() - started
            bare = _bare(graph, folder / "bare")
    table = Table("what", "seconds", "per second", "against the bare engine")
    table.add_row(f"apply {records} records, {quads} quads", f"{first:.1f}",
                  f"{records / first:.0f} records", f"{first / bare:.1f} times")  # fmt: skip
    table.add_row("apply the same again: no change", f"{again:.1f}",
                  f"{records / again:.0f} records", f"{again / bare:.1f} times")  # fmt: skip
    table.add_row("bare engine, the same quads", f"{bare:.1f}", f"{quads / bare:.0f} quads", "1")
    table.add_row(f"lineage down to {len(answer.nodes)} nodes", f"{walk:.2f}",
                  f"{len(answer.nodes) / walk:.0f} nodes", "")  # fmt: skip
    Console(width=110).print(table)
    Console().print(f"peak memory of the loading process: {peak:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)
