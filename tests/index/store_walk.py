"""What walks over the index are held against: a plain walk over a store, look-up by look-up.

Breadth-first over dependencies, versions and assets told apart.

A step from an asset to its versions, or from a version to what refers to its asset without
naming a version, costs no distance. A version is never left through its asset to another
version of it: the asset then stands only for the references that name no version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.index import Edge
from kg.iri import asserting_graph, entailed_graph
from kg.lineage.edges import Edges
from kg.namespaces import DCAT, MLG
from kg.ontology import Ontology
from kg.store import GraphStore
from kg.terms import NamedNode, Quad

_DEPENDS = MLG.directlyDependsOn
_VERSION_OF = DCAT.isVersionOf


@dataclass(frozen=True)
class Place:
    """Where the walk stands; ``unpinned`` is an asset entered from one of its versions."""

    node: NamedNode
    unpinned: bool = False


@dataclass
class Walk:
    """What a walk found: distances, how each place was first reached, the edges on the way."""

    start: NamedNode
    distance: dict[NamedNode, int] = field(default_factory=dict)
    came_from: dict[Place, Place | None] = field(default_factory=dict)
    first: dict[NamedNode, Place] = field(default_factory=dict)
    edges: dict[Edge, None] = field(default_factory=dict)
    cut: bool = False

    def path_to(self, node: NamedNode) -> tuple[NamedNode, ...]:
        """One shortest way from the start, both ends included."""
        steps: list[NamedNode] = []
        place: Place | None = self.first[node]
        while place is not None:
            steps.append(place.node)
            place = self.came_from[place]
        return tuple(reversed(steps))


class Walker:
    """Walks from one node in one direction; O(nodes + edges reached) index look-ups."""

    def __init__(self, reader: Edges, direction: str, *, with_edges: bool = True) -> None:
        self._reader = reader
        self._direction = direction
        self._with_edges = with_edges

    def walk(
        self, start: NamedNode, depth: int | None = None, until: NamedNode | None = None
    ) -> Walk:
        """Walk to ``depth`` steps, or until a node is met, or to the end."""
        found = Walk(start)
        level = self._enter(found, [(Place(start), None)], 0)
        step = 0
        while level and until not in found.distance:
            if depth is not None and step >= depth:
                found.cut = any(self._onward(found, place) for place in level)
                self._edges_within(found, level)
                break
            step += 1
            level = self._enter(found, self._next(found, level), step)
        return found

    def _next(self, found: Walk, level: list[Place]) -> list[tuple[Place, Place | None]]:
        reached: list[tuple[Place, Place | None]] = []
        for place in level:
            if self._with_edges:
                for edge in self._reader.edges(place.node, self._direction):
                    found.edges[edge] = None
                    other = edge.target if self._direction == "up" else edge.source
                    reached.append((Place(other), place))
            else:
                neighbours = self._reader.neighbours(place.node, self._direction)
                reached += [(Place(node), place) for node in neighbours]
        return reached

    def _enter(
        self, found: Walk, arrivals: list[tuple[Place, Place | None]], distance: int
    ) -> list[Place]:
        """Take in what was reached, and with each place those at no distance from it."""
        level: list[Place] = []
        todo = list(reversed(arrivals))
        while todo:
            place, origin = todo.pop()
            if place in found.came_from or Place(place.node) in found.came_from:
                continue
            found.came_from[place] = origin
            found.first.setdefault(place.node, place)
            found.distance.setdefault(place.node, distance)
            level.append(place)
            if not place.unpinned:
                todo += [(beside, place) for beside in self._beside(found, place)]
        return level

    def _beside(self, found: Walk, place: Place) -> list[Place]:
        beside = []
        up = self._direction == "up"
        for version in sorted(self._reader.versions(place.node), key=_iri):
            edge = self._reader.version_edge(version, place.node, unpinned=up)
            found.edges[edge] = None
            beside.append(Place(version))
        for asset in sorted(self._reader.assets(place.node), key=_iri):
            if asset not in found.distance and self._reader.neighbours(asset, self._direction):
                edge = self._reader.version_edge(place.node, asset, unpinned=not up)
                found.edges[edge] = None
                beside.append(Place(asset, unpinned=True))
        return beside

    def _onward(self, found: Walk, place: Place) -> bool:
        neighbours = self._reader.neighbours(place.node, self._direction)
        return any(node not in found.distance for node in neighbours)

    def _edges_within(self, found: Walk, level: list[Place]) -> None:
        """The edges between nodes of the answer that a walk cut short did not follow."""
        for place in level:
            for edge in self._reader.edges(place.node, self._direction):
                if edge.source in found.distance and edge.target in found.distance:
                    found.edges[edge] = None


def _iri(node: NamedNode) -> str:
    return node.value


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
