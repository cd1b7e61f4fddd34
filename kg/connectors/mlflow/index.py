"""What mappings must know of other objects, gathered before mapping in a temporary database.

The evaluation of a model needs the role that its dataset had in a run, and the versions that were
registered of the model; a version needs its aliases, which the registry lists with the name. The
index holds just these keys, on disk, so memory stays small however long the recording is.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType

from kg.connectors.mlflow.body import Body
from kg.connectors.mlflow.datasets import DatasetInput, role_of
from kg.connectors.mlflow.recording import Entry, Tally, entries
from kg.connectors.mlflow.scope import Scope
from kg.connectors.mlflow.sources import VersionSource
from kg.errors import InputError
from kg.terms import NamedNode

_TABLES = """
CREATE TABLE version (name, version, run_id, model_id, of_name, of_version,
                      PRIMARY KEY (name, version)) WITHOUT ROWID;
CREATE INDEX version_run ON version (run_id);
CREATE INDEX version_model ON version (model_id);
CREATE INDEX version_copy ON version (of_name, of_version);
CREATE TABLE alias (name, version, alias, PRIMARY KEY (name, version, alias)) WITHOUT ROWID;
CREATE TABLE input (run_id, name, digest, iri, role,
                    PRIMARY KEY (run_id, name, digest)) WITHOUT ROWID;
CREATE TABLE described (iri PRIMARY KEY) WITHOUT ROWID;
"""
# A copy of a version, and a copy of the copy, is made of the same logged model.
_VERSIONS_OF = """
WITH RECURSIVE made (name, version) AS (
  SELECT name, version FROM version WHERE model_id = ?
  UNION
  SELECT v.name, v.version FROM version v
  JOIN made ON v.of_name = made.name AND v.of_version = made.version)
SELECT name, version FROM made ORDER BY name, version
"""
_MODEL_OF = """
WITH RECURSIVE origin (model_id, of_name, of_version) AS (
  SELECT model_id, of_name, of_version FROM version WHERE name = ? AND version = ?
  UNION
  SELECT v.model_id, v.of_name, v.of_version FROM version v
  JOIN origin ON v.name = origin.of_name AND v.version = origin.of_version)
SELECT model_id FROM origin WHERE model_id IS NOT NULL LIMIT 1
"""


class Index:
    """The keys that objects of one recording share, and which subjects were described."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        # An empty name is a private database on disk that goes when it is closed.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)
        self.complete = False

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def gather(self, recording: Path) -> None:
        """Take the keys of a whole recording.

        Raises :class:`InputError` when the file cannot be read or is no recording. Objects that
        cannot be read are passed over: mapping them says why.
        """
        tally = Tally()
        self._database.execute("BEGIN")
        for entry in entries(recording):
            tally.add(entry)
            if isinstance(entry, Entry):
                try:
                    self._take(entry)
                except InputError:
                    continue
        self._database.execute("COMMIT")
        if tally.empty:
            raise InputError(
                "holds no objects of MLflow", where=str(recording), hint="record a server first"
            )
        self.complete = tally.complete

    def _take(self, entry: Entry) -> None:
        if entry.kind == "model_version":
            self._take_version(entry.body)
        elif entry.kind == "registered_model":
            self._take_aliases(entry.body)
        elif entry.kind == "run":
            self._take_inputs(entry.body)

    def _take_version(self, body: Body) -> None:
        source = VersionSource.read(body)
        copied = source.copy_of or (None, None)
        keys = (body.required("name"), body.required("version"), body.text("run_id"))
        self._insert("version", *keys, source.model_id, *copied)

    def _take_aliases(self, body: Body) -> None:
        name = body.required("name")
        for item in body.bodies("aliases"):
            self._insert("alias", name, item.required("version"), item.required("alias"))

    def _take_inputs(self, body: Body) -> None:
        run_id = body.body("info").required("run_id")
        for item in body.body("inputs").bodies("dataset_inputs"):
            found = DatasetInput.read(item, self.scope)
            keys = (run_id, found.title, found.digest)
            self._insert("input", *keys, found.version.value, role_of(found.context))

    def _insert(self, table: str, *values: str | None) -> int:
        marks = ", ".join("?" * len(values))
        statement = f"INSERT OR IGNORE INTO {table} VALUES ({marks})"
        return self._database.execute(statement, values).rowcount

    def has_version(self, run_id: str) -> bool:
        """Whether a version was registered from the run."""
        found = self._database.execute("SELECT 1 FROM version WHERE run_id = ?", (run_id,))
        return found.fetchone() is not None

    def versions_of(self, model_id: str) -> list[tuple[str, str]]:
        """Name and version of all that was registered of a logged model, copies included."""
        return self._database.execute(_VERSIONS_OF, (model_id,)).fetchall()

    def model_of(self, name: str, version: str) -> str | None:
        """The logged model that a version, or the version it is a copy of, was made of."""
        found = self._database.execute(_MODEL_OF, (name, version)).fetchone()
        return found[0] if found else None

    def aliases(self, name: str, version: str) -> list[str]:
        """The aliases that point to a version."""
        statement = "SELECT alias FROM alias WHERE name = ? AND version = ?"
        return [row[0] for row in self._database.execute(statement, (name, version))]

    def input(self, run_id: str, name: str, digest: str) -> tuple[NamedNode, str | None] | None:
        """The dataset version that a run had as input, and its role, or ``None``."""
        statement = "SELECT iri, role FROM input WHERE run_id = ? AND name = ? AND digest = ?"
        found = self._database.execute(statement, (run_id, name, digest)).fetchone()
        return (NamedNode(found[0]), found[1]) if found else None

    def describe(self, subject: NamedNode) -> bool:
        """Note that a subject is described; whether this is the first time."""
        return self._insert("described", subject.value) == 1

    def described(self, subject: NamedNode) -> bool:
        """Whether a subject was described."""
        statement = "SELECT 1 FROM described WHERE iri = ?"
        return self._database.execute(statement, (subject.value,)).fetchone() is not None
