"""What the journal keeps, as objects, and how they become rows and back."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from kg.journal.patch import GraphPatch
from kg.terms import NamedNode


@dataclass(frozen=True)
class StoredRecord:
    """The present content of one graph: triples in N-Triples form without the final dot."""

    graph: NamedNode
    source: str
    subject: NamedNode
    triples: tuple[str, ...]
    revision: int = 0


@dataclass(frozen=True)
class Entry:
    """One graph's part of a revision: the patch and, unless it is now gone, the new content."""

    record: StoredRecord
    patch: GraphPatch


@dataclass(frozen=True)
class PatchRow:
    """One graph's part of a revision as the history keeps it."""

    revision: int
    source: str
    subject: NamedNode
    patch: GraphPatch


@dataclass(frozen=True)
class RevisionInfo:
    """When, by whom and why the graph changed, and by how many triples."""

    revision: int
    at: str
    agent: str
    message: str
    added: int
    removed: int


def deflate(text: str) -> bytes:
    """Text as the tables keep it."""
    return zlib.compress(text.encode(), 1)


def inflate(data: bytes) -> str:
    """Read back :func:`deflate`."""
    return zlib.decompress(data).decode()


def revision_row(info: RevisionInfo) -> dict[str, Any]:
    """The row of a revision."""
    return {
        "id": info.revision,
        "at": info.at,
        "agent": info.agent,
        "message": info.message,
        "added": info.added,
        "removed": info.removed,
    }


def patch_row(entry: Entry, info: RevisionInfo) -> dict[str, Any]:
    """The row of one graph's part of a revision."""
    return {
        "revision": info.revision,
        "graph": entry.record.graph.value,
        "source": entry.record.source,
        "subject": entry.record.subject.value,
        "payload": deflate(entry.patch.payload()),
    }


def record_row(record: StoredRecord, revision: int) -> dict[str, Any]:
    """The row of a present record."""
    return {
        "graph": record.graph.value,
        "source": record.source,
        "subject": record.subject.value,
        "revision": revision,
        "content": deflate("\n".join(record.triples)),
    }


def stored(row: Any) -> StoredRecord:
    """The record in a row."""
    triples = tuple(inflate(row.content).split("\n"))
    return StoredRecord(
        NamedNode(row.graph), row.source, NamedNode(row.subject), triples, row.revision
    )


def patched(current: StoredRecord | None, row: Any) -> StoredRecord:
    """The record after the patch in a row."""
    graph = NamedNode(row.graph)
    patch = GraphPatch.from_payload(graph, inflate(row.payload))
    triples = patch.apply(current.triples if current else ())
    return StoredRecord(
        graph, row.source, NamedNode(row.subject), tuple(sorted(triples)), row.revision
    )


def to_patch(row: Any) -> PatchRow:
    """One graph's part of a revision, from its row."""
    patch = GraphPatch.from_payload(NamedNode(row.graph), inflate(row.payload))
    return PatchRow(row.revision, row.source, NamedNode(row.subject), patch)


def to_info(row: Any) -> RevisionInfo:
    """The revision in a row."""
    return RevisionInfo(row.id, row.at, row.agent, row.message, row.added, row.removed)
