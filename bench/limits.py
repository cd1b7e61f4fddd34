"""How soon limits act, and what others notice: a server of an estate, asked what it should not be.

``python -m bench.limits [RECORDS]``. Overshoot is from the limit to the end that the client sees.
"""

from __future__ import annotations

import select
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from bench import estate
from kg.sparql.caps import Caps, capped
from kg.sparql.results import format_named
from kg.sparql.streaming import CHUNK

RECORDS = 4_000
_SECONDS = 2.0
_TIMES = 3
_CROSS = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
_ENDLESS = f"SELECT (COUNT(*) AS ?n) {_CROSS}"
_LONG = f"SELECT * {_CROSS}"
_SORT = f"SELECT * {_CROSS} ORDER BY ?a ?d ?g ?j"
_PLAIN = "ASK { ?s ?p ?o }"


def _ask(url: str, query: str, address: str = "127.0.0.1") -> tuple[int, bool]:
    """Status, and whether the answer came whole."""
    transport = httpx.HTTPTransport(local_address=address, verify=False)  # no TLS here
    with httpx.Client(transport=transport, timeout=60) as client:
        try:
            with client.stream("GET", url, params={"query": query}) as response:
                for _ in response.iter_raw():
                    pass
        except httpx.TransportError:
            return 200, False
        return response.status_code, True


def _stalled(url: str) -> None:
    """Ask for a long answer over HTTP/1.0, read none of it, and wait until it is broken off."""
    at = httpx.URL(url, params={"query": _LONG})
    with socket.create_connection((at.host, at.port or 80)) as connection:
        connection.sendall(b"GET " + at.raw_path + b" HTTP/1.0\r\n\r\n")
        poll = select.poll()
        poll.register(connection, select.POLLERR | select.POLLHUP)
        poll.poll(60_000)


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _look_ups(url: str, address: str, enough: Callable[[int], bool]) -> list[float]:
    """Seconds of plain queries, one after the other, until there are enough."""
    times: list[float] = []
    while not enough(len(times)):
        times.append(_timed(lambda: _ask(url, _PLAIN, address)))
    return times


def _beside_hogs(url: str) -> list[float]:
    """Seconds of plain queries of one caller while another sends twenty endless ones."""
    hogs = [threading.Thread(target=_ask, args=(url, _ENDLESS)) for _ in range(20)]
    for hog in hogs:
        hog.start()
    return _look_ups(url, "127.0.0.2", lambda _: not any(hog.is_alive() for hog in hogs))


def _row(name: str, seconds: list[float], note: str = "") -> tuple[str, str, str, str]:
    middle, most = statistics.median(seconds), max(seconds)
    return name, f"{middle * 1000:.0f} ms", f"{most * 1000:.0f} ms", note


def _serve(url: str, pid: int) -> None:
    table = Table("what", "median", "worst", "")
    over = [_timed(lambda: _ask(url, _ENDLESS)) - _SECONDS for _ in range(_TIMES)]
    table.add_row(*_row("503 after the time limit", over, f"limit {_SECONDS:g} s"))
    over = [_timed(lambda: _ask(url, _LONG)) - _SECONDS for _ in range(_TIMES)]
    table.add_row(*_row("transfer broken after the limit", over, "client reads"))
    over = [_timed(lambda: _stalled(url)) - _SECONDS for _ in range(_TIMES)]
    table.add_row(*_row("transfer broken after the limit", over, "client does not read"))
    table.add_row(*_row("503 for want of memory, in all", [_timed(lambda: _ask(url, _SORT))]))
    after = []
    for _ in range(_TIMES):
        _ask(url, _ENDLESS)
        after.append(_timed(lambda: _ask(url, _PLAIN)))
    table.add_row(*_row("plain query right after", after))
    table.add_row(*_row("plain query, nothing else", _look_ups(url, "127.0.0.1", lambda n: n > 29)))
    beside = _beside_hogs(url)
    table.add_row(*_row("plain query beside 20 hogs", beside, f"{len(beside)} of another caller"))
    Console(width=110).print(table)
    status = Path(f"/proc/{pid}/status").read_text()
    Console().print("peak memory of the gateway:", status.partition("VmHWM:")[2].split("\n")[0])


def _counting(body: bytes, format_name: str) -> float:
    """Megabytes of an answer whose rows are counted in a second."""
    put = capped(lambda _: None, Caps(rows=1 << 60), format_name)
    chunks = [body[start : start + CHUNK] for start in range(0, len(body), CHUNK)]
    return len(body) / 1e6 / _timed(lambda: [put(chunk) for chunk in chunks])


def _rows(url: str) -> None:
    table = Table("format", "answer", "served", "rows counted")
    for name in ("json", "xml", "csv", "tsv"):
        accept = {"Accept": format_named(name, "SELECT").media_type, "Accept-Encoding": "identity"}
        params = {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"}
        started = time.perf_counter()
        answer = httpx.get(url, params=params, headers=accept, timeout=60, verify=False)
        body = answer.raise_for_status().content
        served = len(body) / 1e6 / (time.perf_counter() - started)
        counted = _counting(body, name)
        table.add_row(
            name, f"{len(body) / 1e6:.0f} MB", f"{served:.0f} MB/s", f"{counted:.0f} MB/s"
        )
    Console(width=110).print(table)


def main(records: int) -> None:
    """Load an estate, serve it, and print the tables."""
    kg = [sys.executable, "-c", "from kg.cli import main; main()"]
    with tempfile.TemporaryDirectory() as name:
        file, data = Path(name, "estate.jsonl"), Path(name, "graph")
        estate.write(file, records)
        for arguments in (["init"], ["apply", str(file)]):
            command = [*kg, "--data", str(data), *arguments]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        limits = ["--query-timeout", str(_SECONDS), "--query-memory", "1024", "--port", "0"]
        command = [*kg, "--data", str(data), "serve", *limits]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            url = server.stdout.readline().split()[-1] + "sparql"
            try:
                _ask(url, _PLAIN)
                _serve(url, server.pid)
                _rows(url)
            finally:
                server.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)
