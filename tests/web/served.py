"""A server that tests ask, seen from outside."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from kg.app.tokens import open_tokens
from kg.journal import Scope


@dataclass(frozen=True)
class Served:
    """A running server."""

    url: str
    process: subprocess.Popen[str]
    data: Path
    log: Path

    def client(self, scope: Scope | None = None) -> httpx.Client:
        """An HTTP client of the server, with a new token where it is to have a scope."""
        headers = {}
        if scope is not None:
            with open_tokens(self.data) as tokens:
                headers["Authorization"] = f"Bearer {tokens.create(f'the {scope}', scope)[1]}"
        return httpx.Client(base_url=self.url, timeout=30, headers=headers)

    @property
    def children(self) -> list[Path]:
        """What the system says of the processes that the server has started."""
        return [Path("/proc", child) for child in _children(self.process.pid)]

    @property
    def memory(self) -> int:
        """Resident memory of the server process itself, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024


def _children(pid: int) -> list[str]:
    children: list[str] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        # A thread may end between being listed and being read; then it has no children.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            children += (task / "children").read_text().split()
    return children


Serve = Callable[..., Served]
"""Starts a server whose queries may take so many seconds; see ``ServiceLimits``."""
