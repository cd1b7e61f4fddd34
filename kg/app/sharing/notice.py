"""The notice that a server leaves in the data directory: who serves it, and where."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.app.sharing import door
from kg.config import DataDirectory


@dataclass(frozen=True)
class Notice:
    """The process that serves a graph, and the URL at which it does."""

    pid: int
    url: str

    def post(self, path: Path) -> None:
        """Write it for the owner alone, in place of what a dead server left; raises OSError."""
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)


def serving(folder: Path) -> Notice | None:
    """Who serves the graph in a folder now; what a dead server left does not count."""
    data = DataDirectory(folder)
    connection = door.connect(data.door)
    if connection is None:
        return None
    connection.close()
    try:
        return Notice(**json.loads(data.server.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None
