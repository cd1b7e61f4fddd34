"""What planning is worth: the impact query as people write it, planned and as it is.

Each is evaluated in a process of its own and ended after a minute. ``python -m bench.planner
[RECORDS]``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import estate
from kg.app import KnowledgeGraph
from kg.app.queries import ad_hoc_text
from kg.connectors import native
from kg.sparql.planner import plan
from kg.store import EmbeddedStore

RECORDS = 20_000
LIMIT = 60.0

PHRASINGS = {
    "deployments behind a hot dataset": "{ ?x a mlg:Deployment ; mlg:directlyDependsOn+ $dataset }",
    "inverse, other order": "{ $dataset ^mlg:directlyDependsOn+ ?x . ?x a mlg:Deployment }",
    "EXISTS": "{ ?x a mlg:Deployment FILTER EXISTS { ?x mlg:directlyDependsOn+ $dataset } }",
    "NOT EXISTS": "{ ?x a mlg:Deployment "
    "FILTER NOT EXISTS { ?x mlg:directlyDependsOn+ $dataset } }",
    "one step, then all": "{ ?x mlg:deploys/mlg:directlyDependsOn+ $dataset }",
}


def _evaluate(folder: str, text: str) -> None:
    """Print the seconds that a query takes on the store in a folder, and its rows."""
    store = EmbeddedStore.read_only(Path(folder))
    started = time.perf_counter()
    rows = len(list(store.query(text)))  # type: ignore[arg-type]
    print(time.perf_counter() - started, rows)


def _measured(folder: Path, text: str) -> tuple[float, str] | None:
    """Seconds and rows, or ``None`` past the limit."""
    command = [sys.executable, "-m", "bench.planner", "--evaluate", str(folder), text]
    try:
        done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return None
    seconds, rows = done.stdout.split()
    return float(seconds), rows


def _row(name: str, text: str, folder: Path) -> tuple[str, ...]:
    plain, planned = _measured(folder, text), _measured(folder, plan(text).text)
    if planned is None:
        return name, "", "over 60 s", "over 60 s", ""
    seconds, rows = planned
    if plain is None:
        return name, rows, "over 60 s", f"{seconds:.3f} s", f"over {LIMIT / seconds:.0f} times"
    if plain[1] != rows:
        raise AssertionError(f"{name}: {plain[1]} rows as it is, {rows} planned")
    return name, rows, f"{plain[0]:.3f} s", f"{seconds:.3f} s", f"{plain[0] / seconds:.1f} times"


def main(records: int) -> None:
    """Load an estate, ask each phrasing twice, print a table."""
    table = Table("phrasing", "rows", "as it is", "planned", "faster")
    with tempfile.TemporaryDirectory() as name:
        file, checkpoint = Path(name) / "estate.jsonl", Path(name) / "checkpoint"
        estate.write(file, records)
        with KnowledgeGraph.create(Path(name) / "graph", "http://localhost:7077") as graph:
            graph.ingest(native.batches([file], names=graph.names))
            graph.store.checkpoint(checkpoint)  # type: ignore[attr-defined]
            for phrasing, where in PHRASINGS.items():
                values = {"dataset": "dataset:s3://lake/t1"}
                text = ad_hoc_text(graph, f"SELECT ?x {where}", values)
                table.add_row(*_row(phrasing, text, checkpoint))
    Console(width=110).print(table)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--evaluate"]:
        _evaluate(*sys.argv[2:4])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)
