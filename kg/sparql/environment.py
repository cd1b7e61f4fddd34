"""What the processes that evaluate for us are started with."""

from __future__ import annotations

import os
from pathlib import Path

import kg


def environment() -> dict[str, str]:
    """The environment of a process of ours: finds this package, keeps its address space small."""
    packages = str(Path(kg.__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, (packages, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, "MALLOC_ARENA_MAX": "2"}
