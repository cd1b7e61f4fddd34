"""Who carries out changes: the process that holds the data, or another that asks it to."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

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

    def commit(
        self,
        change: Change,
        *,
        agent: str,
        message: str = "",
        states: Mapping[tuple[str, str], str] | None = None,
    ) -> tuple[RevisionInfo | None, Counts]:
        """Carry out a change; the revision is ``None`` where nothing differs from the present."""
        ...

    def close(self) -> None:
        """Take no more changes; one under way is carried out."""
        ...
