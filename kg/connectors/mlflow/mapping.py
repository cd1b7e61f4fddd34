"""A recording as batches of records; pure, so the same recording always gives the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.connectors.mlflow.body import Body
from kg.connectors.mlflow.index import Index
from kg.connectors.mlflow.models import map_logged_model
from kg.connectors.mlflow.recording import END, Entry, entries
from kg.connectors.mlflow.registry import map_model_version, map_registered_model
from kg.connectors.mlflow.runs import map_experiment, map_run
from kg.connectors.mlflow.scope import Scope
from kg.errors import InputError
from kg.iri import Names
from kg.model import Batch, Origin, Record, Rejection
from kg.terms import NamedNode


def records(entry: Entry, index: Index) -> Iterator[Record]:
    """The records of one object; raises InputError where it cannot be read."""
    match entry.kind:
        case "experiment":
            return map_experiment(entry.body, index)
        case "run":
            return map_run(entry.body, index)
        case "logged_model":
            return map_logged_model(entry.body, index)
        case "registered_model":
            return map_registered_model(entry.body, index)
        case _:
            return map_model_version(entry.body, index)


def batches(
    recording: Path,
    *,
    names: Names,
    source: str = "mlflow",
    system: str = "mlflow",
    batch_size: int = 1000,
    known: Iterable[NamedNode] | None = None,
) -> Iterator[Batch]:
    """What a recording says, in batches of about ``batch_size`` records.

    An object that cannot be read becomes a rejection and the rest goes on. ``known`` are the
    subjects that the source described before: those that a complete recording, read without a
    rejection, no longer has are withdrawn in the last batch. So a server needs a source of its
    own, and a ``system`` of its own where ids of several servers could be the same.

    Raises :class:`InputError` when the file cannot be read or is no recording.
    """
    with Index(Scope(names, source, system)) as index:
        index.gather(recording)
        batch, rejected = _batch(), False
        for entry in entries(recording):
            _map(entry, index, batch)
            rejected = rejected or bool(batch.rejections)
            if len(batch.records) >= batch_size:
                yield batch
                batch = _batch()
        _finish(batch, known, index, rejected)
        yield batch


def described(
    recording: Path, *, names: Names, source: str = "mlflow", system: str = "mlflow"
) -> Iterator[NamedNode]:
    """The subjects that a recording describes; raises as :func:`batches` does."""
    for batch in batches(recording, names=names, source=source, system=system):
        yield from (record.subject for record in batch.records)


@dataclass
class _Mapped(Batch):
    """A batch that knows the objects of its records."""

    entries: dict[NamedNode, Entry] = field(default_factory=dict)

    def origin_of(self, record: Record) -> Origin | None:
        """The object that a record was made of."""
        entry = self.entries.get(record.subject)
        if entry is None:
            return None
        return Origin(_where(entry), {"kind": entry.kind, "body": entry.body.content})


def _batch() -> _Mapped:
    batch = _Mapped()
    batch.origin = batch.origin_of
    return batch


def _map(entry: Entry | Rejection, index: Index, batch: _Mapped) -> None:
    if isinstance(entry, Rejection):
        batch.rejections.append(entry)
    elif entry.kind != END:
        try:
            for record in records(entry, index):
                index.describe(record.subject)
                batch.records.append(record)
                batch.entries[record.subject] = entry
        except InputError as error:
            batch.rejections.append(Rejection(_where(entry), str(error)))


def _where(entry: Entry) -> str:
    """Kind and id of an object, as far as it has one, and its line."""
    return f"{entry.kind} {_identity(entry) or 'without id'} (line {entry.line})"


def _identity(entry: Entry) -> str | None:
    keys = {
        "experiment": ("experiment_id",),
        "run": ("run_id",),
        "logged_model": ("model_id",),
        "registered_model": ("name",),
        "model_version": ("name", "version"),
    }[entry.kind]
    try:
        nested = entry.kind in ("run", "logged_model")
        body: Body = entry.body.body("info") if nested else entry.body
        return "/".join(body.text(key) or "?" for key in keys)
    except InputError:
        return None


def _finish(batch: Batch, known: Iterable[NamedNode] | None, index: Index, rejected: bool) -> None:
    """Withdraw what is gone, or warn why that cannot be told from this recording."""
    if not index.complete:
        batch.warnings.append("the recording is incomplete: nothing was withdrawn")
    elif rejected and known is not None:
        batch.warnings.append("some objects could not be read: nothing was withdrawn")
    else:
        gone = [subject for subject in known or () if not index.described(subject)]
        batch.withdrawn.extend((index.scope.source, subject) for subject in gone)
