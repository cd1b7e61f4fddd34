"""The questions of lineage: where from, what breaks, by which way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from itertools import pairwise
from typing import Final, TypeVar

from kg.errors import StorageError
from kg.iri import Names
from kg.lineage.answers import Edge, Impacted, LineageAnswer, NodeInfo, PathAnswer, PathsAnswer
from kg.lineage.edges import ChosenEdges, EdgeReader, Edges
from kg.lineage.impact import ImpactAnswer
from kg.lineage.liveness import settle, way_to
from kg.lineage.nodes import NodeReader
from kg.lineage.paths import WayFinder
from kg.lineage.selection import Selection, SelectionReader
from kg.lineage.walk import Walk, Walker
from kg.ontology import Ontology
from kg.store import GraphStore
from kg.terms import NamedNode

FOREMOST: Final = (
    *("Service", "Deployment", "Experiment", "Cell"),
    *("ModelVersion", "FeatureVersion", "Feature"),
)
"""The types that people ask an impact for, in the order in which it matters to them."""

MOST_PATHS: Final = 100
"""How many simple paths are told where no other number is asked for."""

_RANK: Final = {kind: rank for rank, kind in enumerate(FOREMOST)}
_TRIES: Final = 5
_T = TypeVar("_T")
_Places = dict[NamedNode, tuple[int, str]]


class Direction(StrEnum):
    """``up`` to what an asset was made from, ``down`` to what depends on it."""

    UP = "up"
    DOWN = "down"
    BOTH = "both"


class LineageService:
    """Answers questions of lineage from the store as it stands; any number of threads may ask.

    Each answer costs time and memory in proportion to what it reaches, not to the graph, and is
    of one revision.
    """

    def __init__(self, store: GraphStore, ontology: Ontology, names: Names) -> None:
        self._store = store
        self._edges = EdgeReader(store, ontology)
        self._nodes = NodeReader(store, ontology, names)
        self.selections = SelectionReader(ontology, names)

    def exists(self, node: NamedNode) -> bool:
        """Whether anything is said of the node, or refers to it."""
        return self._nodes.exists(node)

    def lineage(
        self,
        asset: NamedNode,
        direction: Direction = Direction.UP,
        depth: int | None = None,
        selection: Selection | None = None,
    ) -> LineageAnswer:
        """Everything upstream, downstream or both, to a depth or to the end.

        Of a selection, relations restrict the walk, and all else what is told of it.
        """
        chosen = selection or Selection()
        return self._steady(
            lambda revision: self._around(asset, direction, depth, chosen, revision)
        )

    def impact(
        self, asset: NamedNode, depth: int | None = None, selection: Selection | None = None
    ) -> ImpactAnswer:
        """Everything that depends on the asset, its own versions aside, and who owns it."""
        chosen = selection or Selection()
        return self._steady(lambda revision: self._impact(asset, depth, chosen, revision))

    def path(self, start: NamedNode, end: NamedNode) -> PathAnswer:
        """One shortest way by which the end depends on the start, or the start on the end."""
        return self._steady(lambda revision: self._shortest(start, end, revision))

    def paths(self, start: NamedNode, end: NamedNode, most: int = MOST_PATHS) -> PathsAnswer:
        """The simple ways by which the end depends on the start, or else the start on the end."""
        return self._steady(lambda revision: self._all(start, end, most, revision))

    def _around(
        self,
        asset: NamedNode,
        direction: Direction,
        depth: int | None,
        selection: Selection,
        revision: int,
    ) -> LineageAnswer:
        ways = ("up", "down") if direction is Direction.BOTH else (direction.value,)
        reader = self._chosen(selection)
        walks = {way: Walker(reader, way).walk(asset, depth) for way in ways}
        nearest = _nearest(walks)
        infos = self._infos(asset, nearest, selection, owners=bool(selection.owners))
        listed = [info for node, info in infos.items() if node != asset and selection.admits(info)]
        kept = {asset, *(info.iri for info in listed)}
        edges = {edge for walk in walks.values() for edge in walk.edges}
        cut = any(walk.cut for walk in walks.values())
        return LineageAnswer(
            asset=asset,
            direction=direction.value,
            depth=depth,
            revision=revision,
            nodes=sorted(listed, key=lambda n: (n.distance, n.iri.value)),
            edges=sorted((e for e in edges if {e.source, e.target} <= kept), key=_edge_order),
            reached=len(nearest) - 1,
            complete=not cut,
            reason=_cut_at(depth) if cut else None,
        )

    def _impact(
        self, asset: NamedNode, depth: int | None, selection: Selection, revision: int
    ) -> ImpactAnswer:
        reader = self._chosen(selection)
        walk = Walker(reader, "down", with_edges=False).walk(asset, depth)
        infos = self._infos(asset, _nearest({"down": walk}), selection, owners=True)
        impacted = [
            Impacted(info, way_to(node, infos, walk, reader))
            for node, info in infos.items()
            if info.distance > 0 and selection.admits(info)
        ]
        owners = {owner for item in impacted for owner in item.node.owners}
        return ImpactAnswer(
            asset=asset,
            revision=revision,
            impacted=sorted(impacted, key=_urgency),
            reached=sum(distance > 0 for distance in walk.distance.values()),
            complete=not walk.cut,
            reason=_cut_at(depth) if walk.cut else None,
            owners=sorted(owners, key=lambda owner: owner.value),
        )

    def _shortest(self, start: NamedNode, end: NamedNode, revision: int) -> PathAnswer:
        for way in ("down", "up"):
            walk = Walker(self._edges, way).walk(start, until=end)
            if end in walk.distance:
                steps = walk.path_to(end)
                places = {step: (walk.distance[step], way) for step in steps}
                infos = self._infos(start, places, Selection())
                edges = _along(walk.edges, pairwise(steps))
                return PathAnswer(start, end, revision, way, [infos[s] for s in steps], edges)
        return PathAnswer(start, end, revision, None, [], [])

    def _all(self, start: NamedNode, end: NamedNode, most: int, revision: int) -> PathsAnswer:
        for way in ("down", "up"):
            ways = WayFinder(self._edges, way).ways(start, end, most)
            if not ways.found and not ways.reason:
                continue
            walk = Walker(self._edges, way).walk(start)
            met = dict.fromkeys(node for path in ways.found for node in path.nodes)
            places = {node: (walk.distance[node], way) for node in met}
            infos = self._infos(start, places, Selection())
            hops = (hop for path in ways.found for hop in pairwise(path.nodes))
            return PathsAnswer(
                start,
                end,
                revision,
                way,
                ways.found,
                nodes=[infos[node] for node in met],
                edges=_along(walk.edges, hops),
                complete=ways.reason is None,
                reason=ways.reason,
            )
        return PathsAnswer(start, end, revision, None, [], [], [])

    def _chosen(self, selection: Selection) -> Edges:
        return ChosenEdges(self._edges, selection.relations) if selection.relations else self._edges

    def _infos(
        self, asset: NamedNode, places: _Places, selection: Selection, *, owners: bool = False
    ) -> dict[NamedNode, NodeInfo]:
        """What is said of the things at these places, the asset among them."""

        def describe(node: NamedNode) -> NodeInfo:
            distance, way = places.get(node, (0, "down"))
            return self._nodes.info(node, distance, way, as_of=selection.as_of, owners=owners)

        infos = {node: describe(node) for node in {asset: None, **dict.fromkeys(places)}}
        settle(infos, self._edges, describe)
        return infos

    def _steady(self, answer: Callable[[int], _T]) -> _T:
        """An answer all of one state of the store: asked again where a write came in between."""
        for _ in range(_TRIES):
            before = self._store.state()
            try:
                found = answer(self._store.revision())
            except LookupError:  # what one look-up found was gone at the next
                if self._store.state() == before:
                    raise
                continue
            if self._store.state() == before:
                return found
        raise StorageError("the graph changes faster than it can be read", hint="ask again")


def _nearest(walks: dict[str, Walk]) -> _Places:
    nearest: _Places = {}
    for way, walk in walks.items():
        for node, distance in walk.distance.items():
            if node not in nearest or distance < nearest[node][0]:
                nearest[node] = (distance, way)
    return nearest


def _along(edges: Iterable[Edge], hops: Iterable[tuple[NamedNode, NamedNode]]) -> list[Edge]:
    """The edges by which the hops are made."""
    wanted = {ends for a, b in hops for ends in ((a, b), (b, a))}
    return sorted((e for e in edges if (e.source, e.target) in wanted), key=_edge_order)


def _cut_at(depth: int | None) -> str:
    return f"stopped at depth {depth}; there is more beyond"


def _edge_order(edge: Edge) -> tuple[str, ...]:
    return (edge.source.value, edge.target.value, edge.relation.value, edge.graph.value)


def _urgency(item: Impacted) -> tuple[bool, int, int, str]:
    rank = _RANK.get(item.node.type or "", len(_RANK))
    return item.node.live is not True, rank, item.node.distance, item.node.iri.value
