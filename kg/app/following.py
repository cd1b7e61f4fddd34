"""Following the owner's ontology files while a graph is served."""

from __future__ import annotations

import logging
from typing import Final

from kg.app.graph import KnowledgeGraph
from kg.app.keeper import Keeper

_SECONDS: Final = 0.5

_log: Final = logging.getLogger(__name__)


class OntologyFollower(Keeper):
    """Looks at the files twice a second.

    What cannot be taken is logged, once for as long as it is the same; the ontology in force
    stays in force meanwhile.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph
        super().__init__("ontology", _SECONDS)

    def look(self) -> str | None:
        """Put the files in force where they have changed."""
        before = self._graph.ontology
        self._graph.follow_ontology()
        if self._graph.ontology is not before:
            _log.info("the ontology has changed and is in force: %s", self._graph.ontology.digest)
        return self._graph.ontology_problem

    def complain(self, problem: str) -> None:
        """Log it."""
        _log.warning("the ontology in force stays: %s", problem)
