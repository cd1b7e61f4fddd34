"""Ours as ``kg query`` evaluates, or bare pyoxigraph, as a worker of ``bench.peers.worker``.

``embedded_worker planned DATA`` opens a data directory, ``embedded_worker bare STORE`` the copy
of its store, which the same engine evaluates without guard, planner and index.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kg.app import KnowledgeGraph
from kg.app.queries import write
from kg.errors import KGError
from kg.store import EmbeddedStore
from kg.store.results import write_result

Evaluation = Callable[[str, IO[bytes]], None]


@contextmanager
def _planned(folder: Path) -> Iterator[Evaluation]:
    with KnowledgeGraph.open(folder) as graph:
        yield lambda text, output: write(graph, text, "csv", output)


@contextmanager
def _bare(folder: Path) -> Iterator[Evaluation]:
    store = EmbeddedStore.read_only(folder)
    yield lambda text, output: write_result(store.query(text), "csv", output)


def _answer(evaluate: Evaluation, query: str, output: str) -> str:
    text, buffer = Path(query).read_text(encoding="utf-8"), io.BytesIO()
    started, busy = time.perf_counter(), time.process_time()
    try:
        evaluate(text, buffer)
    except KGError as error:
        return f"failed\t{type(error).__name__}"
    seconds, work = time.perf_counter() - started, time.process_time() - busy
    Path(output).write_bytes(buffer.getvalue())
    return f"ok\t{seconds}\t{work}"


def main(way: str, folder: str) -> None:
    """Open, say so, and answer requests to the end of standard input."""
    started = time.perf_counter()
    with {"planned": _planned, "bare": _bare}[way](Path(folder)) as evaluate:
        print(f"ok\t{time.perf_counter() - started}\t{time.process_time()}", flush=True)
        for line in sys.stdin:
            query, output, _ = line.rstrip("\n").split("\t")
            print(_answer(evaluate, query, output), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
