"""Recordings: what a server answered, as JSON Lines, one object a line.

A line is ``{"kind": "run", "body": {...}}`` with the body as the REST API gives it, except that
credentials inside URLs are taken out. The last line of a finished recording is
``{"kind": "end", "counts": {"run": 2, ...}}``; without it, or when the counts differ from the
lines, the recording is incomplete.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.connectors.mlflow.body import Body
from kg.connectors.naming import scrub
from kg.errors import InputError
from kg.model import Rejection

KINDS: Final = ("experiment", "registered_model", "model_version", "run", "logged_model")
END: Final = "end"


@dataclass(frozen=True)
class Entry:
    """One object of a recording: its kind, its content, and the line it stands on."""

    line: int
    kind: str
    body: Body


def line_of(kind: str, body: object) -> bytes:
    """The line that records an object."""
    return scrub(json.dumps({"kind": kind, "body": body})).encode() + b"\n"


def end_line(counts: Mapping[str, int]) -> bytes:
    """The line that finishes a recording."""
    return json.dumps({"kind": END, "counts": dict(counts)}).encode() + b"\n"


def entries(recording: Path) -> Iterator[Entry | Rejection]:
    """The objects of a recording in order, with a rejection for each line that holds none.

    Raises :class:`InputError` when the file cannot be read.
    """
    try:
        with recording.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                yield _entry(number, line)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(recording)) from None


def _entry(number: int, line: bytes) -> Entry | Rejection:
    try:
        whole = Body(json.loads(scrub(line.decode())))
        kind = whole.required("kind")
        if kind not in (*KINDS, END):
            raise InputError(f"kind {kind!r} is none of {', '.join(KINDS)}")
        return Entry(number, kind, whole.body("counts" if kind == END else "body"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        return Rejection(f"line {number}", "is not a line of JSON")
    except InputError as error:
        return Rejection(f"line {number}", str(error))


class Tally:
    """Counts the lines of a recording and holds them against its last one."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(KINDS, 0)
        self._announced: Body | None = None

    def add(self, item: Entry | Rejection) -> None:
        """Count one line."""
        self._announced = None
        if isinstance(item, Entry):
            if item.kind == END:
                self._announced = item.body
            else:
                self.counts[item.kind] += 1

    @property
    def empty(self) -> bool:
        """Whether nothing of a recording was seen, not even its end."""
        return self._announced is None and not any(self.counts.values())

    @property
    def complete(self) -> bool:
        """Whether the last line was the end and announced just what was counted."""
        end = self._announced
        return end is not None and all(end.number(k) == n for k, n in self.counts.items())
