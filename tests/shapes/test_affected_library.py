"""The shipped shapes, asked again about what a change concerns, find what a full run finds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kept_results import KeptResults
from shape_cases import HERE, described, shapes_for

from kg.shacl.affected.asking import AskedShapes
from kg.terms import Triple

FOLDERS = sorted(folder.name for folder in HERE.iterdir() if (folder / "expected.yaml").exists())
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@cache
def asked(name: str) -> AskedShapes:
    return AskedShapes(shapes_for(name))


@cache
def stated(file: Path) -> list[Triple]:
    return sorted(described(file), key=str)


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_every_shape_on_its_own_data(data: st.DataObject) -> None:
    """Triples of its test files come and go, one or a few at a time."""
    name = data.draw(st.sampled_from(FOLDERS))
    files = sorted((HERE / name).glob("*.ttl"))
    file = data.draw(st.sampled_from(files))
    pool = st.sampled_from([*stated(file), *stated(data.draw(st.sampled_from(files)))])
    live = KeptResults(asked(name), stated(file))
    for _ in range(3):
        live.change(data.draw(st.lists(pool, min_size=1, max_size=3)))
        assert live.kept() == live.full()
