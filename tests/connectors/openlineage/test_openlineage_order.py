"""Events in any order, any grouping and with any repetition lead to the same records."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.connectors.openlineage.state import State, loads

HERE = Path(__file__).parent
EVENTS = [
    json.loads(line)
    for file in sorted(HERE.glob("**/*.jsonl"))
    for line in file.read_text().splitlines()
]
# Events that speak of the same run, job and dataset at few moments, so that they contend.
TIMES = st.sampled_from(["2026-01-05T02:00:00Z", "2026-01-05T02:00:00.5Z", "2026-01-05T03:00:00Z"])
FACETS = st.dictionaries(
    st.sampled_from(["documentation", "note", "columnLineage"]),
    st.sampled_from(
        [
            {"description": "a"},
            {"description": "b"},
            {"value": 1},
            {"value": 1.0},
            {"value": True},
            {"_deleted": True},
        ]
    ),
    max_size=2,
)
VERSIONS = st.sampled_from([{}, {"version": {"datasetVersion": "1"}}])


@st.composite
def run_events(draw: st.DrawFn) -> dict[str, Any]:
    dataset = {"namespace": "n", "name": draw(st.sampled_from(["a", "b"]))}
    dataset["facets"] = {**draw(FACETS), **draw(VERSIONS)}
    return {
        "eventType": draw(st.sampled_from(["START", "RUNNING", "COMPLETE", "FAIL"])),
        "eventTime": draw(TIMES),
        "producer": draw(st.sampled_from(["p", "q"])),
        "schemaURL": "#/$defs/RunEvent",
        "run": {"runId": "01900000-0000-7000-8000-000000000001", "facets": draw(FACETS)},
        "job": {"namespace": "j", "name": draw(st.sampled_from(["x", "y"]))},
        draw(st.sampled_from(["inputs", "outputs"])): [dataset],
    }


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_repetition_gives_the_same_records(
    data: st.DataObject, fresh: Callable[[], Any]
) -> None:
    events = data.draw(st.lists(run_events(), min_size=1, max_size=6))
    shuffled = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events)))))
    size = data.draw(st.integers(min_value=1, max_value=4))
    once, again = fresh().take(events), fresh().take(shuffled, batch_size=size)
    assert again.records == once.records
    assert again.states == once.states


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_recorded_events_reversed_give_the_same_records(
    size: int, fresh: Callable[[], Any]
) -> None:
    forward, backward = fresh().take(EVENTS), fresh().take(EVENTS[::-1], batch_size=size)
    assert backward.records == forward.records


def states() -> st.SearchStrategy[State]:
    write = st.tuples(st.sampled_from("abc"), TIMES, st.sampled_from([None, 1, 1.0, True, "x"]))
    return st.lists(write, max_size=5).map(_state)


def _state(writes: list[tuple[str, str, Any]]) -> State:
    state = State()
    for path, time, value in writes:
        state.write((path,), time, value)
        state.saw(path, time, time)
    return state


def merged(*parts: State) -> str:
    whole = State()
    for part in parts:
        whole.merge(part)
    return whole.dumps()


@given(states(), states(), states())
def test_merging_states_is_commutative_associative_and_idempotent(
    a: State, b: State, c: State
) -> None:
    assert merged(a, b) == merged(b, a)
    assert merged(loads(merged(a, b)), c) == merged(a, loads(merged(b, c)))
    assert merged(a, a) == a.dumps()


@given(states())
def test_a_state_is_read_back_as_it_was_written(state: State) -> None:
    assert loads(state.dumps()).dumps() == state.dumps()
