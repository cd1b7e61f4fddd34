"""What expressions come to, where look-ups can tell: the operators and functions of rules.

What is not known to be computed as the engine computes it is :attr:`Open.UNKNOWN`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeAlias

from kg.namespaces import XSD
from kg.terms import Literal, NamedNode, Term


class Open(Enum):
    """What is no value: an error, and what may be anything, an error too."""

    ERROR = "error"
    UNKNOWN = "unknown"


Value: TypeAlias = Term | bool | datetime | Open
Truth: TypeAlias = bool | None
"""``None`` where it cannot be told."""

_Key: TypeAlias = tuple[str, str | bool | Decimal | datetime]

COMPARISONS: Final = MappingProxyType(
    {
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "=": operator.eq,
        "!=": operator.ne,
    }
)
DURATIONS: Final = (XSD.duration, XSD.dayTimeDuration)

_KINDS: Final = MappingProxyType(
    {
        XSD.string: "string",
        XSD.boolean: "boolean",
        XSD.integer: "number",
        XSD.decimal: "number",
        XSD.date: "date",
        XSD.dateTime: "moment",
    }
)
"""The kinds of literals that are compared here, by their datatypes."""

_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?\d{1,12}(\.\d{1,6})?", re.ASCII)
_DAYS: Final = re.compile(r"P(\d{1,6})D", re.ASCII)


@lru_cache(10_000)
def key_of(literal: Literal) -> _Key | None:
    """A well-typed literal as what it is compared by, after its kind; ``None`` for others."""
    text = literal.value
    match _KINDS.get(literal.datatype):
        case "string":
            return "string", text
        case "boolean" if text in ("true", "false"):
            return "boolean", text == "true"
        case "number" if _NUMBER.fullmatch(text):
            return "number", Decimal(text)
        case "date" if _DATE.fullmatch(text):
            return _read("date", text)
        case "moment" if _MOMENT.fullmatch(text):
            return _read("moment", text)
    return None


def _read(kind: str, text: str) -> _Key | None:
    try:
        return kind, datetime.fromisoformat(text)
    except ValueError:
        return None


def _key(value: Value) -> _Key | None:
    if isinstance(value, datetime):
        return "moment", value
    return key_of(value) if isinstance(value, Literal) else None


def compared(mark: str, left: Value, right: Value) -> bool | Open:
    """A comparison of two values."""
    if Open.ERROR in (left, right):
        return Open.ERROR
    one, other = _key(left), _key(right)
    if one is not None and other is not None and one[0] == other[0]:
        return bool(COMPARISONS[mark](one[1], other[1]))
    if isinstance(left, NamedNode) and isinstance(right, NamedNode) and mark in ("=", "!="):
        return (left == right) is (mark == "=")
    return Open.UNKNOWN


def among(value: Value, members: Iterable[Value]) -> bool | Open:
    """Whether a value equals one of several (SPARQL 1.1, 17.4.1.9)."""
    return either(compared("=", value, member) for member in members)


def earlier(left: Value, right: Value) -> Value:
    """A moment less a number of days; the only difference that is told."""
    if Open.ERROR in (left, right):
        return Open.ERROR
    moment = _key(left)
    if moment is None or not isinstance(moment[1], datetime):
        return Open.UNKNOWN
    if not isinstance(right, Literal) or right.datatype not in DURATIONS:
        return Open.UNKNOWN
    days = _DAYS.fullmatch(right.value)
    try:
        return moment[1] - timedelta(days=int(days[1])) if days else Open.UNKNOWN
    except OverflowError:
        return Open.UNKNOWN


def text_of(value: Value) -> Value:
    """``STR``."""
    if isinstance(value, NamedNode | Literal):
        return Literal(value.value)
    return Open.ERROR if value is Open.ERROR else Open.UNKNOWN


def on_strings(function: Callable[..., str | bool], *values: Value) -> Value:
    """A function of plain strings and whole numbers."""
    if Open.ERROR in values:
        return Open.ERROR
    keys = [_key(value) for value in values]
    known = [key[1] for key in keys if key is not None and key[0] in ("string", "number")]
    if len(known) < len(values) or not isinstance(known[0], str):
        return Open.UNKNOWN
    try:
        found = function(*known)
    except (TypeError, ValueError):
        return Open.UNKNOWN
    return Literal(found) if isinstance(found, str) else found


def substring(text: str, start: Decimal, length: Decimal) -> str:
    """``SUBSTR``, of a part that begins in the text; raises :class:`ValueError` for another."""
    if start < 1 or length < 0 or start % 1 or length % 1:
        raise ValueError(start)
    return text[int(start) - 1 : int(start) - 1 + int(length)]


def truth(value: Value) -> bool | Open:
    """The effective boolean value (SPARQL 1.1, 17.2.2)."""
    if isinstance(value, bool | Open):
        return value
    key = _key(value)
    return key[1] if key is not None and isinstance(key[1], bool) else Open.UNKNOWN


def either(values: Iterable[bool | Open]) -> bool | Open:
    """``||``: true, if need be, in spite of what is not known."""
    return _decided(values, by=True)


def both(values: Iterable[bool | Open]) -> bool | Open:
    """``&&``: false, if need be, in spite of what is not known."""
    return _decided(values, by=False)


def _decided(values: Iterable[bool | Open], *, by: bool) -> bool | Open:
    found: bool | Open = not by
    for value in values:
        if value is by:
            return by
        if value is Open.UNKNOWN or (value is Open.ERROR and found is not Open.UNKNOWN):
            found = value
    return found


def opposite(value: bool | Open) -> bool | Open:
    """``!``."""
    return value if isinstance(value, Open) else not value
