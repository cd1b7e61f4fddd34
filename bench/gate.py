"""How long the gate takes to answer in a running server, over HTTP, dry runs alone.

``python -m bench.gate [--triples N] [--folder .bench]``: promotions of versions that are not in
use, removals of features, changes of an owner; each differs from the one before. A server of a
copy of the estate, warmed up by a few questions of each kind. Work is its processor time. What is
asked first is told apart: of a server that has had the time to prepare itself, and after a commit,
for which a dataset gets a keyword, by ``kg apply``, before each question. The estate is that of
bench.prepared; ``FOLDER/N/graph`` alone will do.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from bench.arguments import Arguments, arguments
from bench.estate import MODELS, TEAMS
from bench.prepared import graph_of, kg
from bench.results import Row, record
from bench.served import served, work

SETTLED = 30.0
"""Seconds after its start in which a server prepares the gate."""
QUESTIONS = 100
WARM = 10
FIRST = 10
SMALLEST = 75
"""Features that an estate of 30,000 triples has, which are asked about by turns."""
AS_OF = "2026-11-01T00:00:00Z"

Body = dict[str, Any]


def promotion(number: int) -> Body:
    """Of a version whose deployment has ended: one that is not in use."""
    step = 3 * number + 1
    asset = f"model-version:mlflow/m{step % MODELS}/{step}"
    return {"asset": asset, "purpose": "production"}


def removal(number: int) -> Body:
    """Of a feature that a version uses, which may be in use."""
    return {"asset": f"feature:feast/f{5 * (number % SMALLEST)}", "purpose": "removal"}


def change(number: int) -> Body:
    """Of the owner of a dataset that few runs read and that is in no chain of derivations."""
    step = 10 * (number % SMALLEST // 2) + 22
    node = {
        "id": f"dataset:s3://lake/t{step}",
        "type": "Dataset",
        "title": f"Table {step}",
        "owner": f"team:org/t{step % TEAMS}",
    }
    return {"change": [node]}


REMOVAL = "removal of a feature"
KINDS: dict[str, Callable[[int], Body]] = {
    "promotion of a version": promotion,
    REMOVAL: removal,
    "change of one dataset": change,
}


def measure(
    client: httpx.Client,
    pid: int,
    kind: Callable[[int], Body],
    numbers: range,
    first: Callable[[int], None] | None = None,
) -> Row:
    """Milliseconds at the median and at the 99th percentile, and processor time a question.

    ``first`` is done before each question, and not measured.
    """
    times, worked, refused = [], 0.0, 0
    for number in numbers:
        if first is not None:
            first(number)
        body = {**kind(number), "asOf": AS_OF, "dryRun": True}
        before, started = work(pid), time.perf_counter()
        answer = client.post("/api/gate", json=body)
        times.append(1000 * (time.perf_counter() - started))
        worked += work(pid) - before
        if answer.status_code != 200:
            raise SystemExit(f"{body}: {answer.text}")
        refused += not answer.json()["allowed"]
    p99 = quantiles(times, n=100)[98] if len(times) >= QUESTIONS else max(times)
    told = {"p50 ms": median(times), "p99 ms": p99, "work ms": 1000 * worked / len(numbers)}
    return {**told, "refused": refused, "of": len(numbers)}


def _commit(data: Path, number: int) -> None:
    """Say something of a dataset that is in no chain of derivations, through the server."""
    step = 10 * number + 24
    node = {"id": f"dataset:s3://lake/t{step}", "type": "Dataset", "keywords": [f"asked {number}"]}
    file = data.parent / "one.json"
    file.write_text(json.dumps([node]), encoding="utf-8")
    subprocess.run(kg(data, "apply", file), check=True, stdout=subprocess.DEVNULL)


def main(given: Arguments) -> None:
    """Measure each kind, keep what was measured, print a table."""
    table = Table("question", "p50, ms", "p99, ms", "work, ms", "refused", "of")
    rows: list[Row] = []
    with (
        served(graph_of(given)) as (url, pid, data),
        httpx.Client(base_url=url, timeout=600) as web,
    ):
        time.sleep(SETTLED)
        asked = measure(web, pid, promotion, range(WARM + QUESTIONS, WARM + QUESTIONS + 1))
        rows.append({"question": "the first of a server: promotion of a version", **asked})
        for name, kind in KINDS.items():
            measure(web, pid, kind, range(WARM))
            asked = measure(web, pid, kind, range(WARM, WARM + QUESTIONS))
            rows.append({"question": name, **asked})
        numbers = range(WARM + QUESTIONS, WARM + QUESTIONS + FIRST)
        asked = measure(web, pid, removal, numbers, partial(_commit, data))
        rows.append({"question": f"first after a commit: {REMOVAL}", **asked})
    for row in rows:
        table.add_row(*(f"{v:.1f}" if isinstance(v, float) else str(v) for v in row.values()))
    record("gate", given.triples, rows)
    Console(width=100).print(table)


if __name__ == "__main__":
    sys.exit(main(arguments(__doc__)))
