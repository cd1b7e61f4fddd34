"""Which output came from which inputs: the precedence that OpenLineage asks of consumers.

For each output of a job: an entry of the job's ``lineage`` facet; else the output's own
``lineage`` facet; else its ``columnLineage``; else, unless the job has a ``lineage`` facet (its
presence forbids inference), every input (the Cartesian product). Specification: LineageFacet
1-0-0 and ColumnLineageDatasetFacet 1-2-0, and the pages of both facets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any, NamedTuple

from kg.connectors.openlineage.events import Facet, Facets, Identity


class Source(NamedTuple):
    """What feeds a target: a dataset, another job (of a run, where known), or the job itself."""

    type: str
    id: Identity
    run_id: str = ""


OWN_JOB = Source("JOB", Identity("", ""))


class Origin(NamedTuple):
    """One way from a source to a target.

    ``masked`` has an element for each transformation that carries content over (``DIRECT``):
    whether it masks. It is ``None`` for a source named as a whole without transformations, which
    the fields may tell more of.
    """

    source: Source
    masked: tuple[bool, ...] | None


@dataclass(frozen=True)
class Step:
    """A part of a run or job that makes one output from the named sources only."""

    output: Identity | None
    sources: frozenset[Source]
    deidentified: bool = False


@dataclass(frozen=True)
class JobTarget:
    """Another job (or run of it) that data flows into."""

    job: Source
    sources: frozenset[Source]


@dataclass(frozen=True)
class Flows:
    """The data flows of a run or job.

    What the whole used and generated (each of ``outputs`` from all of ``inputs``), the steps
    that are known more exactly, and the flows into other jobs.
    """

    inputs: frozenset[Identity]
    outputs: frozenset[Identity]
    sources: frozenset[Source]
    steps: tuple[Step, ...]
    targets: tuple[JobTarget, ...]


def flows(
    own: Source, inputs: Set[Identity], outputs: Mapping[Identity, Facets], lineage: Facet | None
) -> Flows:
    """The flows of a run or job.

    ``own`` is the job itself as others would name it, ``outputs`` the outputs with their
    ``lineage`` and ``columnLineage`` facets, ``lineage`` the job's lineage facet.
    """
    entries = list(_entries(lineage, own))
    explicit = _explicit(entries, outputs, own)
    if lineage is not None:
        explicit = {**dict.fromkeys(outputs, ()), **explicit}
    into_own = {s for target, origins in entries if target == OWN_JOB for s in _sources(origins)}
    by_whole = {output for output, found in explicit.items() if OWN_JOB in _sources(found)}
    inferred = outputs.keys() - explicit.keys()
    steps = [_step(output, found) for output, found in sorted(explicit.items())]
    steps = [step for step in steps if step.sources or step.output not in by_whole]
    fed = _datasets(into_own)
    if inferred:
        fed |= inputs
    spare = inputs - fed - _datasets(source for step in steps for source in step.sources)
    if spare and by_whole:
        # Apart, lest what the whole generated be taken to come from what it only read.
        steps.append(Step(None, frozenset(Source("DATASET", dataset) for dataset in spare)))
    elif spare:
        fed |= spare
    return Flows(
        inputs=frozenset(fed),
        outputs=frozenset(inferred | by_whole),
        sources=frozenset(s for s in into_own if s.type == "JOB" and s != OWN_JOB),
        steps=tuple(steps),
        targets=tuple(_job_targets(entries)),
    )


def _datasets(sources: Iterable[Source]) -> set[Identity]:
    return {source.id for source in sources if source.type == "DATASET"}


def _job_targets(entries: Iterable[tuple[Source, tuple[Origin, ...]]]) -> Iterator[JobTarget]:
    for target, origins in entries:
        if target.type == "JOB" and target != OWN_JOB:
            yield JobTarget(target, frozenset(_sources(origins)))


def declared_sources(facets: Facets) -> frozenset[Source]:
    """What a dataset derives from by its own ``lineage`` facet, else its ``columnLineage``."""
    return frozenset(_sources(_dataset_origins(facets, OWN_JOB) or ())) - {OWN_JOB}


def _step(output: Identity, origins: Iterable[Origin]) -> Step:
    origins = tuple(origins)
    sources = frozenset(_sources(origins)) - {OWN_JOB}
    return Step(output, sources, _deidentified(origins))


def _sources(origins: Iterable[Origin]) -> set[Source]:
    return {origin.source for origin in origins}


def _deidentified(origins: Iterable[Origin]) -> bool:
    """Whether every way that carries content over masks it; what is not told does not mask."""
    origins = tuple(origins)
    told = {origin.source for origin in origins if origin.masked is not None}
    ways = [
        origin.masked if origin.masked is not None else (False,)
        for origin in origins
        if origin.masked is not None or origin.source not in told
    ]
    flags = [masked for way in ways for masked in way]
    return bool(flags) and all(flags)


def _explicit(
    entries: Iterable[tuple[Source, tuple[Origin, ...]]],
    outputs: Mapping[Identity, Facets],
    own: Source,
) -> dict[Identity, tuple[Origin, ...]]:
    found: dict[Identity, tuple[Origin, ...]] = {}
    for target, origins in entries:
        if target.type == "DATASET":
            found[target.id] = found.get(target.id, ()) + origins
    for output, facets in outputs.items():
        if output not in found:
            told = _dataset_origins(facets, own)
            if told is not None:
                found[output] = told
    return found


def _entries(lineage: Facet | None, own: Source) -> Iterator[tuple[Source, tuple[Origin, ...]]]:
    for entry in _objects((lineage or {}).get("entries")):
        target = _source(entry, own)
        if target is not None:
            yield target, tuple(_entry_origins(entry, own))


def _dataset_origins(facets: Facets, own: Source) -> tuple[Origin, ...] | None:
    """What a dataset's own facets say it comes from; ``None`` where they say nothing."""
    lineage = facets.get("lineage")
    if lineage is not None and ("inputs" in lineage or "fields" in lineage):
        return tuple(_entry_origins(lineage, own))
    return tuple(_column_origins(facets.get("columnLineage", {}))) or None


