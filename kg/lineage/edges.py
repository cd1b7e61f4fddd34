"""One step of lineage: what a walk asks of a graph."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Protocol

from kg.index import Edge
from kg.namespaces import DCAT, MLG
from kg.terms import NamedNode

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
