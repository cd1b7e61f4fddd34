"""Bringing a report up beside those who write: what takes long is asked of a copy of the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kg.commit import Replay
from kg.findings.changes import missed
from kg.findings.dates import Dates, all_dated
from kg.findings.kept_report import KeptReport
from kg.findings.ledger import Dated
from kg.findings.situation import Situation
from kg.index import IndexView
from kg.propagation import Listener
from kg.store import EmbeddedStore


class Ahead:
    """A report on its way to a situation, in three steps of which the second takes long.

    It is made and finished while nothing is written; in between anything may be.
    """

    def __init__(
        self,
        live: KeptReport,
        situation: Situation,
        copy: EmbeddedStore,
        index: IndexView | None,
        heard: Listener,
    ) -> None:
        """``copy`` and ``index`` are of the situation, and what is ``heard`` is what came since."""
        self._live = live
        self._situation = situation
        self._copy = copy
        self._heard = heard
        self._twin = live.twin(copy, lambda: index)
        self._dated: list[Dated] = []

    def ask(self, as_of: datetime) -> None:
        """Ask the shapes about the copy. Raises what asking them raises."""
        self._twin.bring_to(self._situation, as_of)
        self._dated = list(all_dated(self._twin.asked, self._copy, as_of))

    def finish(
        self,
        replay: Replay,
        as_of: datetime,
        store: EmbeddedStore,
        index: Callable[[], IndexView | None],
    ) -> bool:
        """Take in what was found and what has happened meanwhile; whether it could.

        It cannot where that is very much, and where the shapes are others by now.
        """
        now, since = self._live.situation(replay), self._situation.revision
        changes = missed(replay, since) if replay.revision >= since else None
        news = Situation(now.revision, now.ontology, changes, self._heard.drain())
        twin = self._twin.twin(store, index)
        if self._live.asked is not self._twin.asked or twin.is_long(news):
            return False
        twin.bring_to(news, as_of)
        changed = set(news.facts or ()).union(*(changes or {}).values())
        self._live.bring_to(now, as_of, twin.known(Dates(changed, self._dated)))
        return True
