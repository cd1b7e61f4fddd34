"""The embedded store: pyoxigraph in memory or on disk, held by one process."""

from __future__ import annotations

import shutil
from collections.abc import (
    Callable,
    Collection,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Set,
)
from contextlib import contextmanager
from itertools import chain, groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pyoxigraph

from kg.errors import DirectoryInUse, StorageError
from kg.namespaces import MLG
from kg.store.base import Functions, Lookups, QueryResult, StorePatch
from kg.store.rare import RareProperties
from kg.store.syntax import syntax_error
from kg.store.writes import RecentWrites
from kg.terms import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Term

SYSTEM_GRAPH: Final = NamedNode("https://w3id.org/mlg/system")
"""The graph in which the store keeps what it knows of itself: its revision."""

DERIVED_GRAPH: Final = NamedNode("https://w3id.org/mlg/derived")
"""The graph of facts that follow from others; no record's, and made anew at any time."""

REPORT_GRAPH: Final = NamedNode("https://w3id.org/mlg/live-report")
"""The graph of the report that is kept of the others; made anew at any time."""

ONTOLOGY_DIGEST: Final = MLG.ontologyDigest
"""The note of a store that tells by which ontology it was written."""

_REVISION: Final = MLG.revision
_OWN: Final = (SYSTEM_GRAPH, DERIVED_GRAPH, REPORT_GRAPH)


class EmbeddedStore:
    """An Oxigraph dataset. Make one with :meth:`open`, :meth:`in_memory` or :meth:`read_only`.

    Literals are normalised by the engine (oxigraph issue 526): what has to survive to the letter
    is kept by the journal. An update of ``n`` quads costs O(n log N) in a store of ``N``.
    """

    def __init__(self, store: pyoxigraph.Store, *, read_only: bool = False) -> None:
        self._store = store
        self._notes: tuple[int, frozenset[Quad]] = (-1, frozenset())
        self._writes = 0
        self._remembering: RareProperties | None = None
        self.written = RecentWrites()
        """The last writes, for copies to follow."""
        self.writable = not read_only
        """Whether quads can be added and removed, or only read."""

    @classmethod
    def in_memory(cls) -> EmbeddedStore:
        """A fresh store that lives as long as the object."""
        return cls(pyoxigraph.Store())

    @classmethod
    def open(cls, folder: Path) -> EmbeddedStore:
        """Open or create the store in a folder, for this process alone.

        Raises :class:`StorageError` when another process holds it or it cannot be read.
        """
        try:
            store = cls(pyoxigraph.Store(str(folder)))
        except OSError as error:
            raise _storage_error(folder, error) from error
        store.written = RecentWrites(store.revision())
        return store

    @classmethod
    def read_only(cls, folder: Path) -> EmbeddedStore:
        """Open a checkpoint for reading; several processes may."""
        try:
            return cls(pyoxigraph.Store.read_only(str(folder)), read_only=True)
        except OSError as error:
            raise _storage_error(folder, error) from error

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[NamedNode] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
        functions: Functions | None = None,
    ) -> QueryResult:
        """Evaluate SPARQL; without graphs the default graph is the union of all.

        Given either list, the query sees those graphs alone: the default graph is the union of
        ``default_graphs`` and ``GRAPH`` reaches ``named_graphs`` (SPARQL 1.1 Protocol, 2.1.4).
        """
        called: dict[NamedNode, Callable[..., Any]] | None = dict(functions) if functions else None
        try:
            if default_graphs is None and named_graphs is None:
                return self._store.query(
                    text, use_default_graph_as_union=True, custom_functions=called
                )
            return self._store.query(
                text,
                custom_functions=called,
                default_graph=list(default_graphs or ()),
                named_graphs=list(named_graphs or ()),
            )
        except SyntaxError as error:
            raise syntax_error(error, text) from error

    def quads(
        self,
        subject: NamedNode | BlankNode | None,
        predicate: NamedNode | None,
        object_: Term | None,
        graph: NamedNode | None,
    ) -> Iterator[Quad]:
        """The quads that match a pattern, from an index, in no particular order."""
        return self._store.quads_for_pattern(subject, predicate, object_, graph)

    @property
    def remembered(self) -> Lookups:
        """Look-ups that cost nothing where properties are rare; for the thread that writes."""
        if self._remembering is None:
            self._remembering = RareProperties(self)
        return self._remembering

    def apply(self, patch: StorePatch) -> None:
        """Carry out a patch in one SPARQL update, which Oxigraph makes atomic."""
        noted, kept = self._noted(), frozenset(_kept(patch.revision, patch.notes))
        outdated = _outdated(noted, kept)
        removed = [*patch.removed, *(outdated - kept)]
        added = [*patch.added, *(kept - outdated)]
        operations = [f"DROP SILENT GRAPH {graph}" for graph in patch.dropped]
        operations.append(f"DELETE DATA {{ {_graph_blocks(removed)} }}")
        operations.append(f"INSERT DATA {{ {_graph_blocks(added)} }}")
        remembering = None if patch.dropped else self._remembering
        self._update(" ;\n".join(operations), patch.revision)
        if remembering is not None:
            remembering.leave({quad.predicate for quad in (*removed, *added)})
            self._remembering = remembering
        self._notes = (self._writes, (noted - outdated) | kept)

    def load(
        self,
        quads: Iterable[Quad],
        revision: int,
        notes: Mapping[NamedNode, str] = MappingProxyType({}),
    ) -> None:
        """Add many quads by bulk load, which Oxigraph makes atomic, revision and notes with them.

        What these replace is removed right after; see :meth:`notes` for a process that died then.
        """
        kept = _kept(revision, notes)
        outdated = _outdated(self._noted(), kept) - set(kept)
        with self._writing(revision):
            self._store.bulk_extend(chain(quads, kept))
            for quad in outdated:
                self._store.remove(quad)

    def extend(self, quads: Iterable[Quad]) -> None:
        """Add quads in one transaction, leaving the revision as it is."""
        with self._writing():
            self._store.extend(quads)

    def repeat(self, updates: Iterable[str]) -> None:
        """Bring a copy up to the store that it is of, by the updates since it was made."""
        for update in updates:
            self._update(update, None)

    def adjust(self, added: Collection[Quad], removed: Collection[Quad]) -> None:
        """Add and remove some quads, faster than a patch and not atomically.

        For a copy that is thrown away where that fails.
        """
        with self._writing():
            for quad in removed:
                self._store.remove(quad)
            self._store.extend(added)

    def revision(self) -> int:
        """The revision the store stands at; 0 for a store that never had one."""
        return max((int(value) for value in self.notes(_REVISION)), default=0)

    def state(self) -> Hashable:
        """See :meth:`GraphStore.state`."""
        return self._noted()

    def notes(self, key: NamedNode) -> list[str]:
        """The text that the store keeps about itself by a property.

        There are two where a process died between loading many quads and removing the old one.
        """
        found = (quad for quad in self._noted() if quad.predicate == key)
        return [quad.object.value for quad in found if isinstance(quad.object, Literal)]

    def graphs(self) -> Iterator[NamedNode]:
        """The names of all graphs, the store's own aside."""
        for graph in self._store.named_graphs():
            if isinstance(graph, NamedNode) and graph not in _OWN:
                yield graph

    def checkpoint(self, folder: Path) -> int:
        """Write a copy by hard links: 2 to 20 ms whatever the size (same file system)."""
        shutil.rmtree(folder, ignore_errors=True)
        before = self.revision()
        self._store.backup(str(folder))
        # Opening the copy costs as much as making it: only where it may be of another revision.
        return before if self.revision() == before else EmbeddedStore.read_only(folder).revision()

    def optimize(self) -> None:
        """Put what many writes have left in pieces together, for scans to take a third less.

        Reads and rewrites the files, about a second for 250,000 quads; others read and write
        meanwhile.
        """
        self._store.optimize()

    def clear(self) -> None:
        """Remove every quad and graph."""
        with self._writing(0):
            self._store.clear()

    def close(self) -> None:
        """Flush and let go of the lock."""
        if self.writable:
            self._store.flush()
        self._remembering = None
        del self._store

    def __len__(self) -> int:
        """How many quads there are, but for what has been worked out from the others."""
        made = (self.quads(None, None, None, graph) for graph in (DERIVED_GRAPH, REPORT_GRAPH))
        return len(self._store) - sum(1 for quads in made for _ in quads)

    def _noted(self) -> frozenset[Quad]:
        """What the store notes about itself, read once between one write and the next.

        Nobody else writes: a store on disk is locked, one that is only read is a copy.
        """
        writes, kept = self._notes
        before = self._writes
        if writes == before:
            return kept
        found = frozenset(self._store.quads_for_pattern(None, None, None, SYSTEM_GRAPH))
        if before % 2 == 0 and before == self._writes:
            self._notes = (before, found)
        return found

    def _update(self, text: str, revision: int | None) -> None:
        with self._writing(revision, text):
            self._store.update(text)

    @contextmanager
    def _writing(self, revision: int | None = None, update: str | None = None) -> Iterator[None]:
        """A write: the count is odd until it ends, and what was read meanwhile is not kept."""
        self._writes += 1
        done: tuple[int | None, str | None] = (None, None)
        try:
            yield
            done = (revision, update)
        except OSError as error:
            reason = str(error).splitlines()[0]
            raise StorageError(
                f"the store cannot be written: {reason}",
                hint="nothing is lost: the next command brings it up to the journal",
            ) from error
        finally:
            self._writes += 1
            self._remembering = None
            self.written.note(*done)


