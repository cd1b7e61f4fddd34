"""The KnowledgeGraph: journal, store, ontology and names of one data directory, opened."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from kg.app.ingest import Ingestion, IngestReport, Progress
from kg.app.resolve import resolve
from kg.commit import Change, Committer
from kg.config import DEFAULT_BASE, DataDirectory
from kg.errors import InputError, StorageError
from kg.index import LineageIndex
from kg.iri import Names, is_iri
from kg.journal import Journal, RevisionInfo
from kg.lineage import LineageService
from kg.model import Batch
from kg.ontology import Ontology
from kg.store import EmbeddedStore
from kg.terms import NamedNode

_BASE = "base"


class KnowledgeGraph:
    """Everything known, and the ways to change it; a context manager that closes itself.

    One process holds a data directory for writing at a time.
    """

    def __init__(
        self,
        journal: Journal,
        store: EmbeddedStore,
        ontology: Ontology,
        names: Names,
        data: DataDirectory | None = None,
    ) -> None:
        """Wire the parts; see :meth:`create`, :meth:`open` and :meth:`in_memory`."""
        self.journal = journal
        self.store = store
        self.ontology = ontology
        self.names = names
        self.data = data
        self.index = LineageIndex(ontology, data.lineage if data else None)
        self.committer = Committer(journal, store, ontology, names, [self.index])
        self.lineage = LineageService(store, self.index, ontology, names)
        self.committer.catch_up()

    @classmethod
    def create(cls, folder: Path, base: str = DEFAULT_BASE) -> Self:
        """Make a graph in a folder; its base IRI stays for good, being part of every identifier.

        Raises :class:`InputError` for a base that is no http(s) IRI, and
        :class:`StorageError` where the folder holds a graph already.
        """
        base = base.rstrip("/")
        if not is_iri(base) or not base.startswith(("http://", "https://")) or "#" in base:
            raise InputError(f"{base!r} cannot be a base", hint="give an http or https IRI")
        data = DataDirectory(folder)
        if data.exists():
            raise StorageError(f"there is a graph in {folder} already")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"cannot make {folder}: {error.strerror}") from error
        journal = Journal.on_disk(data.journal)
        journal.set_setting(_BASE, base)
        journal.close()
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the graph in a folder for this process, bringing its store up to the journal."""
        data = DataDirectory(folder)
        if not data.exists():
            raise StorageError(
                f"there is no graph in {folder}", hint="make one with: kg init --data FOLDER"
            )
        store = EmbeddedStore.open(data.store)
        journal = Journal.on_disk(data.journal)
        names = Names(journal.setting(_BASE) or DEFAULT_BASE)
        extra = sorted(data.ontology.glob("*.ttl")) if data.ontology.is_dir() else []
        return cls(journal, store, Ontology.load(extra), names, data)

    @classmethod
    def in_memory(cls, base: str = DEFAULT_BASE) -> Self:
        """A graph that lives as long as the object, for tests and try-outs."""
        store, journal = EmbeddedStore.in_memory(), Journal.in_memory()
        return cls(journal, store, Ontology.load(), Names(base))

    @property
    def revision(self) -> int:
        """The newest revision."""
        return self.journal.revision()

    def ingestion(
        self, *, source: str, agent: str, message: str = "", merge: bool = False
    ) -> Ingestion:
        """A run to be given the batches of a source; see :class:`Ingestion`."""
        return Ingestion(
            self.committer,
            self.journal,
            self.names,
            source=source,
            agent=agent,
            message=message,
            merge=merge,
        )

    def ingest(
        self,
        batches: Iterable[Batch],
        *,
        source: str = "curated",
        agent: str = "kg",
        message: str = "",
        merge: bool = False,
        atomic: bool = False,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Commit the batches of a source; see :meth:`Ingestion.run`."""
        run = self.ingestion(source=source, agent=agent, message=message, merge=merge)
        return run.run(batches, atomic=atomic, progress=progress)

    def resolve(self, text: str, *, past: bool = False) -> NamedNode:
        """The thing that a short form or IRI names; ``past`` admits things no longer there.

        Raises :class:`kg.errors.NotFound` with near names.
        """
        return resolve(text, self.names, self.lineage, self.journal, past=past)

    def withdraw(
        self, subjects: Iterable[NamedNode], *, source: str, agent: str, message: str = ""
    ) -> RevisionInfo | None:
        """Remove what a source says of some things; what other sources say of them stays."""
        change = Change(withdrawn=[(source, subject) for subject in subjects])
        return self.committer.commit(change, agent=agent, message=message)[0]

    def rebuild(self, progress: Progress | None = None) -> int:
        """Make store and index anew from the journal; returns the number of records."""
        return self.committer.rebuild(progress)

    def close(self) -> None:
        """Let go of the data directory."""
        self.index.close()
        self.store.close()
        self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