def _entry_origins(entry: Facet, own: Source) -> Iterator[Origin]:
    yield from _origins(entry.get("inputs"), own, untold=None)
    for field in _objects_of_map(entry.get("fields")):
        yield from _origins(field.get("inputs"), own, untold=(False,))


def _column_origins(facet: Facet) -> Iterator[Origin]:
    for field in _objects_of_map(facet.get("fields")):
        # The older way to say it (before 1-1-0), of the field as a whole.
        masked = field.get("transformationType") == "MASKED"
        yield from _origins(_as_datasets(field.get("inputFields")), OWN_JOB, untold=(masked,))
    yield from _origins(_as_datasets(facet.get("dataset")), OWN_JOB, untold=())


def _as_datasets(items: object) -> list[Mapping[str, Any]]:
    return [{**item, "type": "DATASET"} for item in _objects(items)]


def _origins(items: object, own: Source, untold: tuple[bool, ...] | None) -> Iterator[Origin]:
    """The origins in an array of inputs; ``untold`` stands in where none is transformed."""
    for item in _objects(items):
        source = _source(item, own)
        if source is not None:
            transformations = list(_objects(item.get("transformations")))
            direct = (way for way in transformations if way.get("type") != "INDIRECT")
            masked = tuple(way.get("masking") is True for way in direct)
            yield Origin(source, masked if transformations else untold)


def _source(item: Mapping[str, Any], own: Source) -> Source | None:
    namespace, name, run_id = item.get("namespace"), item.get("name"), item.get("runId")
    if item.get("type") == "JOB" and namespace is None and name is None:
        return OWN_JOB
    if not (isinstance(namespace, str) and isinstance(name, str) and namespace and name):
        return None
    if item.get("type") == "DATASET":
        return Source("DATASET", Identity(namespace, name))
    if item.get("type") != "JOB":
        return None
    job = Source(
        "JOB", Identity(namespace, name), run_id.lower() if isinstance(run_id, str) else ""
    )
    return OWN_JOB if job in (own, own._replace(run_id="")) else job


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _objects_of_map(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        yield from _objects(list(value.values()))
