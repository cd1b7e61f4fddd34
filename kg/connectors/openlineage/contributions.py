"""What one event says of each entity it speaks of.

An event contributes to its run, its job, every dataset, and every dataset version that a
``version`` facet pins. Registers (the paths in a :class:`State`):

==================================  =========================================================
run                                 ``job``, ``producer``, ``facet/NAME``, ``jobFacet/NAME``,
                                    ``input|output/NS/NAME/VERSION[/FACET]``,
                                    ``flow/NS/NAME/FACET``
job                                 ``facet/NAME``, ``declared/inputs|outputs``,
                                    ``flow/NS/NAME/FACET``
dataset                             ``facet/NAME``, ``declared/FACET``, ``previous/NS/NAME``
dataset version                     ``facet/NAME``, ``declared/FACET``
==================================  =========================================================

``flow`` holds the explicit lineage of an output, ``declared`` what static events say.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.connectors.openlineage.events import (
    Dataset,
    DatasetEvent,
    Event,
    Facets,
    JobEvent,
    RunEvent,
)
from kg.connectors.openlineage.state import Key, State

FLOW_FACETS = ("lineage", "columnLineage")
# What may differ from run to run, so that the run keeps its own copy of it.
_JOB_FACETS_OF_RUN = ("lineage", "jobType", "sourceCodeLocation")
_VERSION_FACETS = ("schema", "dataQualityMetrics", "columnLineage")


def contributions(event: Event) -> Iterator[tuple[Key, State]]:
    """The entities an event speaks of, each with what the event says of it."""
    if isinstance(event, RunEvent):
        yield from _of_run_event(event)
    elif isinstance(event, JobEvent):
        yield from _of_job_event(event)
    else:
        yield from _of_dataset_event(event)


def _of_run_event(event: RunEvent) -> Iterator[tuple[Key, State]]:
    run = State()
    run.write(("job",), event.time, list(event.job.id))
    run.write(("producer",), event.time, event.producer)
    run.write_facets(("facet",), event.time, event.facets)
    run.write_facets(("jobFacet",), event.time, _only(event.job.facets, _JOB_FACETS_OF_RUN))
    run.saw(event.type, event.time, event.time)
    for direction, datasets in (("input", event.inputs), ("output", event.outputs)):
        for dataset in datasets:
            path = (direction, *dataset.id, dataset.version or "")
            run.write(path, event.time)
            run.write_facets(path, event.time, dataset.use)
    _write_flows(run, event.time, event.outputs)
    yield ("run", event.run_id), run
    job = State()
    job.write_facets(("facet",), event.time, event.job.facets)
    _write_flows(job, event.time, event.outputs)
    yield ("job", *event.job.id), job
    for dataset in event.inputs:
        yield from _of_dataset(dataset, event.time)
    for dataset in event.outputs:
        yield from _of_dataset(dataset, event.time, generated_by=event.type)


def _of_job_event(event: JobEvent) -> Iterator[tuple[Key, State]]:
    job = State()
    job.write_facets(("facet",), event.time, event.job.facets)
    for name, datasets in (("inputs", event.inputs), ("outputs", event.outputs)):
        if datasets is not None:
            job.write(("declared", name), event.time, sorted(list(d.id) for d in datasets))
    _write_flows(job, event.time, event.outputs or ())
    yield ("job", *event.job.id), job
    for dataset in (*(event.inputs or ()), *(event.outputs or ())):
        yield from _of_dataset(dataset, event.time)


def _of_dataset_event(event: DatasetEvent) -> Iterator[tuple[Key, State]]:
    dataset = event.dataset
    declared = State()
    declared.write_facets(("declared",), event.time, _only(dataset.facets, FLOW_FACETS))
    yield _version_key(dataset) or ("dataset", *dataset.id), declared
    yield from _of_dataset(dataset, event.time)


def _of_dataset(
    dataset: Dataset, time: str, generated_by: str | None = None
) -> Iterator[tuple[Key, State]]:
    state = State()
    facets = {name: facet for name, facet in dataset.facets.items() if name != "version"}
    state.write_facets(("facet",), time, facets)
    previous = facets.get("lifecycleStateChange", {}).get("previousIdentifier")
    match previous:
        case {"namespace": str(namespace), "name": str(name)} if namespace and name:
            state.write(("previous", namespace, name), time)
    yield ("dataset", *dataset.id), state
    version = _version_key(dataset)
    if version:
        pinned = State()
        pinned.write_facets(("facet",), time, _only(facets, _VERSION_FACETS))
        if generated_by is not None:
            pinned.saw(generated_by, time, time)
        yield version, pinned


def _version_key(dataset: Dataset) -> Key | None:
    return ("dataset-version", *dataset.id, dataset.version) if dataset.version else None


def _write_flows(state: State, time: str, outputs: tuple[Dataset, ...]) -> None:
    for dataset in outputs:
        path = ("flow", *dataset.id)
        state.write_facets(path, time, _only(dataset.facets, FLOW_FACETS))


def _only(facets: Facets, names: tuple[str, ...]) -> Facets:
    return {name: facets[name] for name in names if name in facets}
