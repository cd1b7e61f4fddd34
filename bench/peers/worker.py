"""A peer in a process of its own that is asked by lines.

It is given its data on the command line and answers ``ok SECONDS WORK`` when it is loaded, WORK
being seconds of processor time. Then it
reads requests, a line each: a query file, a file for the result in CSV, and the seconds allowed,
with tabs between. It answers ``ok SECONDS WORK``, ``over``, or ``failed REASON``.
"""

from __future__ import annotations

import select
import subprocess
import tempfile
from pathlib import Path

from bench.peers.answers import LIMIT, OVER, Answer, Failure, rows

_GRACE = 5.0


class Worker:
    """The process and what it said last; started again where it does not heed the limit."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self._command = command
        self._folder = tempfile.TemporaryDirectory()
        self.loading = self._start()

    def ask(self, text: str) -> Answer | Failure:
        """Evaluate a query."""
        query, output = (Path(self._folder.name) / name for name in ("query.rq", "result.csv"))
        query.write_text(text, encoding="utf-8")
        said = self._exchange(f"{query}\t{output}\t{LIMIT}\n")
        match said:
            case ["ok", seconds, work] if float(seconds) <= LIMIT:
                return Answer(float(seconds), float(work), rows(output.read_bytes()))
            case ["failed", reason]:
                return Failure(reason)
            case ["over"] | ["ok", *_]:
                return OVER
        self._end()
        self._start()
        return Failure("process ended") if said else OVER

    def close(self) -> None:
        """End the process."""
        self._end()
        self._folder.cleanup()

    def _start(self) -> float:
        """Seconds that loading takes."""
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        said = self._line()
        if said[:1] != ["ok"]:
            raise RuntimeError(f"{self.name} cannot load the data: {said}")
        return float(said[1])

    def _exchange(self, request: str) -> list[str]:
        """The fields of the answer; none when the worker does not heed the limit."""
        assert self._process.stdin is not None
        self._process.stdin.write(request)
        self._process.stdin.flush()
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], LIMIT + _GRACE)
        return self._line() if ready else []

    def _line(self) -> list[str]:
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n").split("\t")

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
