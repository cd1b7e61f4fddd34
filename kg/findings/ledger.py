"""The ledger of findings: which are open, which were, and when and by what that changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from kg.batches import in_batches
from kg.errors import StorageError
from kg.findings.schema import DATED, FINDING, LIVE, METADATA

_IS_OPEN: Final = FINDING.c.closed_at.is_(None)
_OPEN: Final = insert(FINDING)
_REWRITE: Final = (
    update(FINDING)
    .where(FINDING.c.id == bindparam("of_id"), _IS_OPEN)
    .values(payload=bindparam("told"))
)
_CLOSE: Final = (
    update(FINDING)
    .where(FINDING.c.id.in_(bindparam("ids", expanding=True)), _IS_OPEN)
    .values(
        closed_revision=bindparam("revision"),
        closed_at=bindparam("at"),
        closed_by=bindparam("cause"),
    )
)
_DATE: Final = insert(DATED)
_UNDATE: Final = delete(DATED).where(
    DATED.c.subject == bindparam("about"), DATED.c.predicate == bindparam("by")
)
_LEAVE: Final = delete(LIVE).where(LIVE.c.key.in_(bindparam("keys", expanding=True)))
_STAND: Final = insert(LIVE)


class Cause(StrEnum):
    """What opened or closed a finding."""

    CHANGE = "change"
    TIME = "time"
    RULES = "rules"


@dataclass(frozen=True)
class Finding:
    """A finding: what was found, and when it was opened and closed; terms in N-Triples form.

    ``opened_revision`` is the change that led to it, or for :attr:`Cause.TIME` and
    :attr:`Cause.RULES` the newest at that time. ``owners`` are those at opening.
    """

    id: str
    root: str
    focus: str
    node: str
    rule: str
    severity: str
    value: str | None
    message: str
    owners: tuple[str, ...]
    payload: str
    opened_revision: int
    opened_at: str
    opened_by: Cause
    closed_revision: int | None = None
    closed_at: str | None = None
    closed_by: Cause | None = None


@dataclass(frozen=True)
class Closing:
    """That findings are no more, by their ids, and why."""

    ids: Sequence[str]
    revision: int
    at: str
    cause: Cause


@dataclass(frozen=True)
class Dated:
    """A statement with a date, in N-Triples form, and the day it is looked up by."""

    subject: str
    predicate: str
    object: str
    day: str


@dataclass
class Entry:
    """A change of the report.

    ``rewritten`` are new payloads of findings that stay open, by id. ``dated`` are the statements
    with dates that there are now of a subject by a property, ``all_dated`` those of all, or of all
    others.
    """

    opened: Sequence[Finding] = ()
    closed: Sequence[Closing] = ()
    rewritten: Mapping[str, str] = field(default_factory=dict)
    dated: Sequence[tuple[str, str, Sequence[Dated]]] = ()
    all_dated: Sequence[Dated] | None = None

    def __bool__(self) -> bool:
        parts = (self.opened, self.closed, self.rewritten, self.dated)
        return any(parts) or self.all_dated is not None


class State(StrEnum):
    """Whether findings are wanted that are open, that are no more, or both."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True)
class Wanted:
    """Which findings are wanted; all conditions must hold, and what is empty asks for nothing.

    ``since`` (RFC 3339, UTC) and ``since_revision`` are of the opening, of those that are closed of
    the closing, of all of either. ``rules`` and ``owners`` are IRIs, one of which must fit;
    ``severities`` are as found.
    """

    state: State = State.OPEN
    since: str | None = None
    since_revision: int | None = None
    rules: Collection[str] | None = None
    owners: Collection[str] = ()
    severities: Collection[str] = ()


