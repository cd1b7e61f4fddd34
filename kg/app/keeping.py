"""Keeping the live report current while a graph is served."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from kg.app.graph import KnowledgeGraph
from kg.app.keeper import Keeper

_SECONDS: Final = 1.0
_MINUTE: Final = timedelta(seconds=60)

_log: Final = logging.getLogger(__name__)


class ReportKeeper(Keeper):
    """Brings the report up: once a minute, and where it is behind.

    The report follows commits by itself once it has been brought up. This does so at the start,
    after a change that was too big to be followed, and as time goes on. Where nobody ever asked
    for findings it does nothing, for validating takes long to load.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph
        super().__init__("report", _SECONDS)

    def look(self) -> None:
        """Bring the report up where it is time to."""
        graph = self._graph
        if graph.findings.made is None and not graph.has_report:
            return
        from kg.app.live import bring_up, live_report, now  # takes a second, which most never need

        live = live_report(graph)
        late = live.as_of is None or now() - live.as_of >= _MINUTE
        if late or live.revision != graph.revision or not live.is_kept:
            bring_up(graph)

    def complain(self, problem: str) -> None:
        """Log it."""
        revision = self._graph.findings.revision
        _log.warning("the report stays at revision %d: %s", revision, problem)
