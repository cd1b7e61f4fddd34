"""Keeping the live report current while a graph is served."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Final

from kg.app.graph import KnowledgeGraph
from kg.errors import KGError

_SECONDS: Final = 1.0
_MINUTE: Final = timedelta(seconds=60)

_log: Final = logging.getLogger(__name__)


class ReportKeeper:
    """Brings the report up in a thread, until it is closed: once a minute, and where it is behind.

    The report follows commits by itself once it has been brought up. This does so at the start,
    after a change that was too big to be followed, and as time goes on. Where nobody ever asked
    for findings it does nothing, for validating takes long to load.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph
        self._ended = threading.Event()
        self._said: str | None = None
        self._thread = threading.Thread(target=self._keep, name="report", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Keep it no more, and wait for what is under way."""
        self._ended.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._ended.wait(_SECONDS):
            if self._graph.findings.made is not None or self._graph.has_report:
                self._look()

    def _look(self) -> None:
        from kg.app.live import bring_up, live_report, now  # takes a second, which most never need

        graph, problem = self._graph, None
        live = live_report(graph)
        late = live.as_of is None or now() - live.as_of >= _MINUTE
        if not late and live.revision == graph.revision and live.is_kept:
            return
        try:
            bring_up(graph)
        except KGError as error:
            problem = str(error)
            if problem != self._said:
                _log.warning("the report stays at revision %d: %s", live.revision, problem)
        self._said = problem
