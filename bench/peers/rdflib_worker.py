"""rdflib over a graph in memory, as a worker of ``bench.peers.worker``: ``rdflib_worker FILE``.

Each query is evaluated in a fork, which is ended at the limit; the loaded graph stays.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import rdflib

rdflib.NORMALIZE_LITERALS = False


def _evaluate(graph: rdflib.Graph, text: str, output: Path, sender: Connection) -> None:
    """Send the line that answers a request."""
    started, busy = time.perf_counter(), time.process_time()
    try:
        result = graph.query(text).serialize(format="csv")
    except (Exception, RecursionError) as error:
        sender.send(f"failed\t{type(error).__name__}")
        return
    seconds, work = time.perf_counter() - started, time.process_time() - busy
    output.write_bytes(result or b"")
    sender.send(f"ok\t{seconds}\t{work}")


def _answer(graph: rdflib.Graph, query: str, output: str, limit: str) -> str:
    receiver, sender = multiprocessing.Pipe(duplex=False)
    arguments = (graph, Path(query).read_text(encoding="utf-8"), Path(output), sender)
    process = multiprocessing.get_context("fork").Process(target=_evaluate, args=arguments)
    process.start()
    sender.close()
    try:
        return str(receiver.recv()) if receiver.poll(float(limit)) else "over"
    except EOFError:
        return "failed\tended by the system"
    finally:
        process.kill()
        process.join()


def main(file: str) -> None:
    """Load, say so, and answer requests to the end of standard input."""
    started = time.perf_counter()
    graph = rdflib.Graph().parse(file, format="nt")
    gc.collect()
    gc.freeze()
    print(f"ok\t{time.perf_counter() - started}\t{time.process_time()}", flush=True)
    for line in sys.stdin:
        print(_answer(graph, *line.rstrip("\n").split("\t")), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
