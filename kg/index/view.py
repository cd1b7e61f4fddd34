"""The index at one revision: what walks read, and transitive closures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from kg.index.closure import Closure, reach
from kg.index.edge import Edge
from kg.index.links import Family
from kg.index.rows import Adjacency, Rows
from kg.index.terms import Terms
from kg.namespaces import DCAT
from kg.terms import NamedNode

Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Contents:
    """All that the index holds: terms, rows by family, and adjacencies worked out lately."""

    terms: Terms
    rows: tuple[Rows, Rows]
    adjacencies: dict[tuple[Family, bool], tuple[int, Adjacency]] = field(default_factory=dict)

    def adjacency(self, family: Family, down: bool, revision: int) -> Adjacency:
        """All neighbours at a revision; kept, for the next question is often of the same."""
        kept, found = self.adjacencies.get((family, down), (None, None))
        if found is None or kept != revision:
            found = self.rows[family].adjacency(down, revision, len(self.terms))
            self.adjacencies[family, down] = (revision, found)
        return found


class IndexView:
    """Dependencies and versions as of one revision, whatever is committed meanwhile."""

    def __init__(self, contents: Contents, revision: int) -> None:
        self._contents = contents
        self._terms = contents.terms
        self.revision = revision
        """The revision that everything here is of."""

    def neighbours(self, node: NamedNode, direction: str) -> set[NamedNode]:
        """What the node directly depends on (``up``), or what depends on it (``down``)."""
        return self._others(node, Family.DEPENDENCY, direction == "down")

    def edges(self, node: NamedNode, direction: str) -> Iterator[Edge]:
        """The edges to the neighbours, one for each relation and asserting graph."""
        return self._edges(node, Family.DEPENDENCY, direction == "down")

    def versions(self, asset: NamedNode) -> set[NamedNode]:
        """The versions of an asset."""
        return self._others(asset, Family.VERSION, True)

    def assets(self, version: NamedNode) -> set[NamedNode]:
        """The asset that a version is of; more than one where sources disagree."""
        return self._others(version, Family.VERSION, False)

    def version_edge(self, version: NamedNode, asset: NamedNode, *, unpinned: bool) -> Edge:
        """The step between a version and its asset, with the first graph that says so.

        ``unpinned`` is the step by which a reference to the asset may mean this version.
        """
        steps = self._edges(version, Family.VERSION, False)
        graph = min((s.graph for s in steps if s.target == asset), key=lambda graph: graph.value)
        if unpinned:
            return Edge(asset, version, DCAT.hasVersion, graph)
        return Edge(version, asset, DCAT.isVersionOf, graph)

    def closure(self, start: NamedNode, direction: Direction) -> Closure:
        """All that a node depends on (``up``), or that depends on it, by one step or more.

        What ``start mlg:directlyDependsOn+ ?x`` gives (``?x mlg:directlyDependsOn+ start`` for
        ``down``): versions are not told from assets, and the node itself is in it only where it
        lies on a cycle. A small closure costs what it reaches; a big one some milliseconds for
        each million dependencies there are, once a revision, and less than a microsecond a node.
        """
        number = self._terms.number(start.value)
        if number is None:
            return Closure(np.empty(0, np.int32), self._terms)
        rows, down = self._contents.rows[Family.DEPENDENCY], direction == "down"
        found = reach(
            number,
            rows,
            down,
            self.revision,
            lambda: self._contents.adjacency(Family.DEPENDENCY, down, self.revision),
        )
        return Closure(found, self._terms)

    def _edges(self, node: NamedNode, family: Family, down: bool) -> Iterator[Edge]:
        number = self._terms.number(node.value)
        if number is not None:
            rows = self._contents.rows[family]
            for row in rows.at(number, down, self.revision):
                yield Edge(*(self._node(term) for term in rows.key(row)))

    def _others(self, node: NamedNode, family: Family, down: bool) -> set[NamedNode]:
        number = self._terms.number(node.value)
        if number is None:
            return set()
        found = self._contents.rows[family].others(number, down, self.revision)
        return {self._node(other) for other in set(found)}

    def _node(self, number: int) -> NamedNode:
        return NamedNode(self._terms.iri(number))
