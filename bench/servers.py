"""The servers that are measured over HTTP, and what a client sees of them.

``python -m bench.servers [--triples N] [--without SERVER]``. Look-ups: ``wrk``, with 1 and 8
connections, asks for the title and owner of one dataset after the other. Large results: ``curl``
asks for 800,000 statements as CSV, some 100 MB, for which it waits, and ``kg serve`` lets it, ten
minutes. Servers take turns; the best of three rounds counts. They hold the same statements.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

from bench.arguments import arguments
from bench.peers.commands import Command, kg_serve, oxigraph_serve, rdflib_endpoint
from bench.peers.server import Server, forget_peak, memory, work
from bench.prepared import Prepared, prepared
from bench.results import Row, record

_ROUNDS: Final = 3
_SECONDS: Final = 5
_PATIENCE: Final = 600
_SCRIPT: Final = Path(__file__).with_name("lookup.lua")
_LARGE: Final = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 800000"


SERVERS: Final[Mapping[str, tuple[Callable[[Prepared], Command], str]]] = {
    "kg serve": (kg_serve, "/sparql"),
    "oxigraph serve": (oxigraph_serve, "/query"),
    "rdflib-endpoint": (rdflib_endpoint, "/"),
}
"""How each is started, and the path of its endpoint."""


def lookups(server: Server, clients: int) -> Row:
    """Requests a second, the 99th percentile of the time that one takes, processor time of one."""
    words = ["-t1", f"-c{clients}", f"-d{_SECONDS}s", "--latency", "--timeout", "30s"]
    command = ["wrk", *words, "-s", str(_SCRIPT), server.url]
    busy = work(server.processes())
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    busy = work(server.processes()) - busy
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: .*", output)
    if wrong:
        raise RuntimeError(f"{server.url}: {wrong[0]}")
    return {
        "requests a second": float(_found(r"Requests/sec:\s+([\d.]+)", output)),
        "p99 ms": _milliseconds(_found(r"\n\s+99%\s+(\S+)", output)),
        "work ms": 1000 * busy / int(_found(r"(\d+) requests in", output)),
    }


def _found(pattern: str, output: str) -> str:
    found = re.search(pattern, output)
    if found is None:
        raise RuntimeError(f"wrk does not tell {pattern}: {output}")
    return found[1]


def _milliseconds(told: str) -> float:
    factors = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}
    number, unit = re.split(r"(?<=\d)(?=[a-z])", told)
    return float(number) * factors[unit]


def large(server: Server) -> Row:
    """How a large result comes, and what it costs the server's processes in memory."""
    before = {process: memory(process, "VmRSS") for process in server.processes()}
    for process in before:
        forget_peak(process)
    told = ["-o", "/dev/null", "-w", "%{http_code} %{size_download} %{time_total} %{exitcode}"]
    asked = ["-H", "Accept: text/csv", "--data-urlencode", f"query={_LARGE}", server.url]
    command = ["curl", "-s", "-m", str(_PATIENCE), *told, *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    status, size, seconds, code = done.stdout.split()
    if (status, code) != ("200", "0"):
        return {"MB a second": None, "why": f"status {status}, curl ended with {code}"}
    gained = [memory(process, "VmHWM") - before[process] for process in before]
    return {
        "MB": int(size) / 1e6,
        "MB a second": int(size) / 1e6 / float(seconds),
        "gateway MB more": gained[0],
        "other processes MB more": max(gained[1:], default=None),
    }


def _best(rounds: list[Row], key: str) -> Row:
    return max(rounds, key=lambda row: float(row[key] or 0))


def measure(servers: Mapping[str, Server]) -> list[Row]:
    """All rows, a server and a kind of request each."""
    cases: Mapping[str, tuple[str, Callable[[Server], Row]]] = {
        "look-ups, 1 client": ("requests a second", lambda server: lookups(server, 1)),
        "look-ups, 8 clients": ("requests a second", lambda server: lookups(server, 8)),
        "large result": ("MB a second", large),
    }
    rows: list[Row] = [
        {"case": "starting", "server": name, "seconds": server.loading}
        for name, server in servers.items()
    ]
    for case, (key, ask) in cases.items():
        found: dict[str, list[Row]] = {name: [] for name in servers}
        for _ in range(_ROUNDS):
            for name, server in servers.items():
                found[name].append(ask(server))
        for name, rounds in found.items():
            rows.append({"case": case, "server": name, **_best(rounds, key)})
            print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Start the servers that are not left out, measure them, and keep the result."""
    given = arguments(__doc__, peers=True)
    data = prepared(given)
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(closing(Server(command(data), path)))
            for name, (command, path) in SERVERS.items()
            if name not in given.without
        }
        record("servers", given.triples, measure(servers))


if __name__ == "__main__":
    main()