def _outdated(noted: Set[Quad], kept: Iterable[Quad]) -> frozenset[Quad]:
    """What the store notes about itself and would be replaced by what is to be kept."""
    keys = {quad.predicate for quad in kept}
    return frozenset(quad for quad in noted if quad.predicate in keys)


def _kept(revision: int, notes: Mapping[NamedNode, str]) -> list[Quad]:
    """What the store notes about itself, as quads."""
    values = {_REVISION: Literal(revision), **{key: Literal(text) for key, text in notes.items()}}
    return [Quad(SYSTEM_GRAPH, key, value, SYSTEM_GRAPH) for key, value in values.items()]


def _graph_blocks(quads: Iterable[Quad]) -> str:
    """Quads as QuadData (SPARQL 1.1 Update grammar, rule 49), one block for a run of one graph."""
    blocks = []
    for graph, group in groupby(quads, key=lambda quad: quad.graph_name):
        triples = " .\n".join(str(quad.triple) for quad in group)
        blocks.append(
            triples if isinstance(graph, DefaultGraph) else f"GRAPH {graph} {{ {triples} }}"
        )
    return "\n".join(blocks)


def _storage_error(folder: Path, error: OSError) -> StorageError:
    text = str(error)
    if "lock" in text.lower():
        return DirectoryInUse(
            f"the graph in {folder.parent} is in use by another process",
            hint="wait until that kg command ends",
        )
    return StorageError(f"cannot open the store in {folder}: {text.splitlines()[0]}")
