"""SPARQL Update: what it would change is found out first, then committed like any other change.

The update is tried on a throw-away copy of the store. The quads that differ afterwards are the
change; they must lie in graphs that people own. So nothing bypasses the journal, and a request
of many operations becomes one revision or none.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from kg.app.curated import CuratedGraphs, require_curated
from kg.app.graph import KnowledgeGraph
from kg.journal import RevisionInfo
from kg.rdfio import skolemise
from kg.sparql.update import read_update
from kg.sparql.update_process import try_in_process
from kg.store.scratch import Delta, Trial, normal_forms, try_on_quads
from kg.terms import NamedNode, Quad, Triple

_FOLDER: Final = "update"
_MESSAGE: Final = "SPARQL Update"


class Updates:
    """Carries out updates, one at a time."""

    def __init__(
        self, graph: KnowledgeGraph, *, timeout: float = 30.0, memory_limit: int = 2 * 1024**3
    ) -> None:
        """``timeout`` is in seconds, ``memory_limit`` in bytes, of the process that tries."""
        self._graph = graph
        self._curated = CuratedGraphs(graph)
        self._timeout = timeout
        self._memory_limit = memory_limit

    def run(
        self,
        text: str,
        *,
        agent: str,
        default_graphs: Sequence[NamedNode] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
        timeout: float | None = None,
    ) -> RevisionInfo | None:
        """Carry out an update request; ``None`` where nothing changes.

        The graphs are what patterns read, in place of all. Raises :class:`QueryRefused`,
        :class:`QuerySyntaxError`, :class:`NotPermitted`, :class:`QueryTimeout` or
        :class:`QueryAborted`, and then nothing is changed.
        """
        steps = read_update(text)
        skolems = self._graph.names.skolem("").value
        trial = Trial(steps, skolems, _iris(default_graphs), _iris(named_graphs))
        limit = min(timeout or self._timeout, self._timeout)
        with self._graph.committer.exclusive():
            contents = self._contents(self._try(trial, limit))
            return self._curated.commit(contents, agent=agent, message=_MESSAGE)

    def _try(self, trial: Trial, timeout: float) -> Delta:
        data = self._graph.data
        if data is None:
            return try_on_quads(self._graph.store.quads(None, None, None, None), trial)
        folder = data.updates
        folder.mkdir(exist_ok=True)
        try:
            copy = folder / _FOLDER
            self._graph.store.checkpoint(copy)
            return try_in_process(copy, trial, timeout=timeout, memory_limit=self._memory_limit)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _contents(self, delta: Delta) -> dict[NamedNode, frozenset[Triple]]:
        """What each graph that changed is to hold; what stays is kept to the letter."""
        removed, added = (
            _by_graph(delta.removed),
            _by_graph(skolemise(delta.added, self._graph.names)),
        )
        contents = {}
        for graph in removed.keys() | added.keys():
            require_curated(graph, self._graph.names)
            kept = _without(self._curated.present(graph), removed[graph])
            contents[graph] = kept | added[graph]
        return contents


def _by_graph(quads: Sequence[Quad]) -> defaultdict[NamedNode, frozenset[Triple]]:
    found: defaultdict[NamedNode, set[Triple]] = defaultdict(set)
    for quad in quads:
        if isinstance(quad.graph_name, NamedNode):
            found[quad.graph_name].add(quad.triple)
    return defaultdict(frozenset, {graph: frozenset(triples) for graph, triples in found.items()})


def _without(present: frozenset[Triple], removed: frozenset[Triple]) -> frozenset[Triple]:
    """What stays of a record; the store knows literals in their normal form only."""
    triples = list(present)
    pairs = zip(triples, normal_forms(triples), strict=True)
    return frozenset(triple for triple, normal in pairs if normal not in removed)


def _iris(graphs: Sequence[NamedNode] | None) -> list[str] | None:
    return None if graphs is None else [graph.value for graph in graphs]
