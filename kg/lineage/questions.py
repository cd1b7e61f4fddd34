"""The questions of lineage: where from, what breaks, by which way."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Final

from kg.iri import Names
from kg.lineage.answers import Edge, ImpactAnswer, Impacted, LineageAnswer, NodeInfo, PathAnswer
from kg.lineage.edges import EdgeReader
from kg.lineage.nodes import NodeReader
from kg.lineage.walk import Walk, Walker
from kg.ontology import Ontology
from kg.store import GraphStore
from kg.terms import NamedNode

FOREMOST: Final = (
    *("Service", "Deployment", "Experiment", "Cell"),
    *("ModelVersion", "FeatureVersion", "Feature"),
)
"""The types that people ask an impact for, in the order in which it matters to them."""

_RANK: Final = {kind: rank for rank, kind in enumerate(FOREMOST)}


class Direction(StrEnum):
    """``up`` to what an asset was made from, ``down`` to what depends on it."""

    UP = "up"
    DOWN = "down"
    BOTH = "both"


class LineageService:
    """Answers questions of lineage from the store as it stands.

    Each answer costs time and memory in proportion to what it returns, not to the graph.
    """

    def __init__(self, store: GraphStore, ontology: Ontology, names: Names) -> None:
        self._store = store
        self._edges = EdgeReader(store, ontology)
        self._nodes = NodeReader(store, ontology, names)

    def exists(self, node: NamedNode) -> bool:
        """Whether anything is said of the node, or refers to it."""
        return self._nodes.exists(node)

    def lineage(
        self, asset: NamedNode, direction: Direction = Direction.UP, depth: int | None = None
    ) -> LineageAnswer:
        """Everything upstream, downstream or both, to a depth or to the end."""
        ways = ("up", "down") if direction is Direction.BOTH else (direction.value,)
        walks = {way: Walker(self._edges, way).walk(asset, depth) for way in ways}
        edges: dict[Edge, None] = {}
        nearest: dict[NamedNode, tuple[int, str]] = {}
        for way, walk in walks.items():
            edges.update(walk.edges)
            for node, distance in walk.distance.items():
                if node != asset and (node not in nearest or distance < nearest[node][0]):
                    nearest[node] = (distance, way)
        infos = [self._nodes.info(node, *place) for node, place in nearest.items()]
        cut = any(walk.cut for walk in walks.values())
        return LineageAnswer(
            asset=asset,
            direction=direction.value,
            depth=depth,
            revision=self._store.revision(),
            nodes=sorted(infos, key=lambda n: (n.distance, n.iri.value)),
            edges=sorted(edges, key=_edge_order),
            complete=not cut,
            reason=f"stopped at depth {depth}; there is more beyond" if cut else None,
        )

    def impact(self, asset: NamedNode) -> ImpactAnswer:
        """Everything that depends on the asset, its own versions aside, and who owns it."""
        walk = Walker(self._edges, "down", with_edges=False).walk(asset)
        impacted = [
            Impacted(self._nodes.info(node, distance, "down", owners=True), walk.path_to(node))
            for node, distance in walk.distance.items()
            if distance > 0
        ]
        impacted.sort(key=_urgency)
        owners = {owner for item in impacted for owner in item.node.owners}
        return ImpactAnswer(
            asset=asset,
            revision=self._store.revision(),
            impacted=impacted,
            owners=sorted(owners, key=lambda owner: owner.value),
        )

    def path(self, start: NamedNode, end: NamedNode) -> PathAnswer:
        """One shortest way by which the end depends on the start, or the start on the end."""
        for way in ("down", "up"):
            walk = Walker(self._edges, way).walk(start, until=end)
            if end in walk.distance:
                return self._path(walk, end, way)
        return PathAnswer(start, end, self._store.revision(), None, [], [])

    def info(self, node: NamedNode) -> NodeInfo:
        """A node with its owners."""
        return self._nodes.info(node, 0, "down", owners=True)

    def _path(self, walk: Walk, end: NamedNode, way: str) -> PathAnswer:
        steps = walk.path_to(end)
        hops = set(pairwise(steps))
        on_path = [
            edge
            for edge in walk.edges
            if (edge.source, edge.target) in hops or (edge.target, edge.source) in hops
        ]
        return PathAnswer(
            start=walk.start,
            end=end,
            revision=self._store.revision(),
            direction=way,
            nodes=[self._nodes.info(step, walk.distance[step], way) for step in steps],
            edges=sorted(on_path, key=_edge_order),
        )


def _edge_order(edge: Edge) -> tuple[str, ...]:
    return (edge.source.value, edge.target.value, edge.relation.value, edge.graph.value)


def _urgency(item: Impacted) -> tuple[int, int, str]:
    rank = _RANK.get(item.node.type or "", len(_RANK))
    return rank, item.node.distance, item.node.iri.value
