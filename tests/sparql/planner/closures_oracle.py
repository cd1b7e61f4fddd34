"""A lineage index that is networkx: closures over the union of all graphs."""

from __future__ import annotations

from collections.abc import Collection

import networkx

from kg.namespaces import MLG
from kg.sparql.lineage import Direction, Snapshot
from kg.store import ONTOLOGY_DIGEST, EmbeddedStore
from kg.terms import NamedNode


class GraphClosures:
    """The closures of what a store holds."""

    facts = None

    def __init__(self, store: EmbeddedStore) -> None:
        self.revision = store.revision()
        self.digest = "".join(store.notes(ONTOLOGY_DIGEST))
        self._up = networkx.DiGraph()
        for quad in store.quads(None, MLG.directlyDependsOn, None, None):
            self._up.add_edge(quad.subject, quad.object)

    def closure(self, start: NamedNode, direction: Direction) -> Collection[NamedNode]:
        """See :class:`kg.sparql.lineage.Closures`."""
        graph = self._up if direction == "up" else self._up.reverse()
        if start not in graph:
            return set()
        found = networkx.descendants(graph, start)
        returns = any(start in graph[node] for node in (start, *found))
        return found | {start} if returns else found


def snapshot(store: EmbeddedStore) -> Snapshot:
    """A store with its index."""
    return Snapshot(store, GraphClosures(store))
