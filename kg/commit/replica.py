"""The store as a copy of what the journal says now, with what the ontology entails from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest

from kg.commit.effects import store_patch
from kg.commit.entailment import entailed_quads
from kg.commit.reentailment import ontology_in, ontology_quads, reentail
from kg.commit.views import GraphChange
from kg.iri import entailed_graph
from kg.journal import Journal, StoredRecord, to_quads
from kg.ontology import Ontology
from kg.store import ONTOLOGY_DIGEST, EmbeddedStore, StorePatch
from kg.terms import NamedNode, Quad

_BULK = 10_000
"""From this many quads on, and with nothing to remove, a bulk load is several times faster."""

_MANY = 100_000
"""Triples that bulk loads must have added for the files of the store to be put in order."""

_SHARE = 4
"""The same as a share of the graph: one in so many. So all of it costs a load a constant factor."""

_RECORDS = 1_000
"""Records that are written anew in one update."""


class Replica:
    """Keeps a store in step with a journal; one thread at a time."""

    def __init__(self, journal: Journal, store: EmbeddedStore, ontology: Ontology) -> None:
        self._journal = journal
        self._store = store
        self._newest: int | None = None
        self.ontology = ontology
        """The ontology in force; the store follows it by :meth:`catch_up`."""
        self._loaded = 0

    def is_behind(self) -> bool:
        """Whether an earlier revision was journalled, and could not be applied.

        The journal is asked once: nobody but its one writer, who tells of it, adds to it.
        """
        if self._newest is None:
            self._newest = self._journal.revision()
        return self._store.revision() < self._newest

    def take(
        self, changes: Sequence[GraphChange], revision: int, notes: Mapping[NamedNode, str]
    ) -> None:
        """Apply the next revision, which is in the journal; the store takes ``notes`` with it."""
        self._newest = revision
        if revision != self._store.revision() + 1:
            self.catch_up()
            return
        patch = store_patch(changes, revision)
        if not patch.removed and len(patch.added) >= _BULK:
            self._store.load(patch.added, revision, notes)
            self._loaded += sum(len(change.patch.added) for change in changes)
        else:
            patch.notes = notes
            self._store.apply(patch)

    def catch_up(self) -> int:
        """Bring the store up to journal and ontology; returns the number of graphs rewritten.

        Costs as much as the changes missed.
        """
        newest, here = self._journal.revision(), self._store.revision()
        if here > newest or not self._follow_ontology():
            return self.rebuild()
        graphs = self._journal.changed_since(here) if here < newest else []
        for start in range(0, len(graphs), _RECORDS):
            last = start + _RECORDS >= len(graphs)
            self._rewrite(graphs[start : start + _RECORDS], newest if last else here)
        return len(graphs)

    def mend_present(self) -> None:
        """Make the present records of the journal what its patches add up to."""
        if any(a != b for a, b in zip_longest(self._replayed(), self._journal.all_records())):
            self._journal.restore_present(list(self._replayed()))

    def rebuild(self, progress: Callable[[int], None] | None = None) -> int:
        """Throw the store away and make it anew; returns the number of records."""
        revision = self._journal.revision()
        self._store.clear()
        count = 0

        def quads() -> Iterator[Quad]:
            nonlocal count
            yield from ontology_quads(self.ontology)
            for record in self._journal.all_records():
                count += 1
                asserted = to_quads(record.triples, record.graph)
                self._loaded += len(asserted)
                yield from asserted
                yield from entailed_quads(asserted, record.graph, self.ontology)
                if progress:
                    progress(1)

        self._store.load(quads(), revision, {ONTOLOGY_DIGEST: self.ontology.digest})
        self.settle()
        return count

    def settle(self) -> None:
        """Put the files of the store in order, once a good part of it has come by bulk loads."""
        many = self._loaded >= _MANY
        if many and self._loaded * _SHARE >= self._journal.statistics().triples:
            self._loaded = 0
            self._store.optimize()

    def _follow_ontology(self) -> bool:
        """Bring the store to the ontology in force; ``False`` where it must be made anew."""
        if self._store.notes(ONTOLOGY_DIGEST) == [self.ontology.digest]:
            return True
        before = ontology_in(self._store)
        if before is None:
            return False
        reentail(self._store, self._journal, before, self.ontology)
        return True

    def _rewrite(self, graphs: list[NamedNode], revision: int) -> None:
        patch = StorePatch(revision)
        for graph in graphs:
            patch.dropped += [graph, entailed_graph(graph)]
        for record in self._journal.records(graphs).values():
            asserted = to_quads(record.triples, record.graph)
            patch.added += [*asserted, *entailed_quads(asserted, record.graph, self.ontology)]
        self._store.apply(patch)

    def _replayed(self) -> Iterator[StoredRecord]:
        return (record for record in self._journal.replayed() if record.triples)
