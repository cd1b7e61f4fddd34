"""What a peer makes of a query: how long it took, and which rows it gave."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass

LIMIT = 60.0
"""Seconds that a query may take."""


@dataclass(frozen=True)
class Rows:
    """The rows of an answer, told by their number and a digest of them in sorted order."""

    number: int
    digest: str


@dataclass(frozen=True)
class Answer:
    """Seconds from the text of a query to the last byte of its result, how many of them a
    processor worked on it, and the rows."""

    seconds: float
    work: float
    rows: Rows


@dataclass(frozen=True)
class Failure:
    """Why there is no answer; ``over`` where the limit was passed."""

    reason: str


OVER = Failure("over")


def rows(result: bytes) -> Rows:
    """The rows of a result in CSV (SPARQL 1.1 Query Results CSV), in whatever order."""
    text = io.StringIO(result.decode(), newline="")
    lines = sorted("\x1f".join(row) for row in list(csv.reader(text))[1:] if row)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return Rows(len(lines), digest)
