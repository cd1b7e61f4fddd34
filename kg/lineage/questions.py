"""The questions of lineage: where from, what breaks, by which way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from kg.index import Edge, ExportedIndex, IndexView, LineageIndex, SupposedIndex
from kg.iri import Names
from kg.lineage.answers import Impacted, LineageAnswer, NodeInfo, PathAnswer, PathsAnswer
from kg.lineage.impact import ImpactAnswer
from kg.lineage.liveness import settle, way_to
from kg.lineage.nodes import NodeReader, TypeReader
from kg.lineage.paths import WayFinder
from kg.lineage.selection import Selection, SelectionReader
from kg.lineage.walk import Reach
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
_Places = dict[NamedNode, tuple[int, str]]
_Place = tuple[NamedNode, bool]


class Direction(StrEnum):
    """``up`` to what an asset was made from, ``down`` to what depends on it."""

    UP = "up"
    DOWN = "down"
    BOTH = "both"


class LineageService:
    """Answers questions of lineage as of a revision; any number of threads may ask.

    Each answer costs time and memory in proportion to what it reaches, not to the graph. It is
    of one revision, whatever is committed meanwhile: the newest, or that given as ``at``, for
    which :class:`kg.errors.NotFound` is raised where it is not there.
    """

    def __init__(
        self,
        store: GraphStore,
        index: LineageIndex | ExportedIndex | SupposedIndex,
        ontology: Ontology,
        names: Names,
    ) -> None:
        self._store = store
        self._index = index
        self._types = TypeReader(ontology, names)
        self.selections = SelectionReader(ontology, names)

    def exists(self, node: NamedNode) -> bool:
        """Whether anything is said of the node now, or refers to it."""
        return any(True for _ in self._store.quads(node, None, None, None)) or any(
            True for _ in self._store.quads(None, None, node, None)
        )

    def owners(self, nodes: Iterable[NamedNode]) -> set[NamedNode]:
        """Who owns the nodes, or what they belong to; a few look-ups each."""
        reader = NodeReader(self._index.at(), self._types, Selection().as_of)
        return {owner for node in nodes for owner in reader.owners(node)}

    def lineage(
        self,
        asset: NamedNode,
        direction: Direction = Direction.UP,
        depth: int | None = None,
        selection: Selection | None = None,
        *,
        at: int | None = None,
    ) -> LineageAnswer:
        """Everything upstream, downstream or both, to a depth or to the end.

        Of a selection, relations restrict the walk, and all else what is told of it.
        """
        view, chosen = self._index.at(at), selection or Selection()
        ways = ("up", "down") if direction is Direction.BOTH else (direction.value,)
        walks = {
            way: Reach(view, asset, way, depth=depth, relations=chosen.relations) for way in ways
        }
        nearest = _nearest(walks)
        infos = self._infos(view, asset, nearest, chosen, owners=bool(chosen.owners))
        listed = [info for node, info in infos.items() if node != asset and chosen.admits(info)]
        kept = {asset, *(info.iri for info in listed)}
        edges = {edge for walk in walks.values() for edge in walk.edges_among(kept)}
        cut = any(walk.cut for walk in walks.values())
        return LineageAnswer(
            asset=asset,
            direction=direction.value,
            depth=depth,
            revision=view.revision,
            nodes=sorted(listed, key=lambda n: (n.distance, n.iri.value)),
            edges=sorted(edges, key=_edge_order),
            reached=len(nearest) - 1,
            complete=not cut,
            reason=_cut_at(depth) if cut else None,
        )

    def impact(
        self,
        asset: NamedNode,
        depth: int | None = None,
        selection: Selection | None = None,
        *,
        at: int | None = None,
    ) -> ImpactAnswer:
        """Everything that depends on the asset, its own versions aside, and who owns it."""
        view, chosen = self._index.at(at), selection or Selection()
        walk = Reach(view, asset, "down", depth=depth, relations=chosen.relations)
        infos = self._infos(view, asset, _nearest({"down": walk}), chosen, owners=True)
        impacted = [
            Impacted(info, partial(way_to, node, infos, walk))
            for node, info in infos.items()
            if info.distance > 0 and chosen.admits(info)
        ]
        owners = {owner for item in impacted for owner in item.node.owners}
        return ImpactAnswer(
            asset=asset,
            revision=view.revision,
            impacted=sorted(impacted, key=_urgency),
            reached=sum(distance > 0 for distance in walk.distance.values()),
            complete=not walk.cut,
            reason=_cut_at(depth) if walk.cut else None,
            owners=sorted(owners, key=lambda owner: owner.value),
        )

    def path(
        self,
        start: NamedNode,
        end: NamedNode,
        *,
        directions: Sequence[str] = ("down", "up"),
        at: int | None = None,
    ) -> PathAnswer:
        """One shortest way by which the end depends on the start, or the start on the end.

        Of equally short ways always the same; see :mod:`kg.index.shortest` for which and for
        what it costs. ``directions`` are tried by turns.
        """
        view = self._index.at(at)
        for direction in directions:
            way = view.way(start, end, direction)
            if way:
                steps = [_step(view, *ends, up=direction == "up") for ends in pairwise(way)]
                distances = accumulate((step.cost for step in steps), initial=0)
                places = {
                    node: (distance, direction)
                    for (node, _), distance in zip(way, distances, strict=True)
                }
                infos = self._infos(view, start, places, Selection())
                edges = sorted({e for step in steps for e in step.edges}, key=_edge_order)
                nodes = [infos[node] for node, _ in way]
                return PathAnswer(start, end, view.revision, direction, nodes, edges)
        return PathAnswer(start, end, view.revision, None, [], [])

    def paths(
        self,
        start: NamedNode,
        end: NamedNode,
        most: int = MOST_PATHS,
        *,
        at: int | None = None,
    ) -> PathsAnswer:
        """The simple ways by which the end depends on the start, or else the start on the end."""
        view = self._index.at(at)
        for way in ("down", "up"):
            ways = WayFinder(view, way).ways(start, end, most)
            if not ways.found and not ways.reason:
                continue
            walk = Reach(view, start, way)
            met = dict.fromkeys(node for path in ways.found for node in path.nodes)
            places = {node: (walk.distance[node], way) for node in met}
            infos = self._infos(view, start, places, Selection())
            hops = (hop for path in ways.found for hop in pairwise(path.nodes))
            return PathsAnswer(
                start,
                end,
                view.revision,
                way,
                ways.found,
                nodes=[infos[node] for node in met],
                edges=_along(walk, hops),
                complete=ways.reason is None,
                reason=ways.reason,
            )
        return PathsAnswer(start, end, view.revision, None, [], [], [])

    def along(self, nodes: Sequence[NamedNode], *, at: int | None = None) -> PathAnswer:
        """What is said of things each of which depends on the next, and of these steps.

        A step of a version may be one that its asset makes, and from an asset to one of its
        versions. Steps of which nothing is said have no edge. A few look-ups for each thing.
        """
        view = self._index.at(at)
        places = {node: (distance, "up") for distance, node in enumerate(nodes)}
        infos = self._infos(view, nodes[0], places, Selection())
        edges = [edge for hop in pairwise(nodes) for edge in _hop(view, *hop)]
        told = [infos[node] for node in nodes]
        return PathAnswer(nodes[0], nodes[-1], view.revision, "up", told, edges)

    def _infos(
        self,
        view: IndexView,
        asset: NamedNode,
        places: _Places,
        selection: Selection,
        *,
        owners: bool = False,
    ) -> dict[NamedNode, NodeInfo]:
        """What is said of the things at these places, the asset among them."""
        reader = NodeReader(view, self._types, selection.as_of)

        def describe(node: NamedNode) -> NodeInfo:
            distance, way = places.get(node, (0, "down"))
            return reader.info(node, distance, way, owners=owners)

        infos = {node: describe(node) for node in {asset: None, **dict.fromkeys(places)}}
        settle(infos, view, describe)
        return infos


class _Step(NamedTuple):
    """The edges of a step, and the distance that it is."""

    edges: list[Edge]
    cost: int


def _step(view: IndexView, place: _Place, onward: _Place, *, up: bool) -> _Step:
    """A step of a way: of a dependency, or between an asset and a version."""
    (node, was_unpinned), (other, is_unpinned) = place, onward
    version, asset = (node, other) if is_unpinned else (other, node)
    if not was_unpinned and asset in view.assets(version):
        return _Step([view.version_edge(version, asset, unpinned=up is not is_unpinned)], 0)
    return _Step(list(view.between(*((node, other) if up else (other, node)))), 1)


def _nearest(walks: dict[str, Reach]) -> _Places:
    nearest: _Places = {}
    for way, walk in walks.items():
        for node, distance in walk.distance.items():
            if node not in nearest or distance < nearest[node][0]:
                nearest[node] = (distance, way)
    return nearest


def _hop(view: IndexView, node: NamedNode, onward: NamedNode) -> list[Edge]:
    """The first edge from one thing, or else from an asset that it is a version of, to another."""
    for start in (node, *sorted(view.assets(node), key=lambda asset: asset.value)):
        found = [edge for edge in view.edges(start, "up") if edge.target == onward]
        if found:
            return [replace(min(found, key=_edge_order), source=node)]
    if node in view.assets(onward):
        return [view.version_edge(onward, node, unpinned=True)]
    return []


def _along(walk: Reach, hops: Iterable[tuple[NamedNode, NamedNode]]) -> list[Edge]:
    """The edges by which the hops are made."""
    wanted = {ends for a, b in hops for ends in ((a, b), (b, a))}
    edges = walk.edges_among({node for pair in wanted for node in pair})
    return sorted({e for e in edges if (e.source, e.target) in wanted}, key=_edge_order)


def _cut_at(depth: int | None) -> str:
    return f"stopped at depth {depth}; there is more beyond"


def _edge_order(edge: Edge) -> tuple[str, ...]:
    return (edge.source.value, edge.target.value, edge.relation.value, edge.graph.value)


def _urgency(item: Impacted) -> tuple[bool, int, int, str]:
    rank = _RANK.get(item.node.type or "", len(_RANK))
    return item.node.live is not True, rank, item.node.distance, item.node.iri.value
