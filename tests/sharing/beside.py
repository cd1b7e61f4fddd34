"""A server of the product in a process of its own, and commands beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import kg

PACKAGES = str(Path(kg.__file__).parent.parent)
KG = (sys.executable, "-c", "from kg.cli import main; main()")
ENVIRONMENT = {**os.environ, "PYTHONPATH": PACKAGES, "PYTHONUNBUFFERED": "1", "LOGNAME": "me"}


@dataclass(frozen=True)
class Outcome:
    """What a command did: exit code and both outputs."""

    code: int
    out: str
    err: str


@dataclass
class Server:
    """``kg serve`` on a data directory, and what it said on standard error."""

    data: Path
    process: subprocess.Popen[str] = field(init=False)
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            [*KG, "--data", str(self.data), "serve", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().removeprefix("serving at ").strip()

    def stop(self) -> str:
        """End it in an orderly way; returns what it had said on standard error."""
        self.process.terminate()
        return self.process.communicate(timeout=30)[1]

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()


def run(data: Path, *arguments: object, stdin: str = "") -> Outcome:
    """A command in a process of its own."""
    command = [*KG, "--data", str(data), *map(str, arguments)]
    done = subprocess.run(
        command, input=stdin, capture_output=True, text=True, env=ENVIRONMENT, timeout=120
    )
    assert "Traceback" not in done.stderr
    return Outcome(done.returncode, done.stdout, done.stderr)


def is_gone(path: Path) -> bool:
    """Whether nothing is left at a path."""
    return not path.exists() and not path.is_symlink()


def notice(data: Path) -> dict[str, object]:
    """What the server says of itself in the data directory."""
    told: dict[str, object] = json.loads((data / "server.json").read_text())
    return told


Serve = Callable[[Path], Server]
"""Starts a server that ends with the test."""
