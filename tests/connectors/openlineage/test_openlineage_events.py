"""What is demanded of an event, what is tolerated, and what the official schema says of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from kg.connectors.openlineage.events import DatasetEvent, JobEvent, RunEvent, read_event
from kg.errors import InputError

HERE = Path(__file__).parent
CASES = json.loads((HERE / "rejections.json").read_text())
STORIES = sorted(HERE.glob("stories/*/input.jsonl"))


@pytest.fixture
def schema(conformance: Path) -> Draft202012Validator:
    """The core specification; the formats that matter (UUID) are checked."""
    text = (conformance / "openlineage" / "spec" / "OpenLineage.json").read_text()
    return Draft202012Validator(json.loads(text), format_checker=FormatChecker(["uuid"]))


def changed(event: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    body = {**event, **case.get("with", {})}
    return {key: value for key, value in body.items() if key != case.get("without")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_an_event_that_breaks_the_specification_is_rejected_in_one_line(
    case: dict[str, Any], run_event: dict[str, Any], taken: Any
) -> None:
    good = {**run_event, "run": {"runId": "01900000-0000-7000-8000-00000000000f"}}
    found = taken.take([changed(run_event, case), good])
    assert [rejection.reason for rejection in found.rejections] == [case["reason"]]
    assert found.rejections[0].where == "<stdin>:1"
    assert len(found.records) == 2  # the run and the job of the good event


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_official_schema_rejects_the_same_but_for_kinds_and_calendars(
    case: dict[str, Any], run_event: dict[str, Any], schema: Draft202012Validator
) -> None:
    """It does not look at schemaURL to tell the kind, and does not check dates."""
    assert schema.is_valid(changed(run_event, case)) is case.get("official_schema_accepts", False)


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.parent.name)
def test_events_of_the_stories_conform_to_the_official_schema(
    story: Path, schema: Draft202012Validator
) -> None:
    for line in story.read_text().splitlines():
        assert [error.message for error in schema.iter_errors(json.loads(line))] == []


@pytest.mark.parametrize(
    ("keys", "kind"),
    [({}, RunEvent), ({"run": None}, JobEvent), ({"run": None, "job": None}, DatasetEvent)],
)
def test_without_schema_url_the_kind_is_told_by_the_keys(
    keys: dict[str, Any], kind: type, run_event: dict[str, Any]
) -> None:
    body = {**run_event, "dataset": {"namespace": "n", "name": "a"}, "schemaURL": None, **keys}
    if kind is not DatasetEvent:
        del body["dataset"]
    event, notes = read_event(body)
    assert isinstance(event, kind)
    assert notes == ("no schemaURL, kind of event told by its keys",)


def test_a_thing_that_is_no_event_is_rejected() -> None:
    for document in (7, [], {"schemaURL": "x"}, {"events": 1}):
        with pytest.raises(InputError):
            read_event(document)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2026-01-05T02:00:00Z", "2026-01-05T02:00:00Z"),
        ("2026-01-05T02:00:00.123456789Z", "2026-01-05T02:00:00.123456789Z"),
        ("2026-01-05T02:00:00.1234567891234Z", "2026-01-05T02:00:00.123456789Z"),
        ("2026-01-05T02:00:00.500+10:00", "2026-01-04T16:00:00.5Z"),
        ("2026-01-05 02:00:00-0130", "2026-01-05T03:30:00Z"),
        ("2026-01-05t02:00:00z", "2026-01-05T02:00:00Z"),
        ("2026-01-05T02:00:00.25", "2026-01-05T02:00:00.25Z"),
    ],
)
def test_event_times_are_kept_in_utc_to_the_nanosecond(
    written: str, kept: str, run_event: dict[str, Any], taken: Any
) -> None:
    taken.take([{**run_event, "eventTime": written}])
    starts = [t.object.value for t in taken.triples if t.predicate.value.endswith("startedAtTime")]
    assert starts == [kept]


def test_a_time_without_zone_is_taken_as_utc_with_one_warning_for_all(
    run_event: dict[str, Any], taken: Any
) -> None:
    body = {**run_event, "eventTime": "2026-01-05T02:00:00"}
    found = taken.take([run_event, body, body])
    assert found.warnings == [
        "eventTime without a zone, taken as UTC; events: 2, the first at <stdin>:2"
    ]


def test_null_stands_for_an_absent_field_and_lower_case_for_an_event_type(
    run_event: dict[str, Any],
) -> None:
    body = {**run_event, "eventType": "complete", "inputs": None, "outputs": None}
    body["job"] = {**run_event["job"], "facets": {"sql": None}}
    event, notes = read_event(body)
    assert isinstance(event, RunEvent)
    assert (event.type, event.inputs, event.job.facets, notes) == ("COMPLETE", (), {}, ())


def test_a_lone_surrogate_and_endless_nesting_are_rejected(run_event: dict[str, Any]) -> None:
    deep: Any = "x"
    for _ in range(20_000):
        deep = [deep]
    for value, reason in (("\ud800", "not Unicode"), (deep, "nested too deep")):
        body = {**run_event, "job": {"namespace": "n", "name": "a", "facets": {"x": {"y": value}}}}
        with pytest.raises(InputError, match=reason):
            read_event(body)


def test_malformed_known_facets_are_kept_as_they_are(run_event: dict[str, Any], taken: Any) -> None:
    odd = [7, "x", [], [7], {"fields": "x"}, {"a": None}]
    names = ["schema", "ownership", "tags", "symlinks", "columnLineage", "lineage", "parent"]
    keys = ["fields", "owners", "tags", "identifiers", "run", "entries", "inputs", "root"]
    events = []
    for number, value in enumerate(odd):
        facets = {name: dict.fromkeys(keys, value) for name in names}
        dataset = {"namespace": "n", "name": f"d{number}", "facets": facets}
        job = {"namespace": "n", "name": f"j{number}", "facets": facets}
        run = {"runId": f"01900000-0000-7000-8000-00000000000{number}", "facets": facets}
        events.append({**run_event, "run": run, "job": job, "outputs": [dataset]})
    found = taken.take(events)
    assert found.rejections == []
    assert sum("openlineage.symlinks" in line for line in found.lines()) == 3 * len(odd)
