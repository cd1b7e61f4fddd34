"""The simulated clock: the story spans weeks, its recording takes two minutes.

MLflow takes every time it stores from ``mlflow.utils.time``. Where the environment names a clock
file, that module is given a clock which reads the present from the file; client and server then
live at the same moment of the story.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

CLOCK_FILE = "STORY_CLOCK"


class Clock:
    """The present of the story, shared with other processes by a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.set("2026-08-01T00:00:00Z")

    def set(self, moment: str) -> None:
        """Go to a moment, given as ISO 8601 text with zone."""
        self.now = datetime.fromisoformat(moment).astimezone(UTC)
        self._write()

    def advance(self, **duration: float) -> None:
        """Let time pass; the duration is given as to ``timedelta``."""
        self.now += timedelta(**duration)
        self._write()

    def _write(self) -> None:
        partial = self._path.with_suffix(".new")
        partial.write_text(str(self.now.timestamp()))
        partial.replace(self._path)


def install() -> None:
    """Make MLflow, in this process, live by the clock file that the environment names."""
    path = Path(os.environ[CLOCK_FILE])
    import mlflow.utils.time

    story_time = SimpleNamespace(**vars(time))
    story_time.time = lambda: float(path.read_text())
    mlflow.utils.time.time = story_time
