"""What a lineage question is answered with, and its JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from kg.index import Edge
from kg.iri import Names
from kg.terms import NamedNode

COLUMNS: Final = ("id", "type", "title", "distance", "described", "live")
"""What a table says of each thing."""

Table = tuple[tuple[str, ...], Iterator[tuple[object, ...]]]
"""Column names and rows."""


@dataclass(frozen=True)
class NodeInfo:
    """A thing met on the way.

    ``described`` is false where it is only ever referred to; ``live`` is told of deployments,
    services and A/B cells alone, and ``None`` of all else.
    """

    iri: NamedNode
    type: str | None
    title: str | None
    distance: int
    described: bool
    direction: str = "down"
    live: bool | None = None
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
            "live": self.live,
        }

    def row(self, names: Names) -> tuple[object, ...]:
        """The node under :data:`COLUMNS`."""
        live = "" if self.live is None else str(self.live).lower()
        described = str(self.described).lower()
        return (names.short(self.iri), self.type, self.title, self.distance, described, live)


@dataclass(frozen=True)
class LineageAnswer:
    """Everything reached from an asset, with the edges between; the asset itself is not listed.

    ``complete`` is false, and ``reason`` says why, where the walk ended before its end;
    ``reached`` counts what it reached, of which ``nodes`` are those that were asked for.
    """

    asset: NamedNode
    direction: str
    depth: int | None
    revision: int
    nodes: list[NodeInfo]
    edges: list[Edge]
    reached: int
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
            "reached": self.reached,
            "total": len(self.nodes),
            "byType": by_type(self.nodes),
            "byDistance": by_distance(self.nodes),
            "nodes": [{**node.to_json(names), "direction": node.direction} for node in self.nodes],
            "edges": [edge.to_json(names) for edge in self.edges],
        }

    def rows(self, names: Names) -> Table:
        """The things as a table."""
        rows = ((*node.row(names), node.direction) for node in self.nodes)
        return (*COLUMNS, "direction"), rows


@dataclass(frozen=True)
class Impacted:
    """A thing that depends on the asset, and who answers for it."""

    node: NodeInfo
    find_path: Callable[[], tuple[NamedNode, ...]] = field(repr=False, compare=False)

    @cached_property
    def path(self) -> tuple[NamedNode, ...]:
        """One shortest way there, found when it is first asked for."""
        return self.find_path()

    def to_json(self, names: Names) -> dict[str, Any]:
        """The thing with the ids of its owners and of its path."""
        return {
            **self.node.to_json(names),
            "owners": [names.short(owner) for owner in self.node.owners],
            "path": [names.short(step) for step in self.path],
        }


@dataclass(frozen=True)
class Way:
    """Things from one to another; ``length`` does not count steps between version and asset."""

    nodes: tuple[NamedNode, ...]
    length: int


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


@dataclass(frozen=True)
class PathsAnswer:
    """All simple ways between two things, shortest first; see :class:`PathAnswer`.

    ``complete`` is false, and ``reason`` says why, where there are or may be more.
    """

    start: NamedNode
    end: NamedNode
    revision: int
    direction: str | None
    paths: list[Way]
    nodes: list[NodeInfo]
    edges: list[Edge]
    complete: bool = True
    reason: str | None = None

    def to_json(self, names: Names) -> dict[str, Any]:
        """The answer as the command line and HTTP give it."""
        return {
            "from": names.short(self.start),
            "to": names.short(self.end),
            "revision": self.revision,
            "complete": self.complete,
            **({"reason": self.reason} if self.reason else {}),
            "direction": self.direction,
            "total": len(self.paths),
            "paths": [
                {"steps": way.length, "nodes": [names.short(node) for node in way.nodes]}
                for way in self.paths
            ],
            "nodes": [node.to_json(names) for node in self.nodes],
            "edges": [edge.to_json(names) for edge in self.edges],
        }


def by_type(nodes: Iterable[NodeInfo]) -> dict[str, int]:
    """How many of each type."""
    return dict(sorted(Counter(node.type or "unknown" for node in nodes).items()))


def by_distance(nodes: Iterable[NodeInfo]) -> dict[str, int]:
    """How many at each distance, as text, which JSON needs."""
    found = Counter(node.distance for node in nodes)
    return {str(distance): found[distance] for distance in sorted(found)}
