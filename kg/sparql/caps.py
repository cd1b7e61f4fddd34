"""Caps on an answer: how many bytes and how many rows it may have.

The engine writes answers itself, many rows at a time, so rows are counted in what it has written,
by the structure of each format. A graph has no rows: its caps are bytes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from kg.errors import AnswerTooLarge


@dataclass(frozen=True)
class Caps:
    """The most rows and bytes of one answer; ``None`` for as many as there are."""

    rows: int | None = None
    bytes: int | None = None


def capped(put: Callable[[bytes], None], caps: Caps, format_name: str) -> Callable[[bytes], None]:
    """What passes chunks of an answer on to ``put`` until one goes over a cap.

    Raises :class:`AnswerTooLarge` then, and the chunk is not passed on.
    """
    counter = _COUNTERS.get(format_name)
    rows_of = counter() if counter and caps.rows is not None else None
    size, rows = 0, 0

    def pass_on(chunk: bytes) -> None:
        nonlocal size, rows
        size += len(chunk)
        rows += rows_of.count(chunk) if rows_of else 0
        _check(size, caps.bytes, "bytes")
        _check(rows, caps.rows, "rows")
        put(chunk)

    return pass_on


def _check(number: int, most: int | None, unit: str) -> None:
    if most is not None and number > most:
        raise AnswerTooLarge(
            f"the answer has more than {most} {unit}", hint="ask for less, such as with LIMIT"
        )


class RowCounter(Protocol):
    """Counts the rows that begin or end in each chunk of one answer."""

    def count(self, chunk: bytes) -> int:
        """The rows of the next chunk."""
        ...


class TsvRows:
    """A line a row but the first, which names the variables; line breaks in values are escaped."""

    def __init__(self) -> None:
        self._headings = 1

    def count(self, chunk: bytes) -> int:
        """See :class:`RowCounter`."""
        return self._without_heading(chunk.count(b"\n"))

    def _without_heading(self, lines: int) -> int:
        rows = max(lines - self._headings, 0)
        self._headings -= lines - rows
        return rows


class CsvRows(TsvRows):
    """As :class:`TsvRows`, but values in quotes may hold line breaks (RFC 4180, 2.6)."""

    def __init__(self) -> None:
        super().__init__()
        self._quoted = 0

    def count(self, chunk: bytes) -> int:
        """See :class:`RowCounter`."""
        pieces = chunk.split(b'"')
        lines = sum(piece.count(b"\n") for piece in pieces[self._quoted :: 2])
        self._quoted ^= (len(pieces) - 1) & 1
        return self._without_heading(lines)


class XmlRows:
    """The ``result`` elements; in text the angle bracket is escaped."""

    _TAG: Final = b"<result>"

    def __init__(self) -> None:
        self._rest = b""

    def count(self, chunk: bytes) -> int:
        """See :class:`RowCounter`."""
        text = self._rest + chunk
        self._rest = text[1 - len(self._TAG) :]
        return text.count(self._TAG)


class JsonRows:
    """The objects that stand in an array; those of terms stand in objects."""

    def __init__(self) -> None:
        self._quoted = 0
        self._rest = b""

    def count(self, chunk: bytes) -> int:
        """See :class:`RowCounter`."""
        text = (self._rest + chunk).replace(rb"\\", b"")
        # An escape or a row may lie across the end of the chunk.
        self._rest = text[-1:] if text.endswith((b"\\", b"[", b",")) else b""
        text = text[: len(text) - len(self._rest)].replace(rb"\"", b"")
        pieces = text.split(b'"')
        outside = pieces[self._quoted :: 2]
        self._quoted ^= (len(pieces) - 1) & 1
        return sum(piece.count(b"[{") + piece.count(b",{") for piece in outside)


_COUNTERS: Final[Mapping[str, Callable[[], RowCounter]]] = MappingProxyType(
    {"json": JsonRows, "xml": XmlRows, "csv": CsvRows, "tsv": TsvRows}
)
