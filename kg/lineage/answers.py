"""What a lineage question is answered with, and its JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from kg.iri import Names
from kg.namespaces import compact
from kg.terms import NamedNode


@dataclass(frozen=True)
class Edge:
    """``source`` depends on ``target`` by ``relation``, as ``graph`` asserts."""

    source: NamedNode
    target: NamedNode
    relation: NamedNode
    graph: NamedNode

    def to_json(self, names: Names) -> dict[str, str]:
        """The edge with ids in short form."""
        return {
            "from": names.short(self.source),
            "to": names.short(self.target),
            "relation": compact(self.relation.value),
            "graph": self.graph.value,
        }


@dataclass(frozen=True)
class NodeInfo:
    """A thing met on the way; ``described`` is false where it is only ever referred to."""

    iri: NamedNode
    type: str | None
    title: str | None
    distance: int
    described: bool
    direction: str = "down"
    owners: tuple[NamedNode, ...] = ()

    def to_json(self, names: Names) -> dict[str, Any]:
        """The node with its id in short form."""
        return {
            "id": names.short(self.iri),
            "iri": self.iri.value,
            "type": self.type,
            "title": self.title,
            "distance": self.distance,
            "described": self.described,
        }


@dataclass(frozen=True)
class LineageAnswer:
    """Everything reached from an asset, with the edges between; the asset itself is not listed.

    ``complete`` is false, and ``reason`` says why, where there is more than is told.
    """

    asset: NamedNode
    direction: str
    depth: int | None
    revision: int
    nodes: list[NodeInfo]
    edges: list[Edge]
    complete: bool = True
    reason: str | None = None

    def to_json(self, names: Names) -> dict[str, Any]:
        """The answer as the command line and HTTP give it."""
        return {
            "asset": names.short(self.asset),
            "direction": self.direction,
            "depth": self.depth,
            "revision": self.revision,
            "complete": self.complete,
            **({"reason": self.reason} if self.reason else {}),
            "total": len(self.nodes),
            "nodes": [{**node.to_json(names), "direction": node.direction} for node in self.nodes],
            "edges": [edge.to_json(names) for edge in self.edges],
        }


@dataclass(frozen=True)
class Impacted:
    """A thing that depends on the asset, who answers for it, and one shortest way there."""

    node: NodeInfo
    path: tuple[NamedNode, ...]

    def to_json(self, names: Names) -> dict[str, Any]:
        """The thing with the ids of its owners and of its path."""
        return {
            **self.node.to_json(names),
            "owners": [names.short(owner) for owner in self.node.owners],
            "path": [names.short(step) for step in self.path],
        }


@dataclass(frozen=True)
class ImpactAnswer:
    """What depends on an asset, what is served to people first."""

    asset: NamedNode
    revision: int
    impacted: list[Impacted]
    complete: bool = True
    reason: str | None = None
    owners: list[NamedNode] = field(default_factory=list)

    @property
    def by_type(self) -> dict[str, int]:
        """How many of each type."""
        return dict(sorted(Counter(i.node.type or "unknown" for i in self.impacted).items()))

    def to_json(self, names: Names) -> dict[str, Any]:
        """The answer as the command line and HTTP give it."""
        return {
            "asset": names.short(self.asset),
            "revision": self.revision,
            "complete": self.complete,
            **({"reason": self.reason} if self.reason else {}),
            "total": len(self.impacted),
            "byType": self.by_type,
            "impacted": [item.to_json(names) for item in self.impacted],
            "owners": [names.short(owner) for owner in self.owners],
        }


@dataclass(frozen=True)
class PathAnswer:
    """One shortest way between two things; no nodes where neither depends on the other.

    ``direction`` is ``down`` when the end depends on the beginning, ``up`` when it is the other
    way about.
    """

    start: NamedNode
    end: NamedNode
    revision: int
    direction: str | None
    nodes: list[NodeInfo]
    edges: list[Edge]

    def to_json(self, names: Names) -> dict[str, Any]:
        """The answer as the command line and HTTP give it."""
        return {
            "from": names.short(self.start),
            "to": names.short(self.end),
            "revision": self.revision,
            "complete": True,
            "direction": self.direction,
            "nodes": [node.to_json(names) for node in self.nodes],
            "edges": [edge.to_json(names) for edge in self.edges],
        }
