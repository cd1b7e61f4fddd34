"""Who carries out changes: the process that holds the data, or another that asks it to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from kg.commit.admission import Retried, Verdict
from kg.commit.plan import Change, Counts, Plan
from kg.journal import RevisionInfo
from kg.model import Record


class Writer(Protocol):
    """Takes changes; see :class:`kg.commit.Committer`, which is one."""

    def claim(self, source: str) -> AbstractContextManager[None]:
        """Let no one else feed the graph from a source meanwhile."""
        ...

    def check(self, record: Record) -> None:
        """Raise :class:`kg.errors.InputError` where a record can never be committed."""
        ...

    def plan(self, change: Change) -> Plan:
        """What the change would do, without doing it."""
        ...

    def judge(self, planned: Plan) -> Verdict:
        """What would keep records of a plan out."""
        ...

    def commit(
        self,
        change: Change,
        *,
        agent: str,
        message: str = "",
        states: Mapping[tuple[str, str], str] | None = None,
    ) -> tuple[RevisionInfo | None, Counts]:
        """Carry out a change; the revision is ``None`` where nothing differs from the present.

        Raises :class:`NotAdmitted` where records may not enter, and then nothing is written.
        """
        ...

    def retry(self, ids: Sequence[str], *, agent: str) -> Retried:
        """Judge records in the quarantine anew and let in those that conform."""
        ...

    def drop(self, ids: Sequence[str]) -> list[str]:
        """Remove entries of the quarantine for good; returns the ids of those there were."""
        ...

    def close(self) -> None:
        """Take no more changes; one under way is carried out."""
        ...
