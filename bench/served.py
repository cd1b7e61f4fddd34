"""A server of a copy of a graph, which may be written to, and what it takes."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.prepared import kg


@contextmanager
def served(data: Path) -> Iterator[tuple[str, int, Path]]:
    """A server of a copy of a graph: its URL, its process, and its data."""
    with tempfile.TemporaryDirectory(dir=data.parent) as folder:
        copy = Path(folder) / "graph"
        shutil.copytree(data, copy)
        command = kg(copy, "serve", "--port", "0")
        with subprocess.Popen(
            [command[0], "-u", *command[1:]], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            try:
                yield process.stdout.readline().split()[-1], process.pid, copy
            finally:
                process.terminate()
                process.wait(60)


def work(pid: int) -> float:
    """Processor seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
