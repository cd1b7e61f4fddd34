"""Events and facets that others wrote: Marquez' test events and the specification's examples."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kg.connectors.openlineage.lineage import declared_sources

MARQUEZ = {
    "event_dataset_event": 1,
    "event_full": 3,
    "event_job_event": 3,
    "event_required_nanoseconds": 2,
    "event_required_no_timezone": 2,
    "event_required_only": 2,
    "event_simple": 5,
    "event_unicode": 5,
    "event_without_schema_url": 5,
}


@pytest.fixture
def marquez(fixtures_dir: Path) -> Path:
    """The folder of Marquez' test events."""
    return fixtures_dir / "openlineage-marquez"


def test_every_marquez_event_is_listed(marquez: Path) -> None:
    assert {path.stem for path in marquez.glob("event_*.json")} == MARQUEZ.keys()


@pytest.mark.parametrize(("name", "records"), MARQUEZ.items())
def test_marquez_events_are_taken(name: str, records: int, marquez: Path, taken: Any) -> None:
    found = taken.take(marquez / f"{name}.json")
    assert found.rejections == []
    assert len(found.records) == records
    assert len(found.warnings) == (
        name in ("event_required_no_timezone", "event_without_schema_url")
    )


def test_a_job_name_of_any_script_is_kept(marquez: Path, taken: Any) -> None:
    taken.take(marquez / "event_unicode.json")
    name = "myjob.buggy_task\U0001f577"
    iri = taken.names.mint("pipeline", "my-scheduler-namespace", name).value
    titles = [t.object.value for t in taken.records[iri].triples if "title" in t.predicate.value]
    assert titles == [name]


def test_the_marquez_example_company_is_taken_whole(
    marquez: Path, taken: Any, tmp_path: Path
) -> None:
    """Its times are placeholders; the day and the minute in their names tell the order."""
    text = (marquez / "metadata.template.json").read_text()
    minutes = re.compile(r"\{\{RUN_(?:START_TIME|END_TIME_AFTER_(\d+)_MINUTES?)\}\}")
    filled = minutes.sub(lambda m: f"2026-01-05T02:{int(m[1] or 0):02}:00Z", text)
    assert "{{" not in filled
    file = tmp_path / "metadata.json"
    file.write_text(filled)
    found = taken.take(file)
    assert found.rejections == []
    kinds = [taken.names.kind(iri) for iri in found.records]
    events = json.loads(filled)
    assert kinds.count("run") == len({event["run"]["runId"] for event in events})
    assert kinds.count("pipeline") == len({event["job"]["name"] for event in events})
    assert not [line for line in found.lines() if "food_delivery:food_delivery@" in line]


def test_every_facet_example_of_the_specification_is_stated_or_kept(
    conformance: Path, run_event: dict[str, Any], taken: Any
) -> None:
    files = sorted((conformance / "openlineage" / "spec" / "tests").glob("*/*.json"))
    assert len(files) == 10
    events = []
    for number, file in enumerate(files):
        facets = json.loads(file.read_text())
        dataset = {"namespace": "n", "name": file.stem, "facets": facets}
        body = {**run_event, "dataset": dataset, "schemaURL": "#/$defs/DatasetEvent"}
        events.append({k: v for k, v in body.items() if k not in ("run", "job")})
        job = {"namespace": "n", "name": f"job-{number}", "facets": facets}
        events.append({**run_event, "job": job})
        assert declared_sources(facets) or "ownership" in facets or "entries" in facets["lineage"]
    found = taken.take(events)
    assert found.rejections == []
    said = {
        line.split("openlineage.")[1].split(">")[0] for line in found.lines() if "unmapped" in line
    }
    assert {"lineage", "columnLineage", "ownership"} <= said
