"""Each story is a folder: the events that came in, and all that the records then say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kg.terms import RdfFormat, Triple, parse

HERE = Path(__file__).parent
STORIES = sorted(path.parent for path in HERE.glob("stories/*/input.jsonl"))


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.name)
def test_the_records_of_a_story_say_what_is_expected(story: Path, taken: Any) -> None:
    expected = {
        Triple(quad.subject, quad.predicate, quad.object)
        for quad in parse(path=story / "expected.ttl", format=RdfFormat.TURTLE)
    }
    found = taken.take(story / "input.jsonl")
    assert found.rejections == []
    assert found.warnings == []
    assert sorted(map(str, found.triples - expected)) == []
    assert sorted(map(str, expected - found.triples)) == []


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.name)
def test_a_story_told_twice_changes_neither_records_nor_states(story: Path, taken: Any) -> None:
    events = story / "input.jsonl"
    taken.take(events)
    records, states = dict(taken.records), dict(taken.states)
    taken.take(events, batch_size=1)
    assert taken.records == records
    assert taken.states == states
