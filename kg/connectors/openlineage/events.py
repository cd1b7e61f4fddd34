"""OpenLineage events, read and checked against the core specification (2-0-2, OpenLineage.json).

Three kinds: a run event (a job ran), a job event and a dataset event (static metadata). The
fields that the specification requires are demanded, with three tolerances for what real
emitters send:

* ``schemaURL`` may be missing: old clients leave it out and Marquez takes such events; the kind
  is then told by the keys. ``producer`` is demanded, as Marquez does.
* ``eventTime`` without a zone is taken as UTC.
* ``null`` stands for an absent optional field (Java emitters), and ``eventType`` may be written
  in lower case.

Facets are kept as they come, whatever they are; no ``$ref`` or URL in an event is followed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kg.connectors.openlineage.times import has_zone, sortable
from kg.connectors.scrub import scrub
from kg.errors import InputError

Facet = Mapping[str, Any]
Facets = Mapping[str, Facet]

EVENT_TYPES = frozenset({"START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"})
NO_ZONE = "eventTime without a zone, taken as UTC"
NO_SCHEMA_URL = "no schemaURL, kind of event told by its keys"

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_KIND_OF_FRAGMENT = re.compile(r"#.*/(RunEvent|JobEvent|DatasetEvent)\Z")


class Identity(NamedTuple):
    """What identifies a job or a dataset."""

    namespace: str
    name: str


@dataclass(frozen=True)
class Job:
    """A job with the job facets of one event."""

    id: Identity
    facets: Facets


@dataclass(frozen=True)
class Dataset:
    """A dataset as one event speaks of it; ``use`` holds its input or output facets."""

    id: Identity
    facets: Facets
    use: Facets

    @property
    def version(self) -> str | None:
        """The version that the ``version`` facet pins, if it does."""
        version = self.facets.get("version", {}).get("datasetVersion")
        return version if isinstance(version, str) and version else None


@dataclass(frozen=True)
class RunEvent:
    """A state transition of a run; ``type`` is empty where the emitter gave none."""

    time: str
    producer: str
    type: str
    run_id: str
    facets: Facets
    job: Job
    inputs: tuple[Dataset, ...]
    outputs: tuple[Dataset, ...]


@dataclass(frozen=True)
class JobEvent:
    """Static metadata of a job; ``None`` where the event does not speak of inputs or outputs."""

    time: str
    job: Job
    inputs: tuple[Dataset, ...] | None
    outputs: tuple[Dataset, ...] | None


@dataclass(frozen=True)
class DatasetEvent:
    """Static metadata of a dataset."""

    time: str
    dataset: Dataset


Event = RunEvent | JobEvent | DatasetEvent


def read_event(document: object) -> tuple[Event, tuple[str, ...]]:
    """The event of a parsed JSON document, with notes on what was tolerated.

    Raises :class:`InputError` with the one thing to mend first.
    """
    if not isinstance(document, dict):
        raise InputError("an event must be a JSON object")
    try:
        body = scrub(document)
    except UnicodeEncodeError as error:
        raise InputError("text with half a surrogate pair is not Unicode") from error
    except RecursionError as error:
        raise InputError("nested too deep") from error
    kind = _kind(body)
    time, notes = _time(body)
    producer = _text(body, "producer")
    if kind == "RunEvent":
        return _run_event(body, time, producer), notes
    if kind == "JobEvent":
        return _job_event(body, time), notes
    return _dataset_event(body, time), notes


def _kind(body: dict[str, Any]) -> str:
    url = body.get("schemaURL")
    if url is not None and not isinstance(url, str):
        raise InputError("schemaURL is not a string")
    fragment = _KIND_OF_FRAGMENT.search(url or "")
    if fragment:
        return fragment[1]
    for key, kind in (("run", "RunEvent"), ("dataset", "DatasetEvent"), ("job", "JobEvent")):
        if body.get(key) is not None:
            return kind
    raise InputError("not an OpenLineage event: it has neither run, job nor dataset")


def _time(body: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    text = _text(body, "eventTime")
    try:
        time = sortable(text)
    except ValueError as error:
        raise InputError(f"eventTime {error}") from error
    zone = () if has_zone(text) else (NO_ZONE,)
    schema = () if body.get("schemaURL") else (NO_SCHEMA_URL,)
    return time, zone + schema


def _run_event(body: dict[str, Any], time: str, producer: str) -> RunEvent:
    run = _object(body, "run")
    run_id = _text(run, "runId", "run.").lower()
    if not _UUID.match(run_id):
        raise InputError(f"run.runId {run_id!r} is not a UUID")
    return RunEvent(
        time=time,
        producer=producer,
        type=_event_type(body),
        run_id=run_id,
        facets=_facets(run, "facets", "run."),
        job=_job(body),
        inputs=_datasets(body, "inputs", "inputFacets") or (),
        outputs=_datasets(body, "outputs", "outputFacets") or (),
    )


def _event_type(body: dict[str, Any]) -> str:
    value = body.get("eventType")
    if value is None:
        return ""
    if not isinstance(value, str) or value.upper() not in EVENT_TYPES:
        raise InputError(f"eventType {value!r} is none of {', '.join(sorted(EVENT_TYPES))}")
    return value.upper()


def _job_event(body: dict[str, Any], time: str) -> JobEvent:
    _forbid(body, "JobEvent", "run")
    inputs = _datasets(body, "inputs", "inputFacets")
    return JobEvent(time, _job(body), inputs, _datasets(body, "outputs", "outputFacets"))


def _dataset_event(body: dict[str, Any], time: str) -> DatasetEvent:
    _forbid(body, "DatasetEvent", "job", "run")
    return DatasetEvent(time, _dataset(_object(body, "dataset"), "dataset.", ""))


def _forbid(body: dict[str, Any], kind: str, *keys: str) -> None:
    for key in keys:
        if body.get(key) is not None:
            raise InputError(f"a {kind} must not contain {key}")


def _job(body: dict[str, Any]) -> Job:
    job = _object(body, "job")
    return Job(_identity(job, "job."), _facets(job, "facets", "job."))


def _datasets(body: dict[str, Any], key: str, use: str) -> tuple[Dataset, ...] | None:
    items = body.get(key)
    if items is None:
        return None
    if not isinstance(items, list):
        raise InputError(f"{key} is not an array")
    return tuple(_dataset(item, f"{key}[{at}].", use) for at, item in enumerate(items))


def _dataset(item: object, path: str, use: str) -> Dataset:
    if not isinstance(item, dict):
        raise InputError(f"{path[:-1]} is not an object")
    return Dataset(_identity(item, path), _facets(item, "facets", path), _facets(item, use, path))


def _identity(item: dict[str, Any], path: str) -> Identity:
    return Identity(_text(item, "namespace", path), _text(item, "name", path))


def _facets(item: dict[str, Any], key: str, path: str) -> Facets:
    facets = item.get(key)
    if facets is None:
        return {}
    if not isinstance(facets, dict):
        raise InputError(f"{path}{key} is not an object")
    present = {name: facet for name, facet in facets.items() if facet is not None}
    for name, facet in present.items():
        if not isinstance(facet, dict):
            raise InputError(f"{path}{key}.{name} is not an object")
    return present


def _object(item: dict[str, Any], key: str) -> dict[str, Any]:
    value = item.get(key)
    if value is None:
        raise InputError(f"{key} is missing")
    if not isinstance(value, dict):
        raise InputError(f"{key} is not an object")
    return value


def _text(item: dict[str, Any], key: str, path: str = "") -> str:
    value = item.get(key)
    if value is None:
        raise InputError(f"{path}{key} is missing")
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{path}{key} is not a text of at least one character")
    return value
