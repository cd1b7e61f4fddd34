"""The live report: kept in step with the graph and with time."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

from kg.commit import GraphChange, Replay
from kg.errors import KGError
from kg.findings.kept_report import KeptReport
from kg.findings.situation import Agenda
from kg.terms import NamedNode

_log: Final = logging.getLogger(__name__)


class LiveReport(KeptReport):
    """A :class:`kg.commit.View` that asks shapes again about what each change concerns.

    It does nothing until :meth:`bring_up` has been called: a command that only writes leaves it
    behind, and the next that asks for findings catches up through the journal.
    """

    def notes(self, *_: object) -> Mapping[NamedNode, str]:
        """Nothing; see :class:`kg.commit.View`."""
        return {}

    def follow(self, revision: int, changes: Sequence[GraphChange]) -> None:
        """Take in the next revision, if this process keeps the report and can soon have it done."""
        changed = {triple for change in changes for triple in change.changed}
        facts = self._facts()
        if not self.is_kept:
            return
        if facts is None or not self._told or len(changed) > self._many:
            self._told = False
            return
        with _at_ease(self):
            stands = replace(self._standing, revision=revision)
            self._take({revision: changed | facts}, stands, Agenda(told=True))

    def catch_up(self, replay: Replay) -> None:
        """Take in what was missed, if this process keeps the report and can soon have it done."""
        if self._kept is not None and self._standing.as_of is not None:
            with _at_ease(self):
                situation = self.situation(replay)
                if not self.is_long(situation):
                    self.bring_to(situation, self._standing.as_of)

    def rebuild(self, replay: Replay) -> None:  # noqa: ARG002 - nothing to replay
        """Ask everything anew when the report is asked for next; the history stays.

        That the store was made anew is known by its graph of the report, which is gone.
        """
        self.forget()

    def bring_up(self, replay: Replay, as_of: datetime) -> None:
        """Bring the report to the newest revision and an instant; see :meth:`bring_to`."""
        self.bring_to(self.situation(replay), as_of)


@contextmanager
def _at_ease(live: LiveReport) -> Iterator[None]:
    """The commit is done and cannot fail: a report that cannot follow is brought up when asked."""
    try:
        yield
    except KGError as error:
        _log.warning("the report stays at revision %d: %s", live.revision, error)
        live.forget()
