"""What a command and the server that holds the graph say to each other, as JSON.

A command sends ``enter``, then any number of ``claim``, ``release``, ``commit``, ``retry`` and
``drop``; each is answered by its result or by an error. Statements go as N-Triples, as the journal
keeps them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, Final

from kg.commit import Change, NotAdmitted
from kg.errors import InputError, KGError, StorageError, Unsupported
from kg.iri import Names
from kg.journal import Finding, Refused, StoredRecord
from kg.model import Record
from kg.terms import NamedNode, RdfFormat, parse

ENTER: Final = "enter"
CLAIM: Final = "claim"
RELEASE: Final = "release"
COMMIT: Final = "commit"
RETRY: Final = "retry"
DROP: Final = "drop"

Message = dict[str, Any]

_ERRORS: Final[Mapping[str, type[KGError]]] = MappingProxyType(
    {kind.__name__: kind for kind in (InputError, StorageError, Unsupported)}
)


def encode(message: Message) -> bytes:
    """A message as bytes."""
    return json.dumps(message).encode()


def decode(data: bytes) -> Message:
    """Read back :func:`encode`; an answer that tells of an error raises it."""
    message: Message = json.loads(data)
    error = message.get("error")
    if error is not None and "refused" in error:
        raise NotAdmitted([_to_refused(told) for told in error["refused"]], error["where"])
    if error is not None:
        raise _ERRORS.get(error["kind"], KGError)(
            error["message"], where=error["where"], hint=error["hint"]
        )
    return message


def failure(error: KGError) -> Message:
    """The answer that tells of an error; of a kind that is not named here, its nearest."""
    kind = next((k for k in type(error).__mro__ if k.__name__ in _ERRORS), KGError)
    told: Message = {"message": error.message, "where": error.where, "hint": error.hint}
    if isinstance(error, NotAdmitted):
        told["refused"] = [_from_refused(refused) for refused in error.refused]
    return {"error": {"kind": kind.__name__, **told}}


def from_change(change: Change, names: Names) -> Message:
    """A change as a message, with only as much of what is merged as concerns it."""
    told: Message = {
        "records": [_from_record(record, change, names) for record in change.records],
        "withdrawn": [[source, subject.value] for source, subject in change.withdrawn],
    }
    if change.refused:
        told["refused"] = [_from_refused(refused) for refused in change.refused]
    return told


def to_change(message: Message, names: Names) -> Change:
    """Read back :func:`from_change`."""
    records = [(_to_record(told), told["merge"]) for told in message["records"]]
    return Change(
        [record for record, _ in records],
        [(source, NamedNode(subject)) for source, subject in message["withdrawn"]],
        {_graph(record, names) for record, merge in records if merge},
        [_to_refused(told) for told in message.get("refused", ())],
    )


def _from_record(record: Record, change: Change, names: Names) -> Message:
    return {
        "source": record.source,
        "subject": record.subject.value,
        "graph": record.graph.value if record.graph else None,
        "triples": "".join(sorted(f"{triple} .\n" for triple in record.triples)),
        "merge": _graph(record, names) in change.merged,
    }


def _to_record(told: Message) -> Record:
    triples = frozenset(q.triple for q in parse(told["triples"], format=RdfFormat.N_TRIPLES))
    graph = NamedNode(told["graph"]) if told["graph"] else None
    return Record(told["source"], NamedNode(told["subject"]), triples, graph)


def _from_refused(refused: Refused) -> Message:
    record = refused.record
    return {
        "graph": record.graph.value,
        "source": record.source,
        "subject": record.subject.value,
        "triples": list(record.triples),
        "findings": [asdict(finding) for finding in refused.findings],
        "where": refused.where,
        "payload": refused.payload,
    }


def _to_refused(told: Message) -> Refused:
    graph, subject = NamedNode(told["graph"]), NamedNode(told["subject"])
    record = StoredRecord(graph, told["source"], subject, tuple(told["triples"]))
    findings = tuple(Finding(**finding) for finding in told["findings"])
    return Refused(record, findings, told["where"], told["payload"])


def _graph(record: Record, names: Names) -> NamedNode:
    return record.graph or names.graph(record.source, record.subject)
