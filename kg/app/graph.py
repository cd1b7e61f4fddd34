"""The KnowledgeGraph: journal, store, ontology and names of one data directory, opened."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kg.app.admission import StructureAdmission
from kg.app.ingest import Ingestion, IngestReport, Progress
from kg.app.late_view import LateView
from kg.app.ontology_files import OntologyFiles
from kg.app.resolve import resolve
from kg.commit import Admission, Change, Committer, View, Writer, ontology_in
from kg.config import DEFAULT_BASE, DataDirectory
from kg.errors import InputError, StorageError, Unsupported
from kg.index import ExportedIndex, LineageIndex
from kg.iri import Names, is_iri
from kg.journal import Journal, RevisionInfo
from kg.lineage import LineageService
from kg.model import Batch
from kg.ontology import Ontology
from kg.propagation import Changed, Listener, Propagation
from kg.sparql.checkpoints import IndexedStore
from kg.store import EmbeddedStore
from kg.terms import NamedNode

if TYPE_CHECKING:
    from kg.findings import LiveReport

_BASE = "base"
REPORT_KEPT = "report"
"""The setting of a journal beside which a report is kept."""


@dataclass(frozen=True)
class Shared:
    """What a process uses whose graph another one holds; see :mod:`kg.app.sharing`."""

    writer: Writer
    index: ExportedIndex


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
        *,
        files: OntologyFiles | None = None,
        shared: Shared | None = None,
        admission: Admission | None = None,
    ) -> None:
        """Wire the parts; see :meth:`create`, :meth:`open` and :meth:`in_memory`.

        ``files`` are what :meth:`follow_ontology` looks at. Where the graph is ``shared``, store
        and index are only read, and changes are left to the process that holds it. The
        ``admission`` judges what may enter, by the structure shapes unless another is given.
        """
        self.journal = journal
        self.store = store
        self.names = names
        self.data = data
        self.ontology_problem: str | None = None
        """Why the owner's ontology files are not in force as they are now, if they are not."""
        self._files = files
        self._following = threading.Lock()
        self._committer: Committer | None = None
        self.findings: LateView[LiveReport] = LateView()
        """The report that is always current, once asked for; see :mod:`kg.app.live`."""
        self.drain: Callable[[], Changed] = lambda: None
        """What changed of derived facts since this was last asked; see :class:`Listener`."""
        self.listen: Callable[[], Listener] | None = None
        """Gives others who are told of derived facts, in the process that holds the graph."""
        self.writer: Writer
        self.index: LineageIndex | ExportedIndex
        if shared:
            self.writer, self.index = shared.writer, shared.index
        else:
            index = LineageIndex(ontology, data.lineage if data else None)
            facts = Propagation(store)
            self.listen, self.drain = facts.listen, facts.listen().drain
            views: list[View] = [index, facts, self.findings]
            self._committer = Committer(
                journal, store, ontology, names, views, admission or StructureAdmission()
            )
            self.writer, self.index = self._committer, index
        self._use(ontology)
        if self._committer is not None:
            self._committer.catch_up()

    @classmethod
    def create(
        cls, folder: Path, base: str = DEFAULT_BASE, *, admission: Admission | None = None
    ) -> Self:
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
        return cls.open(folder, admission=admission)

    @classmethod
    def open(cls, folder: Path, *, admission: Admission | None = None) -> Self:
        """Open the graph in a folder for this process, bringing its store up to the journal."""
        data = DataDirectory(folder).require()
        store, files = EmbeddedStore.open(data.store), OntologyFiles(data.ontology)
        ontology, problem = _readable(files, store)
        journal = Journal.on_disk(data.journal)
        graph = cls(
            journal,
            store,
            ontology,
            names_of(journal),
            data,
            files=files,
            admission=admission,
        )
        graph.ontology_problem = problem
        return graph

    @classmethod
    def in_memory(cls, base: str = DEFAULT_BASE, *, admission: Admission | None = None) -> Self:
        """A graph that lives as long as the object, for tests and try-outs."""
        store, journal = EmbeddedStore.in_memory(), Journal.in_memory()
        return cls(journal, store, Ontology.load(), Names(base), admission=admission)

    @property
    def revision(self) -> int:
        """The revision that answers are of; the journal may just have a newer one."""
        return self.store.revision()

    @property
    def has_report(self) -> bool:
        """Whether findings were ever asked for, so that a report is kept."""
        return self.journal.setting(REPORT_KEPT) is not None

    @property
    def is_held(self) -> bool:
        """Whether this process holds the graph, rather than reading a copy by leave of another."""
        return self._committer is not None

    @property
    def committer(self) -> Committer:
        """What writes to this graph; raises :class:`Unsupported` where another process does."""
        if self._committer is None:
            raise Unsupported("only the process that holds the graph can do this")
        return self._committer

    def undisturbed(self) -> AbstractContextManager[None]:
        """Let no change come in between; of a copy, to which none comes, it does nothing."""
        return nullcontext() if self._committer is None else self._committer.exclusive()

    @property
    def checkpointed(self) -> IndexedStore:
        """What other processes may read copies of; raises :class:`Unsupported` for a copy."""
        if isinstance(self.index, ExportedIndex):
            raise Unsupported("only the process that holds the graph can do this")
        return IndexedStore(self.store, self.index)

    def follow_ontology(self) -> None:
        """Put the owner's ontology files in force where they changed; costs little where not.

        See :meth:`Committer.adopt`. Raises :class:`InputError` for files that cannot be taken,
        once for each state of them; the ontology in force stays then.
        """
        if self._files is None:
            return
        with self._following:
            try:
                ontology = self._files.news()
            except InputError as error:
                self.ontology_problem = str(error)
                raise
            if ontology is None:
                return
            self.ontology_problem = None
            if ontology.digest != self.ontology.digest:
                self._adopt(ontology, self._files)

    def _adopt(self, ontology: Ontology, files: OntologyFiles) -> None:
        try:
            self.committer.adopt(ontology)
        except BaseException:
            files.forget()  # what could not be written now is tried again
            raise
        self._use(ontology)

    def _use(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self.lineage = LineageService(self.store, self.index, ontology, self.names)

    def ingestion(
        self, *, source: str, agent: str, message: str = "", merge: bool = False
    ) -> Ingestion:
        """A run to be given the batches of a source; see :class:`Ingestion`."""
        return Ingestion(
            self.writer,
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
        return self.writer.commit(change, agent=agent, message=message)[0]

    def rebuild(self, progress: Progress | None = None) -> int:
        """Make store and index anew from the journal; returns the number of records."""
        return self.committer.rebuild(progress)

    def close(self) -> None:
        """Let go of the data directory."""
        self.writer.close()
        if self.findings.made is not None:
            self.findings.made.close()
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


def names_of(journal: Journal) -> Names:
    """The identifiers of a graph, by the base that its journal keeps."""
    return Names(journal.setting(_BASE) or DEFAULT_BASE)


def _readable(files: OntologyFiles, store: EmbeddedStore) -> tuple[Ontology, str | None]:
    """The ontology of the files, or the one that the store was written by and what is wrong."""
    try:
        return files.read(), None
    except InputError as error:
        ontology = ontology_in(store)
        if ontology is None:
            raise
        return ontology, str(error)
