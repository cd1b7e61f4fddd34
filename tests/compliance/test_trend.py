"""The number of open findings day by day, and how it is drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.compliance.trend import lines, trend, waived_steps

DAYS = st.integers(1, 28).map(lambda day: f"2026-11-{day:02}")
LEVELS = st.sampled_from(["Violation", "Warning"])
LIVES = st.lists(st.tuples(LEVELS, DAYS, st.none() | DAYS), max_size=12)


@given(LIVES, DAYS)
def test_each_day_has_the_findings_that_were_open_then(
    lives: list[tuple[str, str, str | None]], until: str
) -> None:
    """Opened by then and not closed, as counted one by one."""
    lives = [(level, a, None if b is None else max(a, b)) for level, a, b in lives]
    steps = [(f"{a}T10:00:00.000Z", level, 1) for level, a, _ in lives]
    steps += [(f"{b}T11:00:00.000Z", level, -1) for level, _, b in lives if b is not None]

    for day in trend(steps, until):
        for level in ("Violation", "Warning"):
            still = [
                1
                for known, a, b in lives
                if known == level and a <= day.day and (not b or b > day.day)
            ]
            assert day.counts[level] == len(still)
    days = [day.day for day in trend(steps, until)]
    assert days == sorted(days)
    assert not days or days[-1] == until


SPANS = st.lists(st.tuples(DAYS, DAYS), max_size=4)


@given(DAYS, st.none() | DAYS, SPANS)
def test_what_is_waived_on_a_day_is_counted_apart(
    opened: str, closed: str | None, held: list[tuple[str, str]]
) -> None:
    """Once, however many waivers hold, and as itself before and after; as looked up day by day."""
    closed = None if closed is None else max(opened, closed)
    steps = [(opened, "Warning", 1), *([] if closed is None else [(closed, "Warning", -1)])]
    steps += waived_steps("Warning", opened, closed, held)

    for day in trend(steps, "2026-11-28"):
        is_open = opened <= day.day and (closed is None or day.day < closed)
        is_waived = is_open and any(start <= day.day < end for start, end in held)
        assert day.waived == is_waived
        assert day.counts["Warning"] == (is_open and not is_waived)


def test_a_line_keeps_its_height_until_the_day_of_a_change() -> None:
    """Two findings in a box of 640 by 120, the first at the left edge, the last at the right."""
    steps = [
        ("2026-11-01T00:00:00.000Z", "Violation", 1),
        ("2026-11-11T00:00:00.000Z", "Violation", 1),
    ]
    (line,) = lines(trend(steps, "2026-11-21"))

    assert line.points == "0.0,60.0 320.0,60.0 320.0,0.0 640.0,0.0 640.0,0.0"
    assert (line.level, line.last) == ("Violation", 2)


def test_one_day_is_no_trend() -> None:
    """Nothing is drawn where there is nothing to compare."""
    assert lines(trend([("2026-11-01T00:00:00.000Z", "Violation", 1)], "2026-11-01")) == ()
    assert lines(trend([], "2026-11-01")) == ()
