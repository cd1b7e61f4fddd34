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

from kg.commit.admission import (
    Admission,
    NotAdmitted,
    Retried,
    Verdict,
    record_of,
    require,
)
from kg.commit.effects import graph_changes
from kg.commit.plan import Change, Counts, Plan, check_record, plan
from kg.commit.replica import Replica
from kg.commit.views import GraphChange, Replay, View
from kg.commit.well_typed import ill_typed, refusal
from kg.errors import StorageError
from kg.iri import Names
from kg.journal import Journal, RevisionInfo, identifier
from kg.model import Record
from kg.ontology import Ontology
from kg.store import EmbeddedStore
from kg.terms import NamedNode

_RETRIED = "retry of the quarantine"


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
        self._replica = Replica(journal, store, ontology)
        self._names = names
        self._views = views
        self._admission = admission
        self._lock = threading.RLock()
        self._closed = False
        self._claims: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)

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
            self._replica.settle()

    def check(self, record: Record) -> None:
        """Raise :class:`kg.errors.InputError` where a record can never be committed."""
        check_record(record, self._names)

    def plan(self, change: Change) -> Plan:
        """What the change would do, without doing it."""
        return plan(change, self._journal, self._names)

    def judge(self, planned: Plan) -> Verdict:
        """What would keep records of a plan out."""
        return self._judge(graph_changes(planned, self._replica.ontology))

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
            if self._replica.is_behind():
                self._replica.catch_up()
            planned = self.plan(change)
            changes = graph_changes(planned, self._replica.ontology)
            verdict = self._judge(changes)
            require(verdict, self._names)
            counts = replace(planned.counts, remarks=verdict.remarks)
            spoken = self._spoken(change)
            if not planned.entries:
                self._journal.note(states or {}, change.refused, spoken, agent=agent)
                return None, counts
            notes = self._notes(changes, self._store.revision() + 1)
            info = self._journal.append(
                planned.entries,
                agent=agent,
                message=message,
                states=states,
                refused=change.refused,
                settled=spoken,
            )
            self._replica.take(changes, info.revision, notes)
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
            rewritten = self._replica.catch_up()
            for view in self._views:
                view.catch_up(self._replay())
            return rewritten

    def adopt(self, ontology: Ontology) -> None:
        """Let another ontology be in force, for what is entailed from now on and from before.

        The journal stays as it is, and so does the revision. Costs as much as the records that
        use a term which means something else now; readers see the one or the other.
        """
        with self._lock:
            before, self._replica.ontology = self._replica.ontology, ontology
            try:
                self.catch_up()
            except BaseException:
                self._replica.ontology = before
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
            self._replica.mend_present()
            count = self._replica.rebuild(progress)
            for view in self._views:
                view.rebuild(self._replay())
            return count

    def _replay(self) -> Replay:
        return Replay(self._journal, self._replica.ontology)

    def _judge(self, changes: Sequence[GraphChange]) -> Verdict:
        if self._admission is None:
            return Verdict()
        return self._admission.judge(changes, self._store, self._names)

    def _spoken(self, change: Change) -> list[NamedNode]:
        """The graphs of a change: what the quarantine holds of them it makes obsolete."""
        spoken = [r.graph or self._names.graph(r.source, r.subject) for r in change.records]
        return [*spoken, *(self._names.graph(*pair) for pair in change.withdrawn)]

    def _notes(self, changes: Sequence[GraphChange], revision: int) -> dict[NamedNode, str]:
        """What the views have the store note with a revision."""
        told = (view.notes(revision, changes) for view in self._views)
        return {key: text for notes in told for key, text in notes.items()}

    def _tell(self, changes: list[GraphChange], revision: int) -> None:
        for view in self._views:
            if view.revision == revision - 1:
                view.follow(revision, changes)
            else:
                view.catch_up(self._replay())
