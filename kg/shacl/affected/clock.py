"""Which statements with dates an instant passes on its way from one time to another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from kg.namespaces import XSD
from kg.shacl.affected.asking import AskedShapes, is_fixed
from kg.store import Lookups
from kg.terms import Literal, NamedNode, Term, Triple

MARGIN: Final = timedelta(days=2)
"""More than time zones and the ends of days can make of a difference."""

ALWAYS: Final = ""
"""The day of what may come to matter at any time."""

EVER: Final = ("", "9999-12-31")

_DURATIONS: Final = (XSD.duration, XSD.dayTimeDuration, XSD.yearMonthDuration)
_DURATION: Final = re.compile(
    r"-?P(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def timed_properties(asked: AskedShapes) -> frozenset[NamedNode]:
    """The properties whose values some shape compares with the instant."""
    found = (times.properties for times in asked.times.values())
    return frozenset(prop for properties in found if properties for prop in properties)


def day_of(value: Term | Triple) -> str | None:
    """The day by which a value is looked up when the instant passes it; ``None`` for no date.

    It is the beginning of its text, so dates are passed in whatever way they are compared: as
    instants, as days or as text. A duration of months is as long as the instant has it.
    """
    if not isinstance(value, Literal):
        return None
    if value.datatype in _DURATIONS:
        return None if is_fixed(value.value) else ALWAYS
    return value.value[:10] if value.value[:1].isdigit() else None


def passed_days(
    asked: AskedShapes, store: Lookups, since: datetime, until: datetime
) -> list[tuple[str, str]]:
    """The first and last days that an instant passes, itself or a duration of a rule away."""
    spans = _durations(asked, store)
    return [EVER] if spans is None else [day for span in spans for day in _days(span, since, until)]


def first_day(asked: AskedShapes, store: Lookups, since: datetime) -> str:
    """The first day that can still be passed by an instant that goes on."""
    return min(first for first, _ in passed_days(asked, store, since, since))


def _durations(asked: AskedShapes, store: Lookups) -> set[timedelta] | None:
    """The durations of rules; ``None`` where the data states one that hangs on the day."""
    spans = {span for times in asked.times.values() for span in times.spans}
    stated = (
        quad.object
        for subject, predicate in spans
        for quad in store.quads(subject, predicate, None, None)
    )
    texts = {value.value for value in stated if isinstance(value, Literal)}
    if not all(map(is_fixed, texts)):
        return None
    lengths = map(_length, texts | asked.durations)
    return {timedelta(), *(length for length in lengths if length is not None)}


def _length(text: str) -> timedelta | None:
    """The length of a duration; ``None`` for what is none, or longer than there are years."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    try:
        return timedelta(**{name: float(number or 0) for name, number in found.groupdict().items()})
    except OverflowError:
        return None


def _days(span: timedelta, since: datetime, until: datetime) -> Iterator[tuple[str, str]]:
    for way in {span, -span}:
        try:
            yield _day(since + way - MARGIN), _day(until + way + MARGIN)
        except OverflowError:
            continue  # before or after all years


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
