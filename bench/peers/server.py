"""A SPARQL server in a process of its own, and the peer that asks it over HTTP."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from pathlib import Path

import httpx

from bench.peers.answers import LIMIT, OVER, Answer, Failure, rows
from bench.peers.commands import Command

_PATIENCE = 1800.0


class Server:
    """A process that answers at a path of a port of its own once it is up."""

    def __init__(self, command: Command, path: str) -> None:
        """Start it and wait until it answers a query; ``loading`` says how long that took."""
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}{path}"
        started = time.perf_counter()
        self._process = subprocess.Popen(
            command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while not self._answers():
            if self._process.poll() is not None or time.perf_counter() - started > _PATIENCE:
                raise RuntimeError(f"{command(port)} does not serve")
            time.sleep(0.1)
        self.loading = time.perf_counter() - started

    def _answers(self) -> bool:
        try:
            given = httpx.post(self.url, data={"query": "ASK {}"}, timeout=_PATIENCE)
        except httpx.TransportError:
            return False
        return given.status_code == httpx.codes.OK

    def processes(self) -> list[int]:
        """The process and its descendants."""
        return _family(self._process.pid)

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def work(processes: list[int]) -> float:
    """Seconds that processors have worked for some processes, by their clocks."""
    return sum(time.clock_gettime(_processor_clock(process)) for process in processes)


def _processor_clock(process: int) -> int:
    """The clock of another process, as clock_getcpuclockid(3) makes it on Linux."""
    return (~process << 3) | 2


def memory(process: int, kind: str) -> float:
    """A figure of proc(5) on a process, in MB: ``VmRSS`` what it has, ``VmHWM`` its peak."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(rf"{kind}:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


def forget_peak(process: int) -> None:
    """Let the peak of a process begin at what it has now."""
    Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")


def _family(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(member for child in children for member in _family(int(child)))]


class Served:
    """Asks a server, over one connection; starts it again after a query over the limit."""

    def __init__(self, name: str, command: Command, path: str) -> None:
        self.name = name
        self._command = command
        self._path = path
        self._server = Server(command, path)
        self.loading = self._server.loading
        self._client = httpx.Client(timeout=LIMIT)

    def ask(self, text: str) -> Answer | Failure:
        """Evaluate a query."""
        processes = self._server.processes()
        started, busy = time.perf_counter(), work(processes)
        try:
            given = self._client.post(
                self._server.url, data={"query": text}, headers={"accept": "text/csv"}
            )
        except httpx.TimeoutException:
            self._restart()
            return OVER
        except httpx.TransportError as error:
            self._restart()
            return Failure(type(error).__name__)
        seconds = time.perf_counter() - started
        if given.status_code != httpx.codes.OK:
            return Failure(f"{given.status_code} after {seconds:.0f} s")
        if seconds > LIMIT:
            return OVER
        return Answer(seconds, work(processes) - busy, rows(given.content))

    def close(self) -> None:
        """End the server."""
        self._client.close()
        self._server.close()

    def _restart(self) -> None:
        self._server.close()
        self._server = Server(self._command, self._path)
