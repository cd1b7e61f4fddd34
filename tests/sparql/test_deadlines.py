"""Calls that are due are made, in time and in turn; those called off are not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from queue import SimpleQueue

import pytest

from kg.sparql.deadlines import Deadlines


@pytest.fixture
def deadlines() -> Iterator[Deadlines]:
    """Deadlines of a test of its own."""
    with closing(Deadlines()) as made:
        yield made


def test_the_earlier_call_is_made_first_whenever_it_was_asked_for(deadlines: Deadlines) -> None:
    """A deadline before the one that is being waited for is not late."""
    made: SimpleQueue[str] = SimpleQueue()
    deadlines.after(0.3, lambda: made.put("late"))
    deadlines.after(0.01, lambda: made.put("soon"))
    assert [made.get(timeout=20), made.get(timeout=20)] == ["soon", "late"]


def test_what_is_called_off_is_not_made(deadlines: Deadlines) -> None:
    """And what comes after it is."""
    made: SimpleQueue[str] = SimpleQueue()
    deadlines.after(0.01, lambda: made.put("called off")).cancel()
    deadlines.after(0.02, lambda: made.put("kept"))
    assert made.get(timeout=20) == "kept"
    assert made.empty()


def test_a_call_that_takes_long_holds_no_other_up(deadlines: Deadlines) -> None:
    """Each is made in a thread of its own."""
    blocked, made = threading.Event(), threading.Event()
    deadlines.after(0, blocked.wait)
    deadlines.after(0.01, made.set)
    assert made.wait(20)
    blocked.set()
