"""How many findings were open, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kg.shacl.report import count_levels

_WIDTH: Final = 640
_HEIGHT: Final = 120
WAIVED: Final = "waived"
MOST: Final = 400
"""Days on which something changed that are told; older ones are left out."""


@dataclass(frozen=True)
class Day:
    """How many findings of each severity were open at the end of a day (ISO 8601, UTC).

    Those that a waiver held for then are ``waived``, and in no other count.
    """

    day: str
    counts: Mapping[str, int]
    waived: int = 0


@dataclass(frozen=True)
class Line:
    """The number of findings of one severity as the points of a drawing."""

    level: str
    points: str
    last: int


def trend(steps: Iterable[tuple[str, str, int]], until: str) -> tuple[Day, ...]:
    """The days on which something changed, and the last day, oldest first.

    ``steps`` are changes of the number of open findings: when (RFC 3339, UTC), of which severity,
    or :data:`WAIVED`, by how many.
    """
    open_: Counter[str] = Counter()
    days: dict[str, Day] = {}
    for at, level, change in sorted(steps):
        if at[:10] <= until:
            open_[level] += change
            days[at[:10]] = _day(at[:10], open_)
    if days:
        days.setdefault(until, _day(until, open_))
    return tuple(list(days.values())[-MOST:])


def _day(day: str, open_: Counter[str]) -> Day:
    counted = Counter({level: number for level, number in open_.items() if level != WAIVED})
    return Day(day, count_levels(counted.elements()), open_[WAIVED])


def waived_steps(
    level: str, opened: str, closed: str | None, held: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str, int]]:
    """The steps by which a finding is counted as waived while a waiver holds for it.

    ``held`` are from when until when, and may overlap; all times are RFC 3339, UTC.
    """
    after = opened
    for start, end in sorted(held):
        start, end = max(start, after), end if closed is None else min(end, closed)
        if start < end:
            yield from ((start, level, -1), (start, WAIVED, 1), (end, level, 1), (end, WAIVED, -1))
            after = end


def lines(days: tuple[Day, ...]) -> tuple[Line, ...]:
    """Steps from left to right for each severity that ever had findings, in a box of 640 by 120."""
    if len(days) < 2:
        return ()
    ordinals = [date.fromisoformat(day.day).toordinal() for day in days]
    span = max(1, ordinals[-1] - ordinals[0])
    highest = max(1, *(n for day in days for n in (day.waived, *day.counts.values())))
    places = [round((ordinal - ordinals[0]) * _WIDTH / span, 1) for ordinal in ordinals]
    found = []
    told = [
        *((level, [day.counts.get(level, 0) for day in days]) for level in days[-1].counts),
        (WAIVED, [day.waived for day in days]),
    ]
    for level, numbers in told:
        if any(numbers):
            heights = [round(_HEIGHT - number * _HEIGHT / highest, 1) for number in numbers]
            found.append(Line(level, _steps(places, heights), numbers[-1]))
    return tuple(found)


def _steps(places: list[float], heights: list[float]) -> str:
    """A number holds until the day on which it changes."""
    points = [f"{places[0]},{heights[0]}"]
    for place, before, height in zip(places[1:], heights, heights[1:], strict=False):
        points += [f"{place},{before}", f"{place},{height}"]
    return " ".join(points)
