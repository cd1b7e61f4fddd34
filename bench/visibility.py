"""How soon a write is read by who asks for it: through HTTP, while others read and write.

The time from the answer to a write to the whole answer of a query that names its revision and
sees what was written. ``python -m bench.visibility [RECORDS] [WRITES]``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import httpx
from rich.console import Console
from rich.table import Table

from bench import estate
from kg.app import KnowledgeGraph

RECORDS = 20_000
WRITES = 300
READERS = 2

_KG = (sys.executable, "-c", "from kg.cli import main; main()", "--data")
_LOOK_UP = "SELECT ?p ?o { <http://localhost:7077/id/run/airflow/7> ?p ?o }"


def _run(data: Path, *arguments: object) -> str:
    command = [*_KG, str(data), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def _served(data: Path) -> Iterator[str]:
    """A server of the graph; its URL."""
    command = [sys.executable, "-u", *_KG[1:], str(data), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().removeprefix("serving at ").strip()
        finally:
            process.terminate()


@contextmanager
def _reading(url: str) -> Iterator[list[float]]:
    """Others that look things up meanwhile; the seconds that each answer took."""
    ended, took = threading.Event(), list[float]()

    def read() -> None:
        with httpx.Client(base_url=url) as client:
            while not ended.is_set():
                started = time.perf_counter()
                client.get("sparql", params={"query": _LOOK_UP}).raise_for_status()
                took.append(time.perf_counter() - started)

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    yield took
    ended.set()
    for thread in threads:
        thread.join()


def _measure(url: str, secret: str, writes: int) -> tuple[list[float], list[float]]:
    """Seconds that each write took, and that it took from then until it was read."""
    written, seen = [], []
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "text/turtle"}
    with httpx.Client(base_url=url) as client:
        for number in range(writes):
            graph = {"graph": f"urn:bench:{number % 10}"}
            started = time.perf_counter()
            body = f"<urn:bench:n> <urn:bench:p> {number} ."
            put = client.put("rdf-graph-store", params=graph, content=body, headers=headers)
            answered = time.perf_counter()
            revision = {"X-KG-Revision": put.raise_for_status().headers["X-KG-Revision"]}
            query = {"query": f"ASK {{ <urn:bench:n> <urn:bench:p> {number} }}"}
            answer = client.get("sparql", params=query, headers=revision).raise_for_status()
            assert answer.json()["boolean"]
            seen.append(time.perf_counter() - answered)
            written.append(answered - started)
    return written, seen


def main(records: int, writes: int) -> None:
    """Load, serve, measure, and print a table of milliseconds."""
    with tempfile.TemporaryDirectory() as name:
        file, data = Path(name) / "estate.jsonl", Path(name) / "graph"
        estate.write(file, records)
        _run(data, "init")
        _run(data, "apply", file)
        with KnowledgeGraph.open(data) as graph:
            quads = len(graph.store)
        secret = _run(data, "token", "create", "bench", "--scope", "write")
        with _served(data) as url, _reading(url) as looked_up:
            written, seen = _measure(url, secret, writes)
    table = Table(f"{quads} quads, milliseconds", "p50", "p99", "most")
    for what, seconds in (
        ("a write", written),
        ("from its answer to a read that sees it", seen),
        (f"look-ups of {READERS} others meanwhile", looked_up),
    ):
        parts = quantiles(seconds, n=100, method="inclusive")
        table.add_row(what, *(f"{s * 1000:.1f}" for s in (parts[49], parts[98], max(seconds))))
    Console(width=100).print(table)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*given, *(RECORDS, WRITES)[len(given) :])
