"""What can be reached from a thing, as nodes: distances, ways and edges of a walk."""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import cached_property

from kg.index import Edge, IndexView, Walk
from kg.lineage.edges import ChosenEdges, Edges
from kg.terms import NamedNode


class Reach:
    """A walk over the index from one thing in one direction; see docs/lineage.md for its steps."""

    def __init__(
        self,
        view: IndexView,
        start: NamedNode,
        direction: str,
        *,
        depth: int | None = None,
        until: NamedNode | None = None,
        relations: Set[NamedNode] = frozenset(),
    ) -> None:
        """Walk to ``depth`` steps, or until a thing is met, or to the end.

        ``relations`` are the only ones to follow, where there are any.
        """
        self._view = view
        self._direction = direction
        self.edges: Edges = ChosenEdges(view, relations) if relations else view
        """The edges that are followed."""
        number, goal = view.number(start), None if until is None else view.number(until)
        self._walk: Walk | None = None
        if number is not None:
            self._walk = view.walk(number, direction, depth=depth, until=goal, relations=relations)
        self.start = start

    @property
    def cut(self) -> bool:
        """Whether the walk ended at its depth with more beyond."""
        return self._walk is not None and self._walk.cut

    @cached_property
    def distance(self) -> dict[NamedNode, int]:
        """The things that were met, the start among them, in that order, with their distances."""
        if self._walk is None:
            return {self.start: 0}
        numbers = self._walk.nodes()
        distances = self._walk.distances().tolist()
        return dict(zip(map(self._view.node, numbers.tolist()), distances, strict=True))

    def path_to(self, node: NamedNode) -> tuple[NamedNode, ...]:
        """One shortest way from the start to a thing that was met, both ends included."""
        number = self._view.number(node)
        if self._walk is None or number is None:
            return (self.start,)
        return tuple(map(self._view.node, self._walk.path_to(number)))

    def edges_among(self, nodes: Set[NamedNode]) -> Iterator[Edge]:
        """The edges of the walk between some of the things that were met."""
        for node in nodes:
            for edge in self.edges.edges(node, self._direction):
                if edge.source in nodes and edge.target in nodes:
                    yield edge
        yield from self._version_edges(nodes)

    def _version_edges(self, nodes: Set[NamedNode]) -> Iterator[Edge]:
        """The steps at no distance: from assets to all versions, and from versions as walked."""
        if self._walk is None:
            return
        up = self._direction == "up"
        for number, entered_from in self._walk.places():
            node = self._view.node(number)
            if node not in nodes:
                continue
            if entered_from is not None:
                version = self._view.node(entered_from)
                if version in nodes:
                    yield self._view.version_edge(version, node, unpinned=not up)
                continue
            for version in self._view.versions(node) & nodes:
                yield self._view.version_edge(version, node, unpinned=up)
