"""Which literals are well typed: the lexical spaces of XML Schema Part 2 (Datatypes, 1.1).

The store normalises what it is given (``"01"`` becomes ``1``) and would even turn the ill-typed
``"300"^^xsd:byte`` into a valid integer, so a bad value has to be caught before it gets there.
A datatype outside the table is not judged.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from typing import Final

from kg.namespaces import PREFIXES
from kg.terms import Literal

_XSD: Final = PREFIXES["xsd"]

INTEGER_RANGES: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}

_ZONE = r"(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR = r"-?(?:[1-9]\d{3,}|0\d{3})"
_DAY = rf"(?P<year>{_YEAR})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_FLOAT = r"(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[Ee][+-]?\d+)?|[+-]?INF|NaN)"

_PATTERNS: Final[dict[str, re.Pattern[str]]] = {
    name: re.compile(pattern + r"\Z")
    for name, pattern in {
        "boolean": "(?:true|false|1|0)",
        "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
        "float": _FLOAT,
        "double": _FLOAT,
        "date": _DAY + _ZONE,
        "dateTime": _DAY + "T" + _TIME + _ZONE,
        "dateTimeStamp": _DAY + "T" + _TIME + _ZONE.removesuffix("?"),
        "time": _TIME + _ZONE,
        "gYear": _YEAR + _ZONE,
        "gYearMonth": _YEAR + r"-(?:0[1-9]|1[0-2])" + _ZONE,
        "gMonth": r"--(?:0[1-9]|1[0-2])" + _ZONE,
        "gDay": r"---(?:0[1-9]|[12]\d|3[01])" + _ZONE,
        "gMonthDay": r"--(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])" + _ZONE,
        "duration": r"-?P(?=\d|T)(?:\d+Y)?(?:\d+M)?(?:\d+D)?"
        r"(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?",
        "dayTimeDuration": r"-?P(?=\d|T)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?",
        "yearMonthDuration": r"-?P(?=\d)(?:\d+Y)?(?:\d+M)?",
        "hexBinary": "(?:[0-9A-Fa-f]{2})*",
        "base64Binary": r"(?:[A-Za-z0-9+/]\s?){0,}={0,2}",
    }.items()
}


def is_well_typed(literal: Literal) -> bool:
    """Whether the lexical form lies in the lexical space of the literal's datatype."""
    datatype = literal.datatype.value
    if not datatype.startswith(_XSD):
        return True
    name = datatype[len(_XSD) :]
    # The whiteSpace facet of all these types is "collapse".
    text = literal.value.strip(" \t\r\n")
    if name in INTEGER_RANGES:
        return _in_range(text, *INTEGER_RANGES[name])
    pattern = _PATTERNS.get(name)
    if pattern is None:
        return True
    match = pattern.match(text)
    return match is not None and _CHECKS.get(name, _any)(match)


def _any(_match: re.Match[str]) -> bool:
    return True


def _in_range(text: str, low: int | None, high: int | None) -> bool:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        return False
    # A number this long exceeds every bounded type, and int() of huge texts is quadratic.
    if len(text.lstrip("+-0")) > 30:
        return (high is None) if not text.startswith("-") else (low is None)
    number = int(text)
    return (low is None or number >= low) and (high is None or number <= high)


def _real_day(match: re.Match[str]) -> bool:
    year = abs(int(match["year"])) if len(match["year"]) < 6 else int(match["year"][-4:])
    # The Gregorian calendar repeats every 400 years; monthrange knows the years 1 to 9999.
    return int(match["day"]) <= monthrange(year % 400 + 400, int(match["month"]))[1]


_CHECKS: Final[dict[str, Callable[[re.Match[str]], bool]]] = {
    "date": _real_day,
    "dateTime": _real_day,
    "dateTimeStamp": _real_day,
}
