"""Overlays: copies of the store in which things are supposed, and forgotten again.

A copy on disk is made of hard links, in milliseconds; opening it for writing takes ten times as
long, so copies are kept for the next question, and take in what was committed meanwhile. Nothing
that is supposed ever comes into the store that is served.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Hashable, Iterator
from contextlib import contextmanager
from typing import Final

from kg.app.folders import OwnFolder
from kg.app.gate.missed import TooMuch, missed
from kg.app.graph import KnowledgeGraph
from kg.config import DataDirectory
from kg.errors import KGError, StorageError
from kg.propagation import RULES_NOTE, propagate, propagated_revision, with_facts
from kg.store import DERIVED_GRAPH, ONTOLOGY_DIGEST, EmbeddedStore, RareProperties, StorePatch
from kg.terms import Quad, Triple

_KEPT: Final = 4  # copies that wait for a question


class Overlay:
    """One copy, at a revision; derived facts are up to date in it."""

    def __init__(self, store: EmbeddedStore, state: Hashable, folder: OwnFolder | None) -> None:
        self.store = with_facts(store)
        self.state = state
        self.revision = store.revision()
        self.lookups: Final = RareProperties(self.store)
        """Look-ups in the copy while nothing is supposed in it."""
        self._folder = folder
        self._undo: list[tuple[set[Quad], set[Quad]]] = []

    def follow(self, patch: StorePatch, state: Hashable) -> bool:
        """Take in what was committed; whether it could, or else this copy is of no use any more.

        Costs what the patch says and what flows otherwise by it.
        """
        self.state = state
        if self.revision == patch.revision:
            return True
        self.store.apply(patch)
        changed = {quad.triple for quad in (*patch.added, *patch.removed)}
        self.revision = patch.revision
        derived = propagate(self.store, changed)
        self.lookups.forget({triple.predicate for triple in (*changed, *(derived or ()))})
        return derived is not None

    def suppose(self, patch: StorePatch) -> set[Triple]:
        """Carry out a patch here alone; returns the triples that it and its consequences change.

        Costs what the patch says and what flows otherwise by it.
        """
        kept = set(patch.added)
        added = {quad for quad in kept if not self._holds(quad)}
        removed = {quad for quad in set(patch.removed) - kept if self._holds(quad)}
        self._undo.append((added, removed))
        self.store.adjust(patch.added, patch.removed)
        changed = {quad.triple for quad in (*added, *removed)}
        return changed | self._consequences(changed)

    def _consequences(self, changed: Collection[Triple]) -> frozenset[Triple]:
        found = propagate(self.store, changed)
        if found is None:  # a store without facts, which no overlay has
            raise StorageError("the copy of the store has lost its facts", hint="ask again")
        derived = {Quad(t.subject, t.predicate, t.object, DERIVED_GRAPH) for t in found}
        added = {quad for quad in derived if self._holds(quad)}
        self._undo.append((added, derived - added))
        return found

    def forget(self) -> None:
        """Take back all that was supposed with what followed, at the cost of writing it."""
        while self._undo:
            added, removed = self._undo.pop()
            self.store.adjust(removed, added)

    def close(self) -> None:
        """Throw the copy away."""
        self.store.close()
        if self._folder is not None:
            self._folder.remove()

    def _holds(self, quad: Quad) -> bool:
        graph = quad.graph_name
        found = self.store.quads(quad.subject, quad.predicate, quad.object, graph)  # type: ignore[arg-type]
        return next(found, None) is not None


class Moved(StorageError):
    """The graph has gone on from the revision that a question began at."""


class Overlays:
    """The copies of one graph; any number of threads may ask for one."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph
        self._lock = threading.Lock()
        self._idle: list[Overlay] = []

    @contextmanager
    def take(self, revision: int | None = None) -> Iterator[Overlay]:
        """A copy of the graph as it is now, or as of a revision, for the caller alone.

        What is being committed is not waited for. Raises :class:`Moved` where there is a copy of
        a later revision alone.
        """
        overlay = self._taken(revision)
        try:
            if revision not in (None, overlay.revision):
                raise Moved("the graph was changed meanwhile", hint="ask again")
            yield overlay
        except KGError:
            overlay.forget()
            self._give_back(overlay)
            raise
        except BaseException:
            overlay.close()
            raise
        overlay.forget()
        self._give_back(overlay)

    def close(self) -> None:
        """Throw all copies away."""
        with self._lock:
            idle, self._idle = self._idle, []
        for overlay in idle:
            overlay.close()

    def refresh(self, number: int) -> None:
        """Have so many copies wait for a question, and take in what was committed meanwhile."""
        with self._lock:
            missing = number - len(self._idle)
        for _ in range(missing):
            self._give_back(self._made())
        for _ in range(number):
            self._give_back(self._taken(None, oldest=True))

    def _taken(self, revision: int | None, *, oldest: bool = False) -> Overlay:
        while True:
            with self._lock:
                overlay = self._idle.pop(0 if oldest else -1) if self._idle else None
            if overlay is None:
                return self._made()
            try:
                if self._is_current(overlay, revision):
                    return overlay
            except BaseException:
                overlay.close()
                raise
            overlay.close()

    def _is_current(self, overlay: Overlay, revision: int | None) -> bool:
        """Whether a copy is as the graph, or as of a revision, or could be brought up to it."""
        graph, store = self._graph, self._graph.store
        state = store.state()
        if overlay.state == state and revision in (None, overlay.revision):
            return True
        if not _are_alike(store, overlay.store):
            return False
        until = graph.index.at().revision if revision is None else revision
        if overlay.revision > until:
            return revision is not None
        try:
            patch = missed(graph, overlay.store, overlay.revision, until)
            if patch is None:
                with self._graph.undisturbed():
                    patch = missed(graph, overlay.store, overlay.revision, until)
        except TooMuch:
            return False
        stands = store.revision() == until and store.state() == state
        return patch is not None and overlay.follow(patch, state if stands else None)

    def _give_back(self, overlay: Overlay) -> None:
        with self._lock:
            if len(self._idle) < _KEPT:
                self._idle.append(overlay)
                return
        overlay.close()

    def _made(self) -> Overlay:
        store, data = self._graph.store, self._graph.data
        if data is None:
            copy = EmbeddedStore.in_memory()
            with self._graph.undisturbed():
                state = store.state()
                copy.load(store.quads(None, None, None, None), store.revision())
            return Overlay(copy, state, None)
        overlay = self._copied(data, whole=True)
        if overlay is None:
            with self._graph.undisturbed():
                overlay = self._copied(data)
        assert overlay is not None  # noqa: S101 - of a store at rest, every copy will do
        return overlay

    def _copied(self, data: DataDirectory, *, whole: bool = False) -> Overlay | None:
        """A copy on disk; ``None`` where it is not ``whole``, as a commit has come to half."""
        store = self._graph.store
        folder = OwnFolder.make(data.overlays)
        try:
            state = store.state()
            store.checkpoint(folder.path)
            copy = EmbeddedStore.open(folder.path)
            revision, newest = copy.revision(), self._graph.index.at().revision
            if whole and (propagated_revision(copy) != revision or newest < revision):
                copy.close()
                folder.remove()
                return None
            return Overlay(copy, state, folder)
        except BaseException:
            folder.remove()
            raise


def _are_alike(store: EmbeddedStore, other: EmbeddedStore) -> bool:
    """Whether the same rules and ontology made what is derived and entailed in two stores."""
    return all(store.notes(note) == other.notes(note) for note in (RULES_NOTE, ONTOLOGY_DIGEST))