class Ledger:
    """The findings in the database of a journal."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._state: dict[str, str] = {}
        METADATA.create_all(engine)

    def state(self) -> dict[str, str]:
        """Where the report stands; empty where there is none yet."""
        with self._engine.connect() as connection:
            self._state = {row.key: row.value for row in connection.execute(select(LIVE))}
        return dict(self._state)

    def write(self, entry: Entry, state: Mapping[str, str]) -> None:
        """Take in a change of the report and where it stands then, in one transaction.

        Of the latter it writes what is not as it was when it was last read or written here.
        """
        moved = {key: text for key, text in state.items() if self._state.get(key) != text}
        with self._writing() as connection:
            for closing in entry.closed:
                _close(connection, closing)
            for identifier, payload in entry.rewritten.items():
                connection.execute(_REWRITE, {"of_id": identifier, "told": payload})
            for chunk in in_batches(entry.opened):
                connection.execute(_OPEN, [_row(finding) for finding in chunk])
            if entry.all_dated is not None:
                connection.execute(delete(DATED))
                _insert_dated(connection, entry.all_dated)
            for subject, predicate, statements in entry.dated:
                connection.execute(_UNDATE, {"about": subject, "by": predicate})
                _insert_dated(connection, statements)
            _set_state(connection, moved)
        self._state |= moved

    def dated(self, days: Iterable[tuple[str, str]]) -> list[Dated]:
        """The statements whose dates lie in one of some spans of days, ends included."""
        spans = [DATED.c.day.between(first, last) for first, last in days]
        with self._engine.connect() as connection:
            rows = connection.execute(select(DATED).where(or_(DATED.c.day == "", *spans)))
            return [Dated(row.subject, row.predicate, row.object, row.day) for row in rows]

    def open_findings(self) -> list[Finding]:
        """Every finding that is open."""
        return list(self.findings(Wanted()))

    def findings(self, wanted: Wanted) -> Iterator[Finding]:
        """The findings that are wanted, the oldest first."""
        query = select(FINDING).where(*_conditions(wanted))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(FINDING.c.opened_at, FINDING.c.number))
            for row in rows:
                yield _finding(row)

    def periods(self, identifier: str) -> list[Finding]:
        """Each time that the findings were open whose ids begin so (hexadecimal), oldest first."""
        query = select(FINDING).where(FINDING.c.id.between(identifier, f"{identifier}g"))
        with self._engine.connect() as connection:
            return [_finding(row) for row in connection.execute(query.order_by(FINDING.c.number))]

    def steps(self, rules: Collection[str]) -> list[tuple[str, str, int]]:
        """When there were more or fewer findings of some rules (IRIs), of which severity."""
        changes = (
            (FINDING.c.opened_at, func.count()),
            (FINDING.c.closed_at, -func.count()),
        )
        found: list[tuple[str, str, int]] = []
        with self._engine.connect() as connection:
            for at, number in changes:
                query = select(FINDING.c.rule, at, FINDING.c.severity, number)
                rows = query.where(at.is_not(None)).group_by(FINDING.c.rule, at, FINDING.c.severity)
                found += [(r[1], r[2], r[3]) for r in connection.execute(rows) if r[0] in rules]
        return found

    def spans(self, nodes: Collection[str]) -> list[Finding]:
        """Each time that something was found of some things, named in N-Triples form."""
        found: list[Finding] = []
        with self._engine.connect() as connection:
            for chunk in in_batches(nodes):
                rows = connection.execute(select(FINDING).where(FINDING.c.node.in_(chunk)))
                found += map(_finding, rows)
        return found

    def _writing(self) -> _Writing:
        return _Writing(self._engine)


class _Writing:
    """A transaction; what the database cannot do is told in one line."""

    def __init__(self, engine: Engine) -> None:
        self._begun = engine.begin()

    def __enter__(self) -> Connection:
        return self._begun.__enter__()

    def __exit__(self, *raised: Any) -> None:
        try:
            self._begun.__exit__(*raised)
        except SQLAlchemyError as error:
            raise StorageError(f"findings cannot be written: {error}".splitlines()[0]) from error


def _conditions(wanted: Wanted) -> Iterator[Any]:
    if wanted.state is not State.ALL:
        is_open = FINDING.c.closed_at.is_(None)
        yield is_open if wanted.state is State.OPEN else ~is_open
    if wanted.since is not None:
        yield _late(wanted.state, FINDING.c.opened_at, FINDING.c.closed_at, wanted.since)
    if wanted.since_revision is not None:
        revisions = (FINDING.c.opened_revision, FINDING.c.closed_revision)
        yield _late(wanted.state, *revisions, wanted.since_revision)
    if wanted.rules is not None:
        yield FINDING.c.rule.in_(wanted.rules)
    if wanted.owners:
        told = (FINDING.c.owners.contains(json.dumps(o), autoescape=True) for o in wanted.owners)
        yield or_(*told)
    if wanted.severities:
        yield FINDING.c.severity.in_(wanted.severities)


def _late(state: State, opened: Any, closed: Any, since: object) -> Any:
    """That the opening, the closing, or one of the two was no earlier."""
    columns = {State.OPEN: [opened], State.CLOSED: [closed], State.ALL: [opened, closed]}
    return or_(*(column >= since for column in columns[state]))


def _close(connection: Connection, closing: Closing) -> None:
    told = {"revision": closing.revision, "at": closing.at, "cause": closing.cause.value}
    for chunk in in_batches(closing.ids):
        connection.execute(_CLOSE, {"ids": chunk, **told})


def _insert_dated(connection: Connection, statements: Iterable[Dated]) -> None:
    for chunk in in_batches(statements):
        connection.execute(_DATE, [vars(statement) for statement in chunk])


def _set_state(connection: Connection, state: Mapping[str, str]) -> None:
    if state:
        connection.execute(_LEAVE, {"keys": list(state)})
        rows = [{"key": key, "value": value} for key, value in state.items()]
        connection.execute(_STAND, rows)


def _row(finding: Finding) -> dict[str, Any]:
    return {**vars(finding), "owners": json.dumps(finding.owners)}


def _finding(row: Any) -> Finding:
    values = {name: getattr(row, name) for name in Finding.__dataclass_fields__}
    values["owners"] = tuple(json.loads(row.owners))
    values["opened_by"] = Cause(row.opened_by)
    values["closed_by"] = None if row.closed_by is None else Cause(row.closed_by)
    return Finding(**values)
