"""One step of lineage, read from the store's indexes.

The commit has written the one-hop dependency ``mlg:directlyDependsOn`` beside every record, in
the graph of what the record entails; so the neighbours of a node are one index look-up, and the
graph tells which record asserted the edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Protocol

from kg.index import Edge
from kg.iri import asserting_graph, entailed_graph
from kg.namespaces import DCAT, MLG
from kg.ontology import Ontology
from kg.store import GraphStore
from kg.terms import NamedNode, Quad

_DEPENDS = MLG.directlyDependsOn
_VERSION_OF = DCAT.isVersionOf


class Edges(Protocol):
    """What a walk asks of a graph; ``direction`` is ``up`` or ``down``."""

    def neighbours(self, node: NamedNode, direction: str) -> set[NamedNode]:
        """What the node directly depends on (``up``), or what depends on it (``down``)."""
        ...

    def edges(self, node: NamedNode, direction: str) -> Iterator[Edge]:
        """The edges to the neighbours, one for each relation and asserting graph."""
        ...

    def versions(self, asset: NamedNode) -> set[NamedNode]:
        """The versions of an asset."""
        ...

    def assets(self, version: NamedNode) -> set[NamedNode]:
        """The asset that a version is of; more than one where sources disagree."""
        ...

    def version_edge(self, version: NamedNode, asset: NamedNode, *, unpinned: bool) -> Edge:
        """The step between a version and its asset, with the graph that says so.

        ``unpinned`` is the step by which a reference to the asset may mean this version.
        """
        ...


class ChosenEdges:
    """The edges of some relations alone; versions and their assets stay as they are."""

    def __init__(self, edges: Edges, relations: Set[NamedNode]) -> None:
        self._all = edges
        self._relations = relations
        self.versions = edges.versions
        self.assets = edges.assets
        self.version_edge = edges.version_edge

    def neighbours(self, node: NamedNode, direction: str) -> set[NamedNode]:
        """The other ends of the chosen edges."""
        up = direction == "up"
        return {e.target if up else e.source for e in self.edges(node, direction)}

    def edges(self, node: NamedNode, direction: str) -> Iterator[Edge]:
        """The chosen edges."""
        found = self._all.edges(node, direction)
        return (edge for edge in found if edge.relation in self._relations)


class EdgeReader:
    """The edges as the store has them now; see :class:`Edges`."""

    def __init__(self, store: GraphStore, ontology: Ontology) -> None:
        self._store = store
        self._ontology = ontology

    def neighbours(self, node: NamedNode, direction: str) -> set[NamedNode]:
        """What the node directly depends on (``up``), or what depends on it (``down``)."""
        found = (q.object if direction == "up" else q.subject for q in self._quads(node, direction))
        return {term for term in found if isinstance(term, NamedNode)}

    def edges(self, node: NamedNode, direction: str) -> Iterator[Edge]:
        """The edges to the neighbours, one for each relation and asserting graph."""
        for quad in self._quads(node, direction):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                yield from self._edges(quad.subject, quad.object, quad)

    def versions(self, asset: NamedNode) -> set[NamedNode]:
        """The versions of an asset."""
        quads = self._store.quads(None, _VERSION_OF, asset, None)
        return {q.subject for q in quads if isinstance(q.subject, NamedNode)}

    def assets(self, version: NamedNode) -> set[NamedNode]:
        """The asset that a version is of; more than one where sources disagree."""
        quads = self._store.quads(version, _VERSION_OF, None, None)
        return {q.object for q in quads if isinstance(q.object, NamedNode)}

    def version_edge(self, version: NamedNode, asset: NamedNode, *, unpinned: bool) -> Edge:
        """The step between a version and its asset, with the graph that says so.

        ``unpinned`` is the step by which a reference to the asset may mean this version.
        """
        quads = self._store.quads(version, _VERSION_OF, asset, None)
        graphs = sorted(
            (asserting_graph(q.graph_name) for q in quads if isinstance(q.graph_name, NamedNode)),
            key=lambda graph: graph.value,
        )
        if unpinned:
            return Edge(asset, version, DCAT.hasVersion, graphs[0])
        return Edge(version, asset, _VERSION_OF, graphs[0])

    def _quads(self, node: NamedNode, direction: str) -> Iterator[Quad]:
        if direction == "up":
            return self._store.quads(node, _DEPENDS, None, None)
        return self._store.quads(None, _DEPENDS, node, None)

    def _edges(self, source: NamedNode, target: NamedNode, quad: Quad) -> Iterator[Edge]:
        if not isinstance(quad.graph_name, NamedNode):
            return
        graph = asserting_graph(quad.graph_name)
        relations = self._relations(source, target, graph)
        relations = relations or self._relations(source, target, entailed_graph(graph))
        for relation in sorted(relations or {_DEPENDS}, key=lambda r: r.value):
            yield Edge(source, target, relation, graph)

    def _relations(self, source: NamedNode, target: NamedNode, graph: NamedNode) -> set[NamedNode]:
        """The lineage properties by which a graph links the two, in the direction of lineage."""
        forward = {q.predicate for q in self._store.quads(source, None, target, graph)}
        found = forward & self._ontology.lineage
        backward = {q.predicate for q in self._store.quads(target, None, source, graph)}
        for relation in backward & self._ontology.lineage_inverse:
            found |= self._ontology.inverses(relation) & self._ontology.lineage
        return found
