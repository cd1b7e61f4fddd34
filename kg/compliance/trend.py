"""How many findings were open, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kg.shacl.report import count_levels

_WIDTH: Final = 640
_HEIGHT: Final = 120
MOST: Final = 400
"""Days on which something changed that are told; older ones are left out."""


@dataclass(frozen=True)
class Day:
    """How many findings of each severity were open at the end of a day (ISO 8601, UTC)."""

    day: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Line:
    """The number of findings of one severity as the points of a drawing."""

    level: str
    points: str
    last: int


def trend(steps: Iterable[tuple[str, str, int]], until: str) -> tuple[Day, ...]:
    """The days on which something changed, and the last day, oldest first.

    ``steps`` are changes of the number of open findings: when (RFC 3339, UTC), of which severity,
    by how many.
    """
    open_: Counter[str] = Counter()
    days: dict[str, Mapping[str, int]] = {}
    for at, level, change in sorted(steps):
        if at[:10] <= until:
            open_[level] += change
            days[at[:10]] = count_levels(open_.elements())
    if days:
        days.setdefault(until, count_levels(open_.elements()))
    return tuple(Day(day, counts) for day, counts in list(days.items())[-MOST:])


def lines(days: tuple[Day, ...]) -> tuple[Line, ...]:
    """Steps from left to right for each severity that ever had findings, in a box of 640 by 120."""
    if len(days) < 2:
        return ()
    ordinals = [date.fromisoformat(day.day).toordinal() for day in days]
    span = max(1, ordinals[-1] - ordinals[0])
    highest = max(1, *(number for day in days for number in day.counts.values()))
    places = [round((ordinal - ordinals[0]) * _WIDTH / span, 1) for ordinal in ordinals]
    found = []
    for level in days[-1].counts:
        numbers = [day.counts.get(level, 0) for day in days]
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
