"""The one way in: a change is compared, journalled durably, then applied to the store.

The order matters. The journal is written first and is the truth; the store follows in one atomic
update that carries the revision, so a store found behind the journal is brought up by replay and
no reader ever sees half a change.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import zip_longest

from kg.commit.admission import (
    Admission,
    NotAdmitted,
    Retried,
    Verdict,
    record_of,
    require,
)
from kg.commit.effects import graph_changes, store_patch
from kg.commit.entailment import entailed_quads
from kg.commit.plan import Change, Counts, Plan, check_record, plan
from kg.commit.reentailment import ontology_in, ontology_quads, reentail
from kg.commit.views import GraphChange, Replay, View
from kg.commit.well_typed import ill_typed, refusal
from kg.errors import StorageError
from kg.iri import Names, entailed_graph
from kg.journal import Journal, RevisionInfo, StoredRecord, identifier, to_quads
from kg.model import Record
from kg.ontology import Ontology
from kg.store import ONTOLOGY_DIGEST, EmbeddedStore, StorePatch
from kg.terms import NamedNode, Quad

_RETRIED = "retry of the quarantine"
_BULK = 10_000
"""From this many quads on, and with nothing to remove, a bulk load is several times faster."""

_MANY = 100_000
"""Triples that bulk loads must have added for the files of the store to be put in order."""

_SHARE = 4
"""The same as a share of the graph: one in so many. So all of it costs a load a constant factor."""


class Committer:
    """Writes changes to the journal and keeps the store and the views in step with it."""

    def __init__(
        self,
        journal: Journal,
        store: EmbeddedStore,
        ontology: Ontology,
        names: Names,
        views: Sequence[View] = (),
        admission: Admission | None = None,
    ) -> None:
        """``admission`` judges every record before it is written; without it all may enter."""
        self._journal = journal
        self._store = store
        self._ontology = ontology
        self._names = names
        self._views = views
        self._admission = admission
        self._lock = threading.RLock()
        self._closed = False
        self._claims: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)
        self._loaded = 0

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Let no other change come between what the caller reads and what it commits."""
        with self._lock:
            yield

    @contextmanager
    def claim(self, source: str) -> Iterator[None]:
        """Let no one else feed the graph from a source meanwhile; waits until no one does.

        Others commit as before. What a connector remembers is read in one step and written in
        another, which two at a time would undo for each other. In the end the files of the store
        are put in order, where much was loaded.
        """
        with self._lock:
            claim = self._claims[source]
        with claim:
            yield
            self._settle()

    def check(self, record: Record) -> None:
        """Raise :class:`kg.errors.InputError` where a record can never be committed."""
        check_record(record, self._names)

    def plan(self, change: Change) -> Plan:
        """What the change would do, without doing it."""
        return plan(change, self._journal, self._names)

    def judge(self, planned: Plan) -> Verdict:
        """What would keep records of a plan out."""
        return self._judge(graph_changes(planned, self._ontology))

    def commit(
        self,
        change: Change,
        *,
        agent: str,
        message: str = "",
        states: Mapping[tuple[str, str], str] | None = None,
    ) -> tuple[RevisionInfo | None, Counts]:
        """Carry out a change; the revision is ``None`` where nothing differs from the present.

        When this returns the change is durable. Raises :class:`kg.errors.InputError` for a bad
        record, :class:`NotAdmitted` for one that breaks a structure shape, and then nothing of
        the change is written. A record that enters ends what the quarantine held of its graph.
        """
        with self._lock:
            if self._closed:
                raise StorageError("the graph has been closed", hint="nothing was written")
            if self._store.revision() < self._journal.revision():
                self._catch_up()  # an earlier commit was journalled and could not be applied
            planned = self.plan(change)
            changes = graph_changes(planned, self._ontology)
            verdict = self._judge(changes)
            require(verdict, self._names)
            counts = replace(planned.counts, remarks=verdict.remarks)
            settled = self._settled(change)
            if not planned.entries:
                self._journal.note(states or {}, change.refused, settled, agent=agent)
                return None, counts
            info = self._journal.append(
                planned.entries,
                agent=agent,
                message=message,
                states=states,
                refused=change.refused,
                settled=settled,
            )
            self._apply(changes, info.revision)
            self._tell(changes, info.revision)
            return info, counts

    def retry(self, ids: Sequence[str], *, agent: str) -> Retried:
        """Judge records in the quarantine anew and let in those that conform, in one revision.

        Ids that are not held are passed over. What is refused again stays, with what is found now.
        """
        with self._lock:
            held = {e.refused.record.graph: e for e in self._journal.quarantine.held(ids)}
            records = [record_of(entry.refused) for entry in held.values()]
            refused = [refusal([record], self._names) for record in records if ill_typed(record)]
            for one in refused:
                del held[one.record.graph]
            while True:
                records = [record_of(entry.refused) for entry in held.values()]
                try:
                    info, _ = self.commit(Change(records), agent=agent, message=_RETRIED)
                    break
                except NotAdmitted as error:
                    refused += error.refused
                    for one in error.refused:
                        del held[one.record.graph]
            self._journal.quarantine.reassess(refused)
            admitted = tuple(entry.id for entry in held.values())
            return Retried(info, admitted, tuple(identifier(one.record.graph) for one in refused))

    def drop(self, ids: Sequence[str]) -> list[str]:
        """Remove entries of the quarantine for good; returns the ids of those that there were."""
        with self._lock:
            return self._journal.quarantine.drop(ids)

    def catch_up(self) -> int:
        """Bring a store and views behind the journal up to it; returns the graphs rewritten.

        Costs as much as the changes missed, those of the ontology among them (:meth:`adopt`).
        """
        with self._lock:
            rewritten = self._catch_up()
            for view in self._views:
                view.catch_up(self._replay())
            return rewritten

    def adopt(self, ontology: Ontology) -> None:
        """Let another ontology be in force, for what is entailed from now on and from before.

        The journal stays as it is, and so does the revision. Costs as much as the records that
        use a term which means something else now; readers see the one or the other.
        """
        with self._lock:
            before, self._ontology = self._ontology, ontology
            try:
                self.catch_up()
            except BaseException:
                self._ontology = before
                raise

    def close(self) -> None:
        """Take no more changes; one under way is carried out."""
        with self._lock:
            self._closed = True

    def rebuild(self, progress: Callable[[int], None] | None = None) -> int:
        """Throw the store and the views away and make them anew from the journal's patches.

        Returns the number of records. The present records, which the journal also keeps, are
        made anew first where they are not what the patches add up to.
        """
        with self._lock:
            if any(a != b for a, b in zip_longest(self._replayed(), self._journal.all_records())):
                self._journal.restore_present(list(self._replayed()))
            count = self._rebuild_store(self._journal.revision(), progress)
            for view in self._views:
                view.rebuild(self._replay())
            return count

    def _replay(self) -> Replay:
        return Replay(self._journal, self._ontology)

    def _catch_up(self) -> int:
        newest, here = self._journal.revision(), self._store.revision()
        if here > newest or not self._follow_ontology():
            return self._rebuild_store(newest)
        graphs = self._journal.changed_since(here) if here < newest else []
        for start in range(0, len(graphs), 1000):
            last = start + 1000 >= len(graphs)
            self._rewrite(graphs[start : start + 1000], newest if last else here)
        return len(graphs)

    def _follow_ontology(self) -> bool:
        """Bring the store to the ontology in force; ``False`` where it must be made anew."""
        if self._store.notes(ONTOLOGY_DIGEST) == [self._ontology.digest]:
            return True
        before = ontology_in(self._store)
        if before is None:
            return False
        reentail(self._store, self._journal, before, self._ontology)
        return True

    def _replayed(self) -> Iterator[StoredRecord]:
        return (record for record in self._journal.replayed() if record.triples)

    def _rebuild_store(self, revision: int, progress: Callable[[int], None] | None = None) -> int:
        self._store.clear()
        count = 0

        def quads() -> Iterator[Quad]:
            nonlocal count
            yield from ontology_quads(self._ontology)
            for record in self._journal.all_records():
                count += 1
                asserted = to_quads(record.triples, record.graph)
                self._loaded += len(asserted)
                yield from asserted
                yield from entailed_quads(asserted, record.graph, self._ontology)
                if progress:
                    progress(1)

        self._store.load(quads(), revision, {ONTOLOGY_DIGEST: self._ontology.digest})
        self._settle()
        return count

    def _rewrite(self, graphs: list[NamedNode], revision: int) -> None:
        patch = StorePatch(revision)
        for graph in graphs:
            patch.dropped += [graph, entailed_graph(graph)]
        for record in self._journal.records(graphs).values():
            asserted = to_quads(record.triples, record.graph)
            patch.added += [*asserted, *entailed_quads(asserted, record.graph, self._ontology)]
        self._store.apply(patch)

    def _judge(self, changes: Sequence[GraphChange]) -> Verdict:
        if self._admission is None:
            return Verdict()
        return self._admission.judge(changes, self._store, self._names)

    def _settled(self, change: Change) -> list[NamedNode]:
        """The graphs of which the quarantine holds what a change makes obsolete."""
        spoken = [r.graph or self._names.graph(r.source, r.subject) for r in change.records]
        gone = [self._names.graph(*pair) for pair in change.withdrawn]
        return self._journal.quarantine.held_among([*spoken, *gone])

    def _apply(self, changes: list[GraphChange], revision: int) -> None:
        patch = store_patch(changes, revision)
        if not patch.removed and len(patch.added) >= _BULK:
            self._store.load(patch.added, revision)
            self._loaded += sum(len(change.patch.added) for change in changes)
        else:
            self._store.apply(patch)

    def _settle(self) -> None:
        """Put the files of the store in order, once a good part of it has come by bulk loads."""
        many = self._loaded >= _MANY
        if many and self._loaded * _SHARE >= self._journal.statistics().triples:
            self._loaded = 0
            self._store.optimize()

    def _tell(self, changes: list[GraphChange], revision: int) -> None:
        for view in self._views:
            if view.revision == revision - 1:
                view.follow(revision, changes)
            else:
                view.catch_up(self._replay())
