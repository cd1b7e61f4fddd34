"""Breadth-first walk over dependencies, versions and assets told apart.

A step from an asset to its versions, or from a version to what refers to its asset without
naming a version, costs no distance. A version is never left through its asset to another
version of it: the asset then stands only for the references that name no version.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.index import Edge
from kg.lineage.edges import Edges
from kg.terms import NamedNode


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
