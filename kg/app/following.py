"""Following the owner's ontology files while a graph is served."""

from __future__ import annotations

import logging
import threading
from typing import Final

from kg.app.graph import KnowledgeGraph
from kg.errors import KGError

_SECONDS: Final = 0.5

_log: Final = logging.getLogger(__name__)


class OntologyFollower:
    """Looks at the files twice a second, in a thread, until it is closed.

    What cannot be taken is logged, once for as long as it is the same; the ontology in force
    stays in force meanwhile.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph
        self._ended = threading.Event()
        self._said: str | None = None
        self._thread = threading.Thread(target=self._follow, name="ontology", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more, and wait for what is under way."""
        self._ended.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._ended.wait(_SECONDS):
            self._look()

    def _look(self) -> None:
        before = self._graph.ontology
        try:
            self._graph.follow_ontology()
            problem = self._graph.ontology_problem
        except KGError as error:
            problem = str(error)
        if problem is not None and problem != self._said:
            _log.warning("the ontology in force stays: %s", problem)
        self._said = problem
        if self._graph.ontology is not before:
            _log.info("the ontology has changed and is in force: %s", self._graph.ontology.digest)
