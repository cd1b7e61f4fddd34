"""How soon a write is read by who asks for it: through HTTP, while others read and write.

The time from the answer to a write to the whole answer of a query that names its revision and
sees what was written. ``python -m bench.visibility [--triples N] [--folder .bench]``, on a copy of
the estate of bench.prepared; ``FOLDER/N/graph`` alone will do.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import httpx

from bench.arguments import arguments
from bench.prepared import graph_of, kg
from bench.results import Row, record
from bench.served import served

WRITES = 300
READERS = 2

_LOOK_UP = "SELECT ?p ?o { <http://localhost:7077/id/run/airflow/7> ?p ?o }"


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
    try:
        yield took
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _measure(url: str, secret: str) -> tuple[list[float], list[float]]:
    """Seconds that each write took, and that it took from then until it was read."""
    written, seen = [], []
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "text/turtle"}
    with httpx.Client(base_url=url, timeout=60) as client:
        for number in range(WRITES):
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


def _token(data: Path) -> str:
    command = kg(data, "token", "create", "bench", "--scope", "write")
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _row(what: str, seconds: Sequence[float]) -> Row:
    parts = quantiles((1000 * s for s in seconds), n=100, method="inclusive")
    return {"what": what, "p50 ms": parts[49], "p99 ms": parts[98], "most ms": 1000 * max(seconds)}


def main() -> None:
    """Serve, measure, keep the result."""
    given = arguments(__doc__)
    with served(graph_of(given)) as (url, _, data):
        secret = _token(data)
        with _reading(url) as looked_up:
            written, seen = _measure(url, secret)
    rows = [
        _row("a write", written),
        _row("from its answer to a read that sees it", seen),
        _row(f"look-ups of {READERS} others meanwhile", looked_up),
    ]
    for row in rows:
        sys.stdout.write(f"{row}\n")
    record("visibility", given.triples, rows)


if __name__ == "__main__":
    main()
