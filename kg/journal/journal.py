"""The journal on SQL: revisions, their patches, and the present records they add up to.

SQLite by default, with write-ahead log and full synchronisation, so that a commit that returned
is on disk. Look-ups by graph, subject or revision are by index; none reads the whole journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from kg.batches import in_batches
from kg.errors import StorageError
from kg.journal.engine import open_engine
from kg.journal.history import NEWEST, History
from kg.journal.present import Present, put, replace_all
from kg.journal.quarantine import Quarantine, Refused, held_among, keep, settle
from kg.journal.rows import Entry, RevisionInfo, StoredRecord, patch_row, revision_row
from kg.journal.schema import METADATA, PATCH, REVISION, SETTING
from kg.journal.states import States, read_states, write_states
from kg.journal.statistics import count, recount
from kg.journal.tokens import Tokens
from kg.terms import NamedNode

_REVISE: Final = insert(REVISION)
_PATCH: Final = insert(PATCH)
_SETTING: Final = select(SETTING.c.value).where(SETTING.c.key == bindparam("of_key"))


class Journal(History, Present):
    """Append-only history of the graph; one writer at a time.

    The statements of SQL that each commit needs are made once: SQLAlchemy takes longer to make one
    than the database to carry it out.
    """

    def __init__(self, url: str) -> None:
        """Open or create the journal at an SQLAlchemy URL (``sqlite:///path/journal.db``)."""
        self._engine = open_engine(url)
        try:
            METADATA.create_all(self._engine)
        except SQLAlchemyError as error:
            raise StorageError(f"cannot open the journal: {_first_line(error)}") from error
        self.tokens = Tokens(self._engine)
        self.quarantine = Quarantine(self._engine)
        if self.record_count() and not self.statistics().entities:  # of a version that kept none
            with self._writing() as connection:
                recount(connection, self.all_records())

    @classmethod
    def on_disk(cls, file: Path) -> Journal:
        """The journal in an SQLite file."""
        return cls(f"sqlite:///{file}")

    @classmethod
    def in_memory(cls) -> Journal:
        """A journal that lives as long as the object."""
        return cls("sqlite://")

    @property
    def engine(self) -> Engine:
        """The database, for what is kept beside the journal."""
        return self._engine

    def append(
        self,
        entries: Sequence[Entry],
        *,
        agent: str,
        message: str,
        states: States | None = None,
        refused: Sequence[Refused] = (),
        settled: Sequence[NamedNode] = (),
    ) -> RevisionInfo:
        """Write the next revision in one transaction; it is durable when this returns.

        What connectors remember goes with it, what is ``refused`` into the quarantine, and what
        was held there of the graphs that are ``settled`` is marked as superseded.
        """
        with self._writing() as connection:
            info = self._next(connection, entries, agent, message)
            connection.execute(_REVISE, [revision_row(info)])
            count(connection, entries)
            for chunk in in_batches(entries):
                connection.execute(_PATCH, [patch_row(entry, info) for entry in chunk])
                put(connection, chunk, info.revision)
            write_states(connection, states or {})
            held = held_among(connection, settled)
            keep(connection, refused, agent)
            settle(connection, held, info.revision)
        return info

    def note(
        self,
        states: States,
        refused: Sequence[Refused],
        settled: Sequence[NamedNode],
        *,
        agent: str,
    ) -> None:
        """Write what :meth:`append` writes beside a revision, where no triple changed."""
        held = self.quarantine.held_among(settled)
        if not (states or refused or held):
            return
        revision = self.revision()
        with self._writing() as connection:
            write_states(connection, states)
            keep(connection, refused, agent)
            settle(connection, held, revision)

    def states(self, source: str, keys: Iterable[str]) -> dict[str, str]:
        """What a connector remembered under the keys; absent ones are left out."""
        with self._engine.connect() as connection:
            return read_states(connection, source, keys)

    def restore_present(self, records: Iterable[StoredRecord]) -> None:
        """Replace the present records, as :meth:`replayed` gives them."""
        present = [record for record in records if record.triples]
        with self._engine.begin() as connection:
            replace_all(connection, present)
            recount(connection, present)

    def setting(self, key: str) -> str | None:
        """A setting that belongs to the graph itself, such as its base IRI."""
        with self._engine.connect() as connection:
            return connection.scalar(_SETTING, {"of_key": key})

    def set_setting(self, key: str, value: str) -> None:
        """Keep a setting in place of the one before."""
        with self._engine.begin() as connection:
            connection.execute(delete(SETTING).where(SETTING.c.key == key))
            connection.execute(insert(SETTING), [{"key": key, "value": value}])

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction; what the database cannot do is told in one line."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StorageError(f"the journal cannot be written: {_first_line(error)}") from error

    @staticmethod
    def _next(
        connection: Connection, entries: Sequence[Entry], agent: str, message: str
    ) -> RevisionInfo:
        return RevisionInfo(
            revision=(connection.scalar(NEWEST) or 0) + 1,
            at=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            agent=agent,
            message=message,
            added=sum(len(entry.patch.added) for entry in entries),
            removed=sum(len(entry.patch.removed) for entry in entries),
        )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
