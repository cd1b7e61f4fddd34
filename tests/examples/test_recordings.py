"""The demo inputs are whole, tell nothing of the machine, meet each other, and tell their story."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kg.app import IngestReport, KnowledgeGraph
from kg.assets import asset
from kg.connectors import mlflow, native, openlineage
from kg.model import Batch
from kg.shacl import Result, load_shapes, set_upcoming_apart
from kg.shacl.engines import validate_store

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MLFLOW = EXAMPLES / "mlflow.jsonl"
EVENTS = EXAMPLES / "openlineage.jsonl"
ESTATE = EXAMPLES / "estate.yaml"
REPORT_DAY = datetime(2026, 11, 20, tzinfo=UTC)

MACHINE_TRACES = re.compile(
    r"/tmp\b|/work\b|/root\b|/home/|/Users/|\broot\b|localhost|127\.0\.0\.1|0\.0\.0\.0"
    r"|file://|sqlite|site-packages|:[3-6]\d{4}\b"
)

# What a report of 20 November 2026 finds: rule, severity, thing. README.md tells the same.
FINDINGS = {
    ("R01", "Violation", "model:mlflow/home-ranking"),
    ("R01", "Warning", "experiment:mlflow/0"),
    ("R01", "Warning", "experiment:mlflow/2"),
    ("R02", "Violation", "model:mlflow/home-ranking"),
    ("R15", "Warning", "model-version:mlflow/churn/3"),
    ("R15", "Warning", "model-version:mlflow/device-credit/2"),
    ("R15", "Warning", "model-version:mlflow/home-ranking/2"),
    ("R15", "Warning", "model-version:mlflow/home-ranking/3"),
    ("R17", "Violation", "deployment:org/home-ranking-3"),
    ("R19", "Warning", "model-version:mlflow/device-credit/2"),
    ("R21", "Violation", "deployment:org/device-credit-2"),
    ("R27", "Violation", "model-version:mlflow/device-credit/2"),
}

# Whose versions R12 finds: made from the personal data of others, which none of them declares.
UNLABELLED = {
    "dataset-version:s3://lake/churn/test",
    "dataset-version:s3://lake/churn/train",
    "dataset-version:s3://lake/clean/subscribers",
    "dataset-version:s3://lake/credit/test",
    "dataset-version:s3://lake/credit/train",
    "dataset-version:s3://lake/features/subscriber_weekly",
    "dataset-version:s3://lake/predictions/churn",
    "model-version:mlflow/churn",
    "model-version:mlflow/device-credit",
}

# What will be found once the duties for high-risk systems apply.
UPCOMING = {
    ("R03", "Violation", "model:mlflow/churn"),
    ("R03", "Violation", "model:mlflow/device-credit"),
    ("R03", "Violation", "model:mlflow/home-ranking"),
    ("R05", "Violation", "deployment:org/device-credit-2"),
    ("R07", "Violation", "model:mlflow/device-credit"),
    ("R08", "Violation", "model-version:mlflow/device-credit/1"),
    ("R09", "Violation", "model-version:mlflow/device-credit/2"),
    ("R09", "Warning", "model-version:mlflow/churn/3"),
    ("R09", "Warning", "model-version:mlflow/home-ranking/2"),
    ("R09", "Warning", "model-version:mlflow/home-ranking/3"),
    ("R10", "Violation", "model-version:mlflow/device-credit/2"),
    ("R18", "Violation", "model-version:mlflow/device-credit/2"),
    ("R22", "Violation", "deployment:org/device-credit-2"),
    ("R23", "Violation", "deployment:org/device-credit-2"),
    ("R24", "Violation", "document:org/device-credit-2-monitoring"),
    ("R24", "Violation", "document:org/device-credit-2-technical"),
    ("R25", "Violation", "model-version:mlflow/device-credit/2"),
    ("R25", "Warning", "model-version:mlflow/device-credit/2"),
    ("R31", "Violation", "model-version:mlflow/device-credit/2"),
    ("R34", "Violation", "deployment:org/device-credit-2"),
    ("R37", "Warning", "deployment:org/device-credit-2"),
}


def _mlflow(graph: KnowledgeGraph) -> Iterator[Batch]:
    return mlflow.batches(MLFLOW, names=graph.names)


def _openlineage(graph: KnowledgeGraph) -> Iterator[Batch]:
    return openlineage.batches(EVENTS, names=graph.names, load_states=lambda _: {})


@pytest.fixture(scope="module")
def reports() -> Iterator[tuple[KnowledgeGraph, list[IngestReport]]]:
    """A graph with all three inputs in it, and how taking them in went."""
    with KnowledgeGraph.in_memory() as graph:
        yield (
            graph,
            [
                graph.ingest(_mlflow(graph), source="mlflow"),
                graph.ingest(_openlineage(graph), source="openlineage"),
                graph.ingest(native.batches([ESTATE], names=graph.names)),
            ],
        )


@pytest.fixture(scope="module")
def whole(reports: tuple[KnowledgeGraph, list[IngestReport]]) -> KnowledgeGraph:
    """A graph with all three inputs in it."""
    return reports[0]


@pytest.mark.parametrize("recording", [MLFLOW, EVENTS], ids=lambda path: path.name)
def test_a_recording_is_json_lines_of_less_than_300_kb(recording: Path) -> None:
    assert recording.stat().st_size < 300_000
    assert all(isinstance(json.loads(line), dict) for line in recording.open())


@pytest.mark.parametrize("path", [MLFLOW, EVENTS, ESTATE], ids=lambda path: path.name)
def test_nothing_tells_of_the_machine_it_was_recorded_on(path: Path) -> None:
    assert MACHINE_TRACES.findall(path.read_text(encoding="utf-8")) == []


def test_the_last_line_of_the_mlflow_recording_counts_the_others() -> None:
    *objects, end = [json.loads(line) for line in MLFLOW.open()]
    assert end == {"kind": "end", "counts": Counter(entry["kind"] for entry in objects)}
    assert end["counts"]["registered_model"] == 3
    assert end["counts"]["model_version"] == 8
    assert end["counts"]["run"] == 11


def test_the_events_end_with_one_failed_run_of_the_withdrawn_feed() -> None:
    failed = [json.loads(line) for line in EVENTS.open() if '"eventType": "FAIL"' in line]
    assert [event["job"]["name"] for event in failed] == ["ingest_bureau_scores"]
    assert "column 'score' not found" in failed[0]["run"]["facets"]["errorMessage"]["message"]


def test_every_object_event_and_key_is_understood(
    reports: tuple[KnowledgeGraph, list[IngestReport]],
) -> None:
    for report in reports[1]:
        assert report.rejections == []
        assert report.warnings == []


def test_mlflow_and_openlineage_speak_of_the_same_dataset_versions(whole: KnowledgeGraph) -> None:
    """Every version that a model was trained or tested on was written by a pipeline.

    But for one: the examples without labels, on which training failed, come from none.
    """
    named = [
        {record.subject for batch in batches for record in batch.records}
        for batches in (_mlflow(whole), _openlineage(whole))
    ]
    logged, written = (
        {subject for subject in subjects if whole.names.kind(subject) == "dataset-version"}
        for subjects in named
    )
    assert len(logged & written) >= 12
    assert len(logged - written) == 1


@pytest.mark.parametrize(
    ("thing", "upstream"),
    [
        ("service:org/checkout", "dataset:s3://bureau-drop/scores"),
        ("service:org/retention-offers", "dataset:postgres://crm:5432/crm.public.subscribers"),
        ("experiment:org/home-ranking-depth", "dataset:kafka://events:9092/impressions"),
        ("dataset:s3://lake/predictions/churn", "dataset:s3://lake/raw/playback"),
    ],
)
def test_lineage_reaches_from_products_to_raw_data(
    whole: KnowledgeGraph, thing: str, upstream: str
) -> None:
    """Through deployments, versions, runs and pipelines, whichever source told of each."""
    found = whole.store.query(
        "PREFIX mlg: <https://w3id.org/mlg#> PREFIX dcat: <http://www.w3.org/ns/dcat#> "
        f"ASK {{ <{whole.names.parse(thing).value}> mlg:directlyDependsOn+/dcat:isVersionOf? "
        f"<{whole.names.parse(upstream).value}> }}"
    )
    assert bool(found)


def test_the_rules_find_what_the_story_tells(whole: KnowledgeGraph) -> None:
    shapes = load_shapes(asset("shapes", "structure"), asset("shapes", "governance"))
    validated = validate_store(whole.store, shapes, REPORT_DAY, whole.revision)
    report = set_upcoming_apart(validated)
    found = _findings(report.results, whole)
    unlabelled = {thing for rule, _, thing in found if rule == "R12"}
    assert {finding for finding in found if finding[0] != "R12"} == FINDINGS
    assert {version.rpartition("/")[0] for version in unlabelled} == UNLABELLED
    assert _findings(report.upcoming, whole) == UPCOMING


def _findings(results: Iterable[Result], graph: KnowledgeGraph) -> set[tuple[str, str, str]]:
    return {
        (result.rule.name if result.rule else "", result.level, graph.names.short(result.focus))
        for result in results
    }
