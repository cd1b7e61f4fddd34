"""Ingestion: batches from a connector become revisions, and a report says what became of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.commit import Change, Counts, Plan, Writer
from kg.errors import InputError
from kg.iri import Names
from kg.journal import Journal
from kg.model import Batch, Record, Rejection
from kg.terms import NamedNode

Progress = Callable[[int], None]
"""Called with the number of records done since the last call."""


@dataclass
class IngestReport:
    """What an ingestion did: counts of records and triples, and what was not taken and why."""

    revisions: list[int] = field(default_factory=list)
    records: int = 0
    changed: int = 0
    added: int = 0
    removed: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def unchanged(self) -> int:
        """Records that said what was known already."""
        return self.records - self.changed

    def count(self, counts: Counts) -> None:
        """Take a change into account."""
        self.records += counts.changed + counts.unchanged
        self.changed += counts.changed
        self.added += counts.added
        self.removed += counts.removed

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

        What cannot be taken is rejected and the rest goes on; with ``atomic``, any rejection
        leaves everything as it was.
        """
        with self._writer.claim(self._source):
            if atomic:
                self._atomic(batches, progress)
            else:
                self._one_by_one(batches, progress)
        return self.report

    def plan(self, batches: Iterable[Batch]) -> Plan:
        """What the run would do, all batches together, without doing it."""
        planned = self._writer.plan(self._change(self._gather(batches, None)))
        self.report.count(planned.counts)
        return planned

    def records(self, batches: Iterable[Batch]) -> list[Record]:
        """The records that the run would put, all batches together, the pieces of one added up."""
        return self._gather(batches, None).records

    def _one_by_one(self, batches: Iterable[Batch], progress: Progress | None) -> None:
        for batch in batches:
            self._note(batch)
            self._commit(batch)
            if progress:
                progress(len(batch.records))

    def _atomic(self, batches: Iterable[Batch], progress: Progress | None) -> None:
        whole = self._gather(batches, progress)
        if not self.report.rejections:
            self._write(whole)

    def _gather(self, batches: Iterable[Batch], progress: Progress | None) -> Batch:
        whole = Batch()
        latest: dict[NamedNode, Record] = {}
        for batch in batches:
            self._note(batch)
            whole.withdrawn += batch.withdrawn
            whole.states.update(batch.states)
            for record in self._acceptable(batch):
                graph = self._graph(record)
                before = latest.get(graph)
                if before is not None and self._merge:
                    triples = before.triples | record.triples
                    record = Record(record.source, record.subject, triples, record.graph)
                latest[graph] = record
            if progress:
                progress(len(batch.records))
        whole.records = list(latest.values())
        return whole

    def _note(self, batch: Batch) -> None:
        self.report.rejections += batch.rejections
        self.report.warnings += batch.warnings
        self._states.update(batch.states)

    def _commit(self, batch: Batch) -> None:
        try:
            self._write(batch)
        except InputError:
            # One bad record must not take the others with it: leave out what is bad.
            batch.records = self._acceptable(batch)
            self._write(batch)

    def _acceptable(self, batch: Batch) -> list[Record]:
        good = []
        for record in batch.records:
            try:
                self._writer.check(record)
                good.append(record)
            except InputError as error:
                where = error.where or self._names.short(record.subject)
                self.report.rejections.append(Rejection(where, error.message))
        return good

    def _write(self, batch: Batch) -> None:
        info, counts = self._writer.commit(
            self._change(batch),
            agent=self._agent,
            message=self._message,
            states={(self._source, key): value for key, value in batch.states.items()},
        )
        if self._merge:
            self._seen.update(self._graph(record) for record in batch.records)
        self._states.clear()
        self.report.count(counts)
        if info is not None:
            self.report.revisions.append(info.revision)

    def _change(self, batch: Batch) -> Change:
        return Change(batch.records, batch.withdrawn, self._seen)

    def _graph(self, record: Record) -> NamedNode:
        return record.graph or self._names.graph(record.source, record.subject)
