"""The shipped shapes, asked again about what a change concerns, find what a full run finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kept_results import KeptResults
from shape_cases import HERE, described, shapes_for

from kg.shacl.affected.asking import AskedShapes
from kg.shacl.affected.clock import timed_properties
from kg.terms import Triple

FOLDERS = sorted(folder.name for folder in HERE.iterdir() if (folder / "expected.yaml").exists())
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
SPANS = st.integers(1, 60_000).map(lambda number: timedelta(minutes=number * number // 60))


@cache
def asked(name: str) -> AskedShapes:
    return AskedShapes(shapes_for(name))


@cache
def stated(file: Path) -> list[Triple]:
    return sorted(described(file), key=str)


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_every_shape_on_its_own_data(data: st.DataObject) -> None:
    """Triples of its test files come and go, one or a few at a time."""
    name = data.draw(st.sampled_from(FOLDERS))
    files = sorted((HERE / name).glob("*.ttl"))
    file = data.draw(st.sampled_from(files))
    pool = st.sampled_from([*stated(file), *stated(data.draw(st.sampled_from(files)))])
    live = KeptResults(asked(name), stated(file))
    for _ in range(3):
        if data.draw(st.booleans()):
            live.change(data.draw(st.lists(pool, min_size=1, max_size=3)))
        else:
            live.advance(live.as_of + data.draw(SPANS))
        assert live.kept() == live.full()


def test_every_shape_as_time_passes() -> None:
    """From before the first date in its data to after the last, by steps of every size."""
    for name in FOLDERS:
        shapes = asked(name)
        if not timed_properties(shapes):
            continue
        files = sorted((HERE / name).glob("*.ttl"))
        live = KeptResults(shapes, {triple for file in files for triple in stated(file)})
        live.as_of = datetime(2023, 1, 1, tzinfo=UTC)
        live.ask_all()
        for step in (800, 200, 45, 180, 700):
            live.advance(live.as_of + timedelta(days=step, hours=step % 7))
            assert live.kept() == live.full(), (name, live.as_of)
