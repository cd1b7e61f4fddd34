"""The quarantine: records that were not let in, each with why and with what it was read from.

There is one entry for each record graph: the newest that was refused. It is held until a record of
the same graph is let in, or its source no longer speaks of the thing; then it is marked as
superseded, with the revision. It can be dropped at any time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, bindparam, delete, func, insert, select, update

from kg.batches import in_batches
from kg.journal.rows import StoredRecord, deflate, inflate
from kg.journal.schema import QUARANTINE
from kg.terms import NamedNode

HELD: Final = "held"
SUPERSEDED: Final = "superseded"
_ID: Final = 12  # hexadecimal digits

_IS_HELD: Final = QUARANTINE.c.state == HELD
_ANY_HELD: Final = select(QUARANTINE.c.id).where(_IS_HELD).limit(1)
_HELD_OF: Final = select(QUARANTINE.c.graph).where(
    _IS_HELD, QUARANTINE.c.graph.in_(bindparam("graphs", expanding=True))
)


@dataclass(frozen=True)
class Finding:
    """What a shape finds in a record: one ``sh:ValidationResult``.

    ``focus``, ``shape`` and ``component`` are IRIs, ``path`` is in SPARQL, ``value`` a term in
    N-Triples form; ``path`` and ``value`` are empty where there is none.
    """

    focus: str
    path: str
    value: str
    severity: str
    message: str
    remedy: str
    shape: str
    component: str


@dataclass(frozen=True)
class Refused:
    """A record as it would have been, and what was found in it.

    ``where`` is the place that it was read at, and ``payload`` what stood there as JSON text, its
    secrets removed; both are empty where the connector has none to give.
    """

    record: StoredRecord
    findings: tuple[Finding, ...]
    where: str = ""
    payload: str = ""


@dataclass(frozen=True)
class Held:
    """One entry: what was refused, from whom, and what became of it.

    Times are RFC 3339, UTC. ``times`` is how often it came; ``revision`` is that at which it
    ``ended``, both ``None`` while it is held.
    """

    id: str
    refused: Refused
    agent: str
    first: str
    last: str
    times: int
    state: str
    ended: str | None
    revision: int | None


class Quarantine:
    """The entries, in the journal's database; look-ups are by index."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def entries(
        self,
        *,
        source: str | None = None,
        since: datetime | None = None,
        ended: bool = False,
        limit: int | None = None,
    ) -> Iterator[Held]:
        """Those that are held, or with ``ended`` all, the newest first; ``since`` by the last."""
        query = _chosen(select(QUARANTINE), source, since, ended=ended)
        newest = (QUARANTINE.c.last.desc(), QUARANTINE.c.id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(*newest).limit(limit))
            yield from map(_entry, rows)

    def count(
        self,
        *,
        source: str | None = None,
        since: datetime | None = None,
        ended: bool = False,
    ) -> int:
        """How many :meth:`entries` there are."""
        query = select(func.count()).select_from(QUARANTINE)
        with self._engine.connect() as connection:
            return connection.scalar(_chosen(query, source, since, ended=ended)) or 0

    def find(self, ids: Sequence[str]) -> dict[str, Held]:
        """The entries of some ids; absent ones are left out."""
        found: dict[str, Held] = {}
        with self._engine.connect() as connection:
            for some in in_batches(ids):
                rows = connection.execute(select(QUARANTINE).where(QUARANTINE.c.id.in_(some)))
                found.update((row.id, _entry(row)) for row in rows)
        return found

    def held(self, ids: Sequence[str]) -> list[Held]:
        """Those of the ids that are held, in order."""
        found = self.find(ids)
        known = (found[one] for one in dict.fromkeys(ids) if one in found)
        return [entry for entry in known if entry.state == HELD]

    def subjects(self, source: str) -> list[NamedNode]:
        """What the held entries of a source are about."""
        held = (QUARANTINE.c.source == source, QUARANTINE.c.state == HELD)
        with self._engine.connect() as connection:
            return [
                NamedNode(s) for s in connection.scalars(select(QUARANTINE.c.subject).where(*held))
            ]

    def held_among(self, graphs: Collection[NamedNode]) -> list[NamedNode]:
        """Those of the graphs that an entry is held of; costs one look-up where none is held."""
        with self._engine.connect() as connection:
            return held_among(connection, graphs)

    def reassess(self, refused: Sequence[Refused]) -> None:
        """Keep what is found now in records that are held already."""
        if not refused:
            return
        with self._engine.begin() as connection:
            for one in refused:
                known = (QUARANTINE.c.graph == one.record.graph.value, QUARANTINE.c.state == HELD)
                told = {"findings": _findings(one)}
                connection.execute(update(QUARANTINE).where(*known).values(told))

    def drop(self, ids: Sequence[str]) -> list[str]:
        """Remove entries for good; returns the ids of those that there were."""
        with self._engine.begin() as connection:
            found: list[str] = []
            for some in in_batches(ids):
                known = QUARANTINE.c.id.in_(some)
                found += connection.scalars(select(QUARANTINE.c.id).where(known))
                connection.execute(delete(QUARANTINE).where(known))
        return found


