"""Ingestion: batches from a connector become revisions, and a report says what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from kg.app.payload import payload_text
from kg.commit import Change, Counts, NotAdmitted, Plan, Writer, ill_typed, record_of, refusal
from kg.errors import InputError
from kg.iri import Names
from kg.journal import Journal, Refused, identifier
from kg.model import Batch, Record, Rejection
from kg.terms import NamedNode

Progress = Callable[[int], None]
"""Called with the number of records done since the last call."""


@dataclass(frozen=True)
class SetAside:
    """A record that was not let in: its entry in the quarantine, where it was read, and why."""

    id: str
    record: str
    where: str
    reason: str


@dataclass
class IngestReport:
    """What an ingestion did: counts of records and triples, and what was not taken and why.

    ``rejections`` could not be read; what is ``quarantined`` could, and breaks a structure shape or
    holds a value that is none of its datatype.
    """

    revisions: list[int] = field(default_factory=list)
    records: int = 0
    changed: int = 0
    added: int = 0
    removed: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    quarantined: list[SetAside] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def unchanged(self) -> int:
        """Records that said what was known already."""
        return self.records - self.changed

    @property
    def complete(self) -> bool:
        """Whether all that was given was taken."""
        return not (self.rejections or self.quarantined)

    def count(self, counts: Counts) -> None:
        """Take a change into account."""
        self.records += counts.changed + counts.unchanged
        self.changed += counts.changed
        self.added += counts.added
        self.removed += counts.removed
        self.warnings += counts.remarks

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "revisions": self.revisions,
            "records": self.records,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "added": self.added,
            "removed": self.removed,
            "rejections": [vars(rejection) for rejection in self.rejections],
            "quarantined": [asdict(record) for record in self.quarantined],
            "warnings": self.warnings,
        }


class Ingestion:
    """One run over the batches of a connector."""

    def __init__(
        self,
        writer: Writer,
        journal: Journal,
        names: Names,
        *,
        source: str,
        agent: str,
        message: str = "",
        merge: bool = False,
    ) -> None:
        """``merge`` adds up records of one thing that come in several pieces of the same run."""
        self._writer = writer
        self._journal = journal
        self._names = names
        self._source = source
        self._agent = agent
        self._message = message
        self._merge = merge
        self._states: dict[str, str] = {}  # remembered in this run and not written yet
        self._seen: set[NamedNode] = set()
        self._aside: dict[NamedNode, Record] = {}  # pieces not let in, for those that follow
        self._told: dict[NamedNode, SetAside] = {}  # what is in the quarantine by this run
        self.report = IngestReport()

    def load_states(self, keys: Collection[str]) -> Mapping[str, str]:
        """What the connector remembers under the keys; absent ones are left out."""
        fresh = {key: self._states[key] for key in keys if key in self._states}
        wanted = [key for key in keys if key not in fresh]
        return {**self._journal.states(self._source, wanted), **fresh}

    def run(
        self, batches: Iterable[Batch], *, atomic: bool = False, progress: Progress | None = None
    ) -> IngestReport:
        """Commit each batch as it comes, or with ``atomic`` all of them in one revision.

        What cannot be read is rejected, what may not enter goes to the quarantine, and the rest
        goes on; with ``atomic``, either leaves everything as it was, the quarantine too.
        """
        with self._writer.claim(self._source):
            if atomic:
                self._atomic(batches, progress)
            else:
                self._one_by_one(batches, progress)
        return self.report

    def plan(self, batches: Iterable[Batch]) -> Plan:
        """What the run would do, all batches together, without doing it."""
        held: list[Refused] = []
        planned = self._writer.plan(self._change(self._gather(batches, None, held)))
        verdict = self._writer.judge(planned)
        self._tell((*held, *verdict.refused))
        refused = {one.record.graph for one in verdict.refused}
        planned.entries = [e for e in planned.entries if e.record.graph not in refused]
        self.report.count(replace(planned.counts, remarks=verdict.remarks))
        return planned

    def change(self, batches: Iterable[Batch]) -> Change:
        """What the run would put and withdraw, all batches together, pieces of one added up."""
        whole = self._gather(batches, None)
        return Change(whole.records, whole.withdrawn)

    def _one_by_one(self, batches: Iterable[Batch], progress: Progress | None) -> None:
        for batch in batches:
            self._note(batch)
            self._commit(batch)
            if progress:
                progress(len(batch.records))

    def _atomic(self, batches: Iterable[Batch], progress: Progress | None) -> None:
        whole = self._gather(batches, progress)
        if self.report.rejections:
            return
        try:
            self._write(self._change(whole), whole.states)
        except NotAdmitted as error:
            self.report.rejections += map(self._rejection, error.refused)

    def _gather(
        self,
        batches: Iterable[Batch],
        progress: Progress | None,
        held: list[Refused] | None = None,
    ) -> Batch:
        """All batches as one; what would go to the quarantine unread is added to ``held``."""
        whole = Batch()
        latest: dict[NamedNode, Record] = {}
        withdrawn: dict[NamedNode, tuple[str, NamedNode]] = {}
        for batch in batches:
            self._note(batch)
            whole.states.update(batch.states)
            for pair in batch.withdrawn:
                graph = self._names.graph(*pair)
                latest.pop(graph, None)
                withdrawn[graph] = pair
            records = batch.records
            if held is not None:
                refused = self._ill_typed(records)
                held += [_with_origin(one, batch) for one in refused]
                records = self._without(records, refused)
            for record in self._acceptable(records):
                graph = self._graph(record)
                withdrawn.pop(graph, None)
                before = latest.get(graph)
                if before is not None and self._merge:
                    triples = before.triples | record.triples
                    record = Record(record.source, record.subject, triples, record.graph)
                latest[graph] = record
            if progress:
                progress(len(batch.records))
        whole.records, whole.withdrawn = list(latest.values()), list(withdrawn.values())
        return whole

    def _note(self, batch: Batch) -> None:
        self.report.rejections += batch.rejections
        self.report.warnings += batch.warnings
        self._states.update(batch.states)

    def _commit(self, batch: Batch) -> None:
        """Commit what is good of a batch: one bad record must not take the others with it."""
        change, checked = self._change(batch), False
        while True:
            try:
                return self._write(change, batch.states)
            except NotAdmitted as error:
                change = self._set_aside(change, error.refused, batch)
            except InputError:
                if checked:
                    raise
                change = self._set_aside(change, self._ill_typed(change.records), batch)
                change, checked = replace(change, records=self._acceptable(change.records)), True

    def _acceptable(self, records: Iterable[Record]) -> list[Record]:
        good = []
        for record in records:
            try:
                self._writer.check(record)
                good.append(record)
            except InputError as error:
                where = error.where or self._names.short(record.subject)
                self.report.rejections.append(Rejection(where, error.message))
        return good

    def _ill_typed(self, records: Iterable[Record]) -> list[Refused]:
        """What the quarantine keeps of records with literals that are none, all pieces of each."""
        pieces: defaultdict[NamedNode, list[Record]] = defaultdict(list)
        for record in records:
            pieces[self._graph(record)].append(record)
        return [refusal(of, self._names) for of in pieces.values() if any(map(ill_typed, of))]

    def _set_aside(self, change: Change, refused: Sequence[Refused], batch: Batch) -> Change:
        """The change with some of its records for the quarantine instead."""
        named = [_with_origin(one, batch) for one in refused]
        self._tell(named)
        if self._merge:
            self._aside.update((one.record.graph, record_of(one)) for one in refused)
        kept = self._without(change.records, refused)
        return replace(change, records=kept, refused=[*change.refused, *named])

    def _without(self, records: Iterable[Record], refused: Iterable[Refused]) -> list[Record]:
        graphs = {one.record.graph for one in refused}
        return [record for record in records if self._graph(record) not in graphs]

    def _write(self, change: Change, states: Mapping[str, str]) -> None:
        info, counts = self._writer.commit(
            change,
            agent=self._agent,
            message=self._message,
            states={(self._source, key): value for key, value in states.items()},
        )
        if self._merge:
            self._seen.update(map(self._graph, change.records))
        if self._told:
            self._forget(map(self._graph, change.records))
        self._states.clear()
        self.report.count(counts)
        if info is not None:
            self.report.revisions.append(info.revision)

    def _change(self, batch: Batch) -> Change:
        self._seen.difference_update(self._names.graph(*pair) for pair in batch.withdrawn)
        return Change([*self._pieces(batch.records)], batch.withdrawn, self._seen)

    def _pieces(self, records: Iterable[Record]) -> Iterable[Record]:
        """The records, each with the pieces of it that were not let in before."""
        for record in records:
            before = self._aside.pop(self._graph(record), None)
            triples = record.triples | before.triples if before else record.triples
            yield replace(record, triples=triples) if before else record

    def _tell(self, refused: Iterable[Refused]) -> None:
        for one in refused:
            told = self._rejection(one)
            record, id_ = self._names.short(one.record.subject), identifier(one.record.graph)
            self._told[one.record.graph] = SetAside(id_, record, told.where, told.reason)
        self.report.quarantined = list(self._told.values())

    def _forget(self, admitted: Iterable[NamedNode]) -> None:
        """Tell no more of what was refused at first and is good now."""
        for graph in admitted:
            self._told.pop(graph, None)
        self.report.quarantined = list(self._told.values())

    def _rejection(self, refused: Refused) -> Rejection:
        where = refused.where or self._names.short(refused.record.subject)
        return Rejection(where, "; ".join(dict.fromkeys(f.message for f in refused.findings)))

    def _graph(self, record: Record) -> NamedNode:
        return record.graph or self._names.graph(record.source, record.subject)


def _with_origin(refused: Refused, batch: Batch) -> Refused:
    known = refused.record
    origin = batch.origin(Record(known.source, known.subject, frozenset(), known.graph))
    if origin is None:
        return refused
    text = "" if origin.payload is None else payload_text(origin.payload)
    return replace(refused, where=origin.where, payload=text)
