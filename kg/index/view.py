"""The index at one revision: what walks read, and transitive closures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from kg.errors import NotFound
from kg.index.adjacency import Adjacency
from kg.index.closure import Closure, reach
from kg.index.edge import Edge
from kg.index.facts import Facts
from kg.index.links import Family, Link, LinkReader
from kg.index.places import PlaceGraph
from kg.index.repeated import RepeatedPath
from kg.index.repeated import Ways as PathWays
from kg.index.rows import Rows
from kg.index.shortest import Neighbours, shortest
from kg.index.steps import Walk
from kg.index.terms import Terms
from kg.index.vocabulary import Vocabulary
from kg.index.walk import Steps, Walker, Ways
from kg.index.written import Key
from kg.namespaces import DCAT
from kg.terms import NamedNode

if TYPE_CHECKING:
    from kg.commit.views import GraphChange

Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Contents:
    """All that the index holds: terms, rows by family, what the ontology makes of them, and
    adjacencies worked out lately."""

    terms: Terms
    rows: tuple[Rows, ...]
    vocabulary: Vocabulary
    adjacencies: dict[tuple[Family, bool], tuple[int, Adjacency]] = field(default_factory=dict)
    graphs: dict[bool, tuple[int, PlaceGraph | None]] = field(default_factory=dict)

    def adjacency(self, family: Family, down: bool, revision: int) -> Adjacency:
        """All neighbours at a revision; kept, for the next question is often of the same."""
        kept = self.adjacencies.get((family, down))
        if kept is not None and kept[0] == revision:
            return kept[1]
        found = self.rows[family].adjacency(down, revision, len(self.terms))
        self.adjacencies[family, down] = (revision, found)
        return found

    def branch(self, revision: int) -> Contents:
        """Contents that begin as these are at a revision; see :meth:`Rows.branch`."""
        rows = tuple(rows.branch(revision) for rows in self.rows)
        return Contents(self.terms.branch(), rows, self.vocabulary)

    def take(self, revision: int, graph: str, before: Set[Link], after: Set[Link]) -> None:
        """Let a record graph make other links from a revision on."""
        for link in before - after:
            self.rows[link.family].end(self._key(link, graph), revision)
        for link in after - before:
            self.rows[link.family].begin(self._key(link, graph), revision)

    def _key(self, link: Link, graph: str) -> Key:
        add = self.terms.add
        return add(link.source), add(link.target), add(link.relation), add(graph)

    def places(self, down: bool, revision: int, *, made: bool) -> PlaceGraph | None:
        """All steps of walks at a revision as one graph, kept; ``None`` where they make none.

        Made where that is asked for, or where it is at hand.
        """
        kept = self.graphs.get(down)
        if kept is not None and kept[0] == revision:
            return kept[1]
        if not made:
            return None
        onward, versions, assets = (
            self.adjacency(family, way, revision)
            for family, way in (
                (Family.DEPENDENCY, down),
                (Family.VERSION, True),
                (Family.VERSION, False),
            )
        )
        try:
            found = PlaceGraph(onward, versions, assets)
        except ValueError:
            found = None
        self.graphs[down] = (revision, found)
        return found

    def is_at_hand(self, family: Family, down: bool, revision: int) -> bool:
        """Whether these neighbours are kept."""
        kept = self.adjacencies.get((family, down))
        return kept is not None and kept[0] == revision


class IndexView:
    """Dependencies and versions as of one revision, whatever is committed meanwhile."""

    def __init__(self, contents: Contents, revision: int, digest: str) -> None:
        self._contents = contents
        self._terms = contents.terms
        self.revision = revision
        """The revision that everything here is of."""
        self.digest = digest
        """The digest of the ontology by which the records were read."""

    def as_of(self, revision: int | None = None) -> IndexView:
        """The same as of an earlier revision; ``None`` for its own.

        Raises :class:`NotFound` for a revision that is not there, or not there yet.
        """
        wanted = self.revision if revision is None else revision
        if not 0 <= wanted <= self.revision:
            raise NotFound(f"there is no revision {wanted}; the newest is {self.revision}")
        return IndexView(self._contents, wanted, self.digest)

    def supposing(self, changes: Iterable[GraphChange], reader: LinkReader) -> IndexView:
        """The view after changes that nobody has committed, at the next revision.

        Costs what the changes and those since the last base of the index are; this view and the
        index stay as they are.
        """
        contents, revision = self._contents.branch(self.revision), self.revision + 1
        for change in changes:
            before, after = reader.links(change.before), reader.links(change.after)
            contents.take(revision, change.graph.value, before, after)
        return IndexView(contents, revision, self.digest)

    def neighbours(self, node: NamedNode, direction: str) -> set[NamedNode]:
        """What the node directly depends on (``up``), or what depends on it (``down``)."""
        return self._others(node, Family.DEPENDENCY, direction == "down")

    def edges(self, node: NamedNode, direction: str) -> Iterator[Edge]:
        """The edges to the neighbours, one for each relation and asserting graph."""
        return self._edges(node, Family.DEPENDENCY, direction == "down")

    def between(self, source: NamedNode, target: NamedNode) -> Iterator[Edge]:
        """The edges by which one node directly depends on another; however many others do."""
        ends = self.number(source), self.number(target)
        if ends[0] is not None and ends[1] is not None:
            rows = self._contents.rows[Family.DEPENDENCY]
            for row in rows.between(ends[0], ends[1], self.revision):
                yield Edge(*(self.node(term) for term in rows.key(row)))

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

    def number(self, node: NamedNode) -> int | None:
        """The number by which the index knows a node."""
        return self._terms.number(node.value)

    def node(self, number: int) -> NamedNode:
        """The node of a number."""
        return NamedNode(self._terms.iri(number))

    def described(self, node: NamedNode) -> Iterator[tuple[str, str]]:
        """What is kept of the descriptions of a node: properties with IRIs or ``"`` and a text.

        See :mod:`kg.index.links`; a pair comes once for each record that says so.
        """
        number = self.number(node)
        if number is not None:
            rows = self._contents.rows[Family.DESCRIPTION]
            for row in rows.at(number, False, self.revision):
                _, target, relation, _ = rows.key(row)
                yield self._terms.iri(relation), self._terms.iri(target)

    def walk(
        self,
        start: int,
        direction: str,
        *,
        depth: int | None = None,
        until: int | None = None,
        relations: Set[NamedNode] = frozenset(),
    ) -> Walk:
        """Walk from a node as docs/lineage.md says, by all relations or by some alone."""
        down = direction == "down"

        def whole(made: bool) -> PlaceGraph | None:
            return self._contents.places(down, self.revision, made=made)

        ways = Ways(
            self._steps(Family.DEPENDENCY, down, relations),
            self._steps(Family.VERSION, True),
            self._steps(Family.VERSION, False),
        )
        return Walker(ways, len(self._terms), None if relations else whole).walk(
            start, depth, until
        )

    def way(self, start: NamedNode, end: NamedNode, direction: str) -> list[tuple[NamedNode, bool]]:
        """One shortest way of a walk from a node to another, both included; empty for none.

        Each node comes with whether it stands there for references that name no version. The
        same way is told whatever numbers the index uses; see :mod:`kg.index.shortest`.
        """
        ends = self.number(start), self.number(end)
        if start == end:
            return [(start, False)]
        if ends[0] is None or ends[1] is None:
            return []
        dependencies, versions = (
            self._contents.rows[family] for family in (Family.DEPENDENCY, Family.VERSION)
        )
        steps = Neighbours(dependencies, versions, direction == "down", self.revision)
        places = shortest(ends[0], ends[1], steps, self._terms.iri) or []
        return [(self.node(place >> 1), bool(place & 1)) for place in places]

    @property
    def facts(self) -> Facts:
        """The statements that hold at this revision, as arrays."""
        contents = self._contents
        return Facts(self._terms, contents.rows, contents.vocabulary, self.revision)

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
            at_hand=self._contents.is_at_hand(Family.DEPENDENCY, down, self.revision),
        )
        return Closure(found, self._terms)

    def repeated(self, ways: PathWays) -> RepeatedPath:
        """A path over dependencies and versions, repeated once or more, by numbers of nodes.

        Versions are not told from assets but by the path, as the engine walks it.
        """
        return RepeatedPath(
            ways, lambda family, down: self._contents.adjacency(family, down, self.revision)
        )

    def _steps(self, family: Family, down: bool, chosen: Set[NamedNode] = frozenset()) -> Steps:
        contents, rows, revision = self._contents, self._contents.rows[family], self.revision
        if not chosen:
            return Steps(
                lambda node: rows.others(node, down, revision),
                lambda: contents.adjacency(family, down, revision),
            )
        numbers = {self.number(relation) for relation in chosen}
        relations = {number for number in numbers if number is not None}
        return Steps(
            lambda node: rows.others(node, down, revision, relations),
            lambda: rows.adjacency(down, revision, len(self._terms), relations),
        )

    def _edges(self, node: NamedNode, family: Family, down: bool) -> Iterator[Edge]:
        number = self._terms.number(node.value)
        if number is not None:
            rows = self._contents.rows[family]
            for row in rows.at(number, down, self.revision):
                yield Edge(*(self.node(term) for term in rows.key(row)))

    def _others(self, node: NamedNode, family: Family, down: bool) -> set[NamedNode]:
        number = self._terms.number(node.value)
        if number is None:
            return set()
        found = self._contents.rows[family].others(number, down, self.revision)
        return {self.node(other) for other in set(found)}