def identifier(graph: NamedNode) -> str:
    """The id of the entry of a record graph, always the same."""
    return hashlib.sha256(graph.value.encode()).hexdigest()[:_ID]


def held_among(connection: Connection, graphs: Iterable[NamedNode]) -> list[NamedNode]:
    """Those of the graphs that an entry is held of; see :meth:`Quarantine.held_among`."""
    found: list[NamedNode] = []
    if connection.scalar(_ANY_HELD) is None:
        return found
    for some in in_batches([graph.value for graph in graphs]):
        found += map(NamedNode, connection.scalars(_HELD_OF, {"graphs": some}))
    return found


def keep(connection: Connection, refused: Iterable[Refused], agent: str) -> None:
    """Hold records, each in place of an earlier one of its graph."""
    now = _now()
    for one in refused:
        graph = one.record.graph.value
        found = select(QUARANTINE.c.first, QUARANTINE.c.times).where(
            QUARANTINE.c.graph == graph, QUARANTINE.c.state == HELD
        )
        before = connection.execute(found).first()
        first, times = (before.first, before.times) if before else (now, 0)
        row = _row(one) | {"agent": agent, "first": first, "last": now, "times": times + 1}
        connection.execute(delete(QUARANTINE).where(QUARANTINE.c.graph == graph))
        connection.execute(insert(QUARANTINE), [row])


def settle(connection: Connection, graphs: Iterable[NamedNode], revision: int) -> None:
    """Mark what is held of some graphs as superseded at a revision."""
    ended = {"state": SUPERSEDED, "ended": _now(), "revision": revision}
    for some in in_batches([graph.value for graph in graphs]):
        held = (QUARANTINE.c.state == HELD, QUARANTINE.c.graph.in_(some))
        connection.execute(update(QUARANTINE).where(*held).values(ended))


def _chosen(
    query: Select[Any], source: str | None, since: datetime | None, *, ended: bool
) -> Select[Any]:
    if source is not None:
        query = query.where(QUARANTINE.c.source == source)
    if since is not None:
        query = query.where(QUARANTINE.c.last >= _text(since))
    return query if ended else query.where(QUARANTINE.c.state == HELD)


def _row(refused: Refused) -> dict[str, Any]:
    record = refused.record
    return {
        "id": identifier(record.graph),
        "graph": record.graph.value,
        "source": record.source,
        "subject": record.subject.value,
        "place": refused.where,
        "state": HELD,
        "ended": None,
        "revision": None,
        "content": deflate("\n".join(record.triples)),
        "findings": _findings(refused),
        "payload": deflate(refused.payload),
    }


def _findings(refused: Refused) -> bytes:
    return deflate(json.dumps([asdict(finding) for finding in refused.findings]))


def _entry(row: Any) -> Held:
    triples = tuple(inflate(row.content).split("\n"))
    record = StoredRecord(NamedNode(row.graph), row.source, NamedNode(row.subject), triples)
    findings = tuple(Finding(**told) for told in json.loads(inflate(row.findings)))
    return Held(
        id=row.id,
        refused=Refused(record, findings, row.place, inflate(row.payload)),
        agent=row.agent,
        first=row.first,
        last=row.last,
        times=row.times,
        state=row.state,
        ended=row.ended,
        revision=row.revision,
    )


def _now() -> str:
    return _text(datetime.now(UTC))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
