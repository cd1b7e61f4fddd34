"""What depends on what, asked of the graph: explicit lineage implies nothing else."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kg.app import KnowledgeGraph
from kg.connectors.openlineage import batches
from kg.connectors.openlineage.events import Identity
from kg.connectors.openlineage.lineage import OWN_JOB, Flows, Source, declared_sources, flows

JOB = Source("JOB", Identity("airflow://production", "daily.own"))
PEOPLE = Identity("n", "people")
OUT = Identity("n", "out")


def depends_on(graph: KnowledgeGraph, name: str) -> set[str]:
    """The names of the datasets that a dataset depends on, over any number of steps."""
    node = graph.names.mint("dataset", "s3://lake", name)
    found = graph.store.query(
        "SELECT ?n { SELECT DISTINCT ?n { "
        f"{node} <https://w3id.org/mlg#directlyDependsOn>+ ?d . "
        "?d a <https://w3id.org/mlg#Dataset> ; <http://purl.org/dc/terms/title> ?n } }"
    )
    return {row["n"].value for row in found}


def ingest(graph: KnowledgeGraph, *events: Mapping[str, Any]) -> None:
    text = "".join(json.dumps(event) + "\n" for event in events).encode()
    ingestion = graph.ingestion(source="openlineage", agent="test")
    found = batches(io.BytesIO(text), names=graph.names, load_states=ingestion.load_states)
    assert ingestion.run(found).rejections == []


def datasets(*names: str) -> list[dict[str, Any]]:
    return [{"namespace": "s3://lake", "name": name} for name in names]


def entry(output: str, *inputs: str) -> dict[str, Any]:
    sources = [{**dataset, "type": "DATASET"} for dataset in datasets(*inputs)]
    return {**datasets(output)[0], "type": "DATASET", "inputs": sources}


EXPLICIT = {"lineage": {"entries": [entry("c", "a"), entry("d", "b")]}}


@pytest.fixture
def split(run_event: dict[str, Any]) -> dict[str, Any]:
    """A run that reads a, b and writes c, d, without saying which from which."""
    return {
        **run_event,
        "eventType": "COMPLETE",
        "inputs": datasets("a", "b"),
        "outputs": datasets("c", "d"),
    }


def with_lineage(event: dict[str, Any]) -> dict[str, Any]:
    return {**event, "job": {**event["job"], "facets": EXPLICIT}}


def declared(event: dict[str, Any]) -> dict[str, Any]:
    """The same as static metadata of the job."""
    schema = event["schemaURL"].replace("RunEvent", "JobEvent")
    return {**{k: v for k, v in event.items() if k != "run"}, "schemaURL": schema}


def test_without_explicit_lineage_each_output_depends_on_every_input(
    graph: KnowledgeGraph, split: dict[str, Any]
) -> None:
    ingest(graph, split)
    assert depends_on(graph, "c") == depends_on(graph, "d") == {"a", "b"}


@pytest.mark.parametrize(
    "told",
    [
        lambda e: [with_lineage(e)],
        lambda e: [with_lineage(declared(e))],
        lambda e: [with_lineage(e), with_lineage(declared(e))],
        lambda e: [with_lineage(e), declared(e)],
        lambda e: [declared(e), with_lineage(e)],
    ],
    ids=["run", "job", "run and job", "run, then bare job", "bare job, then run"],
)
def test_with_explicit_lineage_an_output_depends_on_its_own_inputs_only(
    told: Any, graph: KnowledgeGraph, split: dict[str, Any]
) -> None:
    ingest(graph, *told(split))
    assert depends_on(graph, "c") == {"a"}
    assert depends_on(graph, "d") == {"b"}


def test_explicit_lineage_that_comes_later_replaces_what_was_inferred(
    graph: KnowledgeGraph, split: dict[str, Any]
) -> None:
    ingest(graph, split)
    ingest(graph, with_lineage({**split, "eventTime": "2026-01-05T03:00:00Z"}))
    assert depends_on(graph, "c") == {"a"}


def test_column_lineage_of_one_output_leaves_the_others_inferred(
    graph: KnowledgeGraph, split: dict[str, Any]
) -> None:
    column = {"inputFields": [{**datasets("a")[0], "field": "id"}]}
    facets = {"columnLineage": {"fields": {"id": column}}}
    outputs = [{**datasets("c")[0], "facets": facets}, *datasets("d")]
    ingest(graph, {**split, "outputs": outputs}, declared({**split, "outputs": outputs}))
    assert depends_on(graph, "c") == {"a"}
    assert depends_on(graph, "d") == {"a", "b"}


def test_the_whole_run_is_found_from_an_output_and_an_input_of_a_step(
    graph: KnowledgeGraph, split: dict[str, Any]
) -> None:
    ingest(graph, with_lineage(split))
    c, a = (graph.names.mint("dataset", "s3://lake", name) for name in "ca")
    run = graph.names.mint("run", "openlineage", split["run"]["runId"])
    assert graph.store.query(
        f"ASK {{ {c} <http://www.w3.org/ns/prov#wasGeneratedBy> ?step . "
        f"?step <http://purl.org/dc/terms/isPartOf> {run} ; "
        f"<http://www.w3.org/ns/prov#used> {a} }}"
    )


def test_a_change_of_the_pipeline_reaches_the_outputs_of_steps(
    graph: KnowledgeGraph, split: dict[str, Any]
) -> None:
    ingest(graph, with_lineage(split))
    c = graph.names.mint("dataset", "s3://lake", "c")
    pipeline = graph.names.mint("pipeline", "airflow", "daily")
    assert graph.store.query(f"ASK {{ {c} <https://w3id.org/mlg#directlyDependsOn>+ {pipeline} }}")


def example(conformance: Path, name: str) -> dict[str, Any]:
    file = conformance / "openlineage" / "spec" / "tests" / f"{name}.json"
    facets: dict[str, Any] = json.loads(file.read_text())
    return facets


def of_job(conformance: Path, name: str) -> Flows:
    lineage = example(conformance, f"LineageFacet/{name}")["lineage"]
    return flows(JOB, {Identity("n", "in")}, {OUT: {}}, lineage)


def targets(found: Flows) -> dict[str, set[str]]:
    told = {step.output.name: step.sources for step in found.steps if step.output}
    return {name: {source.id.name for source in sources} for name, sources in told.items()}


@pytest.mark.parametrize(
    ("name", "steps", "inputs", "outputs"),
    [
        ("dataset-to-job", {"out": set()}, {"in"}, set()),
        ("generator", {"out": set()}, set(), {"public.extracted_data"}),
        ("implicit-job", {"out": set()}, {"in", "public.transactions"}, set()),
        (
            "job-to-dataset",
            {"out": set(), "public.daily_summary": {"daily.extract"}},
            {"in"},
            set(),
        ),
        ("job-to-job", {"out": set()}, {"in"}, set()),
        (
            "mixed-sources",
            {"out": set(), "public.enriched_orders": {"public.orders", "daily.enrichment"}},
            {"in"},
            set(),
        ),
    ],
)
def test_the_lineage_examples_of_the_specification(
    name: str, steps: dict[str, set[str]], inputs: set[str], outputs: set[str], conformance: Path
) -> None:
    found = of_job(conformance, name)
    assert targets(found) == steps
    assert {dataset.name for dataset in found.inputs} == inputs
    assert {dataset.name for dataset in found.outputs} == outputs


def test_the_job_examples_name_the_other_jobs_and_their_runs(conformance: Path) -> None:
    (target,) = of_job(conformance, "job-to-job").targets
    assert target.job.run_id == "605f451b-c768-4c77-9ff4-8501f6324513"
    assert {source.run_id for source in target.sources} == {"b7dce052-51a6-4d66-98b9-5fd8b78a79c7"}
    (target,) = of_job(conformance, "dataset-to-job").targets
    assert target.job == Source("JOB", Identity("airflow://production", "daily.load"))


def test_the_dataset_example_derives_from_its_source(conformance: Path) -> None:
    found = declared_sources(example(conformance, "LineageFacet/dataset-to-dataset"))
    assert {source.id.name for source in found} == {"public.customers"}


def test_the_column_lineage_examples_name_their_sources(conformance: Path) -> None:
    sources = []
    for number in (1, 2):
        found = declared_sources(example(conformance, f"ColumnLineageDatasetFacet/{number}"))
        sources.append({source.id.name for source in found})
    assert sources == [{"CUSTOMERS", "DISCOUNTS"}, {"/iceberg_warehouse/some-database/people"}]


def test_a_job_named_in_full_is_still_the_events_own_job() -> None:
    own = {"type": "JOB", "namespace": JOB.id.namespace, "name": JOB.id.name}
    lineage = {"entries": [{"type": "DATASET", "namespace": "n", "name": "out", "inputs": [own]}]}
    found = flows(JOB._replace(run_id="r"), set(), {OUT: {}}, lineage)
    assert found.outputs == {OUT}
    assert OWN_JOB not in found.sources


DIRECT, INDIRECT = {"type": "DIRECT", "masking": False}, {"type": "INDIRECT"}
MASKED = {"type": "DIRECT", "masking": True}


@pytest.mark.parametrize(
    ("fields", "deidentified"),
    [
        ([[MASKED]], True),
        ([[MASKED], [MASKED, INDIRECT]], True),
        ([[MASKED], [INDIRECT]], True),
        ([[MASKED, DIRECT]], False),
        ([[MASKED], [DIRECT]], False),
        ([[MASKED], []], False),
        ([[INDIRECT]], False),
        ([[{"masking": True}]], True),
        ([[{"type": "DIRECT", "masking": "true"}]], False),
        ([[]], False),
    ],
)
def test_a_step_deidentifies_only_where_every_way_for_content_is_masked(
    fields: list[list[dict[str, Any]]], deidentified: bool
) -> None:
    items = [{**PEOPLE._asdict(), "field": "f", "transformations": ways} for ways in fields]
    column = {"columnLineage": {"fields": {"id": {"inputFields": items}}}}
    (step,) = flows(JOB, {PEOPLE}, {OUT: column}, None).steps
    assert step.deidentified is deidentified
    inputs = [{**item, "type": "DATASET"} for item in items]
    whole = {**PEOPLE._asdict(), "type": "DATASET"}
    lineage = {"lineage": {"inputs": [whole], "fields": {"id": {"inputs": inputs}}}}
    (step,) = flows(JOB, {PEOPLE}, {OUT: lineage}, None).steps
    assert step.deidentified is deidentified
