"""OpenLineage events of one job run, sent by the real client to a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import (
    InputDataset,
    Job,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
    set_producer,
)
from openlineage.client.facet_v2 import (
    JobFacet,
    RunFacet,
    column_lineage_dataset,
    dataset_version_dataset,
    documentation_dataset,
    documentation_job,
    error_message_run,
    job_type_job,
    nominal_time_run,
    output_statistics_output_dataset,
    ownership_dataset,
    ownership_job,
    schema_dataset,
    source_code_location_job,
    tags_dataset,
    tags_run,
)
from openlineage.client.transport.file import FileConfig, FileTransport
from openlineage.client.uuid import generate_static_uuid

from recording.tables import Place, Table

REPOSITORY = "https://git.example.org/streaming/pipelines"
NAMESPACE = "etl"


@dataclass(frozen=True)
class Column:
    """Where a column of an output comes from, and whether the way there masks it."""

    place: Place
    field: str
    masking: bool = False


@dataclass(frozen=True)
class Step:
    """A job of the story: what it does, who answers for it, of which kind and code its runs are."""

    name: str
    description: str
    team: str
    kind: str
    commit: str
    columns: Mapping[str, Sequence[Column]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


class Emitter:
    """Sends the events of job runs, in order, to one file."""

    def __init__(self, path: Path) -> None:
        set_producer(REPOSITORY)
        config = FileConfig(log_file_path=str(path), append=True)
        self._client = OpenLineageClient(transport=FileTransport(config))

    def run(
        self, step: Step, start: datetime, inputs: Sequence[Table], outputs: Sequence[Table]
    ) -> datetime:
        """A run that succeeds; gives the moment at which it ended."""
        end = start + timedelta(minutes=4 + len(step.name) % 9)
        self._start(step, start, inputs)
        written = [_output(table, step) for table in outputs]
        complete = RunEvent(
            eventType=RunState.COMPLETE,
            eventTime=_text(end),
            run=Run(_run_id(step, start)),
            job=Job(NAMESPACE, step.name),
            inputs=[_input(table) for table in inputs],
            outputs=written,
        )
        self._client.emit(complete)
        return end

    def failed_run(self, step: Step, start: datetime, inputs: Sequence[Table], error: str) -> None:
        """A run that fails with the given message after two minutes."""
        self._start(step, start, inputs)
        failure = error_message_run.ErrorMessageRunFacet(error, programmingLanguage="PYTHON")
        fail = RunEvent(
            eventType=RunState.FAIL,
            eventTime=_text(start + timedelta(minutes=2)),
            run=Run(_run_id(step, start), {"errorMessage": failure}),
            job=Job(NAMESPACE, step.name),
            inputs=[_input(table) for table in inputs],
        )
        self._client.emit(fail)

    def _start(self, step: Step, start: datetime, inputs: Sequence[Table]) -> None:
        """The first event of a run, which also says all there is to say of its job."""
        event = RunEvent(
            eventType=RunState.START,
            eventTime=_text(start),
            run=Run(_run_id(step, start), _run_facets(step, start)),
            job=Job(NAMESPACE, step.name, _job_facets(step)),
            inputs=[_input(table) for table in inputs],
        )
        self._client.emit(event)


def _run_id(step: Step, start: datetime) -> str:
    return str(generate_static_uuid(start, step.name.encode()))


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _run_facets(step: Step, start: datetime) -> dict[str, RunFacet]:
    nominal = start.replace(minute=0, second=0)
    facets: dict[str, RunFacet] = {
        "nominalTime": nominal_time_run.NominalTimeRunFacet(nominalStartTime=_text(nominal))
    }
    if step.tags:
        tags = [tags_run.TagsRunFacetFields(*item, source="USER") for item in step.tags.items()]
        facets["tags"] = tags_run.TagsRunFacet(tags)
    return facets


def _job_facets(step: Step) -> dict[str, JobFacet]:
    owner = ownership_job.Owner(f"team:{step.team}", "MAINTAINER")
    path = f"jobs/{step.name}.py"
    code = source_code_location_job.SourceCodeLocationJobFacet(
        type="git",
        url=f"{REPOSITORY}/blob/{step.commit}/{path}",
        repoUrl=REPOSITORY,
        path=path,
        version=step.commit,
    )
    return {
        "documentation": documentation_job.DocumentationJobFacet(step.description),
        "ownership": ownership_job.OwnershipJobFacet([owner]),
        "jobType": job_type_job.JobTypeJobFacet("BATCH", "PYTHON", step.kind),
        "sourceCodeLocation": code,
    }


def _input(table: Table) -> InputDataset:
    """An input, with its version where it has one, else with all that is known of its source."""
    place = table.place
    facets = _version(table) if table.rows is not None else _description(place)
    return InputDataset(place.namespace, place.name, facets=facets)


def _output(table: Table, step: Step) -> OutputDataset:
    place, rows = table.place, table.data()
    facets = {**_version(table), **_description(place), "schema": _schema(table)}
    lineage = _column_lineage(step, [str(column) for column in rows.columns])
    if lineage.fields:
        facets["columnLineage"] = lineage
    size = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(len(rows))
    return OutputDataset(
        place.namespace, place.name, facets=facets, outputFacets={"outputStatistics": size}
    )


def _version(table: Table) -> dict[str, Any]:
    return {"version": dataset_version_dataset.DatasetVersionDatasetFacet(table.digest)}


def _description(place: Place) -> dict[str, Any]:
    owner = ownership_dataset.Owner(f"team:{place.team}", "OWNER")
    facets: dict[str, Any] = {
        "documentation": documentation_dataset.DocumentationDatasetFacet(place.description),
        "ownership": ownership_dataset.OwnershipDatasetFacet([owner]),
    }
    if place.personal:
        tags = [
            tags_dataset.TagsDatasetFacetFields("pii", kind, source="USER", field=column)
            for column, kind in place.personal.items()
        ]
        facets["tags"] = tags_dataset.TagsDatasetFacet(tags)
    return facets


def _schema(table: Table) -> schema_dataset.SchemaDatasetFacet:
    fields = [
        schema_dataset.SchemaDatasetFacetFields(name=str(name), type=str(kind))
        for name, kind in table.data().dtypes.items()
    ]
    return schema_dataset.SchemaDatasetFacet(fields)


def _column_lineage(
    step: Step, columns: Sequence[str]
) -> column_lineage_dataset.ColumnLineageDatasetFacet:
    fields = {
        name: column_lineage_dataset.Fields([_origin(column) for column in step.columns[name]])
        for name in columns
        if name in step.columns
    }
    return column_lineage_dataset.ColumnLineageDatasetFacet(fields)


def _origin(column: Column) -> column_lineage_dataset.InputField:
    change = column_lineage_dataset.Transformation(
        "DIRECT", "TRANSFORMATION", masking=column.masking
    )
    place = column.place
    return column_lineage_dataset.InputField(place.namespace, place.name, column.field, [change])
