"""What the journal knows of the past: revisions, and the patches that each made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Engine, bindparam, func, select

from kg.batches import in_batches
from kg.journal.patch import GraphPatch
from kg.journal.rows import (
    PatchRow,
    RevisionInfo,
    StoredRecord,
    inflate,
    patched,
    to_info,
    to_patch,
)
from kg.journal.schema import PATCH, REVISION
from kg.terms import NamedNode

NEWEST: Final = select(func.max(REVISION.c.id))
"""Asks for the newest revision; there is no row of a journal before the first commit."""

_SOME: Final = select(REVISION).where(REVISION.c.id.in_(bindparam("ids", expanding=True)))
_TIME: Final = select(REVISION.c.at).where(REVISION.c.id == bindparam("revision"))


class History:
    """The revisions and their patches; look-ups by revision, graph or subject are by index."""

    _engine: Engine

    def revision(self) -> int:
        """The newest revision; 0 before the first commit."""
        with self._engine.connect() as connection:
            return connection.scalar(NEWEST) or 0

    def infos(self, revisions: Iterable[int]) -> dict[int, RevisionInfo]:
        """What is known of some revisions; absent ones are left out."""
        found: dict[int, RevisionInfo] = {}
        with self._engine.connect() as connection:
            for chunk in in_batches(revisions):
                rows = connection.execute(_SOME, {"ids": chunk})
                found.update((row.id, to_info(row)) for row in rows)
        return found

    def time_of(self, revision: int) -> str | None:
        """When a revision was written (RFC 3339, UTC); ``None`` where there is none."""
        with self._engine.connect() as connection:
            return connection.scalar(_TIME, {"revision": revision})

    def first(self) -> RevisionInfo | None:
        """The oldest revision."""
        with self._engine.connect() as connection:
            row = connection.execute(select(REVISION).order_by(REVISION.c.id).limit(1)).first()
            return to_info(row) if row else None

    def log(self, limit: int = 20) -> list[RevisionInfo]:
        """The newest revisions, newest first."""
        query = select(REVISION).order_by(REVISION.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [to_info(row) for row in connection.execute(query)]

    def patches(self, since: int, upto: int) -> Iterator[PatchRow]:
        """The patches of the revisions after ``since``, by graph and then revision."""
        query = select(PATCH).where(PATCH.c.revision > since, PATCH.c.revision <= upto)
        with self._engine.connect() as connection:
            rows = query.order_by(PATCH.c.graph, PATCH.c.revision)
            for row in connection.execution_options(yield_per=1000).execute(rows):
                yield to_patch(row)

    def replayed(self) -> Iterator[StoredRecord]:
        """Every present record as the patches alone add up to, in the order of its graph."""
        query = select(PATCH).order_by(PATCH.c.graph, PATCH.c.revision)
        with self._engine.connect() as connection:
            current: StoredRecord | None = None
            for row in connection.execution_options(yield_per=1000).execute(query):
                if current is not None and current.graph.value != row.graph:
                    yield current
                    current = None
                current = patched(current, row)
            if current is not None:
                yield current

    def changed_since(self, revision: int) -> list[NamedNode]:
        """The graphs that later revisions touched."""
        query = select(PATCH.c.graph).distinct().where(PATCH.c.revision > revision)
        with self._engine.connect() as connection:
            return [
                NamedNode(graph) for (graph,) in connection.execute(query.order_by(PATCH.c.graph))
            ]

    def last_change(self, graph: NamedNode, revision: int) -> int | None:
        """The revision that changed a graph last, up to a revision; ``None`` where none did."""
        query = select(func.max(PATCH.c.revision)).where(
            PATCH.c.graph == graph.value, PATCH.c.revision <= revision
        )
        with self._engine.connect() as connection:
            changed: int | None = connection.scalar(query)
            return changed

    def history(self, subject: NamedNode) -> Iterator[tuple[RevisionInfo, str, GraphPatch]]:
        """What changed in what is said of a thing, as (revision, source, patch), oldest first."""
        query = (
            select(REVISION, PATCH.c.graph, PATCH.c.source, PATCH.c.payload)
            .join(REVISION, REVISION.c.id == PATCH.c.revision)
            .where(PATCH.c.subject == subject.value)
            .order_by(PATCH.c.revision, PATCH.c.graph)
        )
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                patch = GraphPatch.from_payload(NamedNode(row.graph), inflate(row.payload))
                yield to_info(row), row.source, patch

    def knew(self, subject: NamedNode) -> bool:
        """Whether any revision ever said something of a thing."""
        query = select(PATCH.c.revision).where(PATCH.c.subject == subject.value).limit(1)
        with self._engine.connect() as connection:
            return connection.scalar(query) is not None

    def rdf_patch(self, revision: int) -> Iterator[str]:
        """The lines of one revision as an RDF Patch document."""
        query = select(PATCH.c.graph, PATCH.c.payload).where(PATCH.c.revision == revision)
        yield f"H revision {revision} ."
        yield "TX ."
        with self._engine.connect() as connection:
            for _graph, payload in connection.execute(query.order_by(PATCH.c.graph)):
                yield from inflate(payload).split("\n")
        yield "TC ."
