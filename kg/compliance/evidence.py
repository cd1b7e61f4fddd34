"""Why a result holds: the way by which a thing depends on what the result is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from kg.compliance.findings import printable, show
from kg.index import Edge
from kg.iri import Names
from kg.lineage import LineageService, NodeInfo, PathAnswer
from kg.namespaces import DCAT, MLG, compact
from kg.propagation import Carried, DerivedGraph, carried_about, with_facts
from kg.shacl import Result
from kg.store import EmbeddedStore
from kg.terms import NamedNode

_OF_VERSION: Final = compact(DCAT.isVersionOf.value)


@dataclass(frozen=True)
class Step:
    """A thing on the way; ``relation`` is how it depends on the next, as ``source`` says.

    Both are empty for the last; between a version and its asset nobody needs to say so, and a
    step that a run or pipeline makes is said by several. ``mark`` is how the step to the next is
    marked where the way is that of a label: ``unpinned``, ``weakened``, or empty.
    """

    node: str
    iri: str
    title: str
    relation: str = ""
    source: str = ""
    mark: str = ""


def way_text(steps: Iterable[tuple[str, str]]) -> str:
    """The way in one line, from the things on it, each with the mark of the step to the next."""
    told, before = [], ""
    for node, mark in steps:
        told.append(f"({before}) {node}" if before else node)
        before = mark
    return " > ".join(told)


def drawn(steps: Sequence[Step]) -> str:
    """The way in one line of arrows, each with its relation and how the step is marked."""
    parts = []
    for step in steps:
        said = ", ".join(word for word in (step.relation, step.mark) if word)
        parts.append(f"{step.node} {f'-{said}->' if said else '->'}")
    return " ".join(parts).removesuffix(" ->")


class EvidenceReader:
    """Finds the ways of results: that of the label that a rule reads, or else that of lineage."""

    def __init__(
        self,
        store: EmbeddedStore,
        lineage: LineageService,
        names: Names,
        most: int | None = None,
    ) -> None:
        """``most`` is how many steps may be told in all before no further way is looked for."""
        self._store = store
        self._lineage = lineage
        self._names = names
        self._left = most
        self._hops: dict[tuple[NamedNode, ...], PathAnswer] = {}
        self.untold = 0
        """The results whose ways were not looked for."""

    def path(self, result: Result) -> tuple[Step, ...]:
        """The way between focus node and value; empty for none.

        It begins at that which depends on the other. A way of a label costs some look-ups for
        each step, a shortest way of lineage as much as the smaller of the closures of the two.
        """
        focus, value = result.focus, result.value
        if not isinstance(focus, NamedNode) or not isinstance(value, NamedNode) or focus == value:
            return ()
        if self._left is not None and self._left <= 0:
            self.untold += 1
            return ()
        steps = self._way(result, focus, value)
        if self._left is not None:
            self._left -= len(steps)
        return steps

    def _way(self, result: Result, focus: NamedNode, value: NamedNode) -> tuple[Step, ...]:
        if result.rule is not None and result.rule.label:
            steps = self._carried(focus, NamedNode(result.rule.label), value)
            if steps:
                return steps
        for start, end in ((value, focus), (focus, value)):
            answer = self._lineage.path(start, end, directions=["down"])
            if answer.nodes:
                nodes = list(reversed(answer.nodes))
                return self._steps(nodes, answer.edges, [(_OF_VERSION, "")] * len(nodes))
        return ()

    def _carried(self, focus: NamedNode, label: NamedNode, value: NamedNode) -> tuple[Step, ...]:
        """The way of a label to a thing, or into what it deploys."""
        found = carried_about(self._facts, focus, label, value)
        if found is not None:
            return self._marked([], found)
        for quad in self._store.quads(focus, MLG.deploys, None, None):
            if isinstance(quad.object, NamedNode):
                found = carried_about(self._facts, quad.object, label, value, of_itself=False)
                if found is not None:
                    return self._marked([focus], found)
        return ()

    def _marked(self, before: list[NamedNode], carried: Carried) -> tuple[Step, ...]:
        passed = zip(carried.way, (*carried.marks, ""), strict=True)
        named = [(node, mark) for node, mark in passed if isinstance(node, NamedNode)]
        way = [*before, *(node for node, _ in named)]
        flow = compact(carried.flow.value)
        bare = [(flow, mark) for mark in (*("" for _ in before), *(mark for _, mark in named))]
        hops = [self._hop(*ends) for ends in pairwise(way)]
        edges = [edge for hop in hops for edge in hop.edges]
        return self._steps([*(h.nodes[0] for h in hops), self._hop(way[-1]).nodes[0]], edges, bare)

    def _hop(self, *nodes: NamedNode) -> PathAnswer:
        """What is said of a step and of the thing it is from, looked up once."""
        if nodes not in self._hops:
            self._hops[nodes] = self._lineage.along(nodes)
        return self._hops[nodes]

    def _steps(
        self, nodes: Sequence[NodeInfo], edges: Iterable[Edge], bare: Sequence[tuple[str, str]]
    ) -> tuple[Step, ...]:
        """The steps between nodes; ``bare`` are relation, where no edge says it, and mark."""
        known = {(edge.source, edge.target): edge for edge in edges}
        told = []
        for (node, onward), (relation, mark) in zip(pairwise(nodes), bare, strict=False):
            said = self._said(known.get((node.iri, onward.iri)), relation)
            told.append(self._step(node, *said, mark))
        return (*told, *(self._step(node) for node in nodes[-1:]))

    def _step(self, node: NodeInfo, relation: str = "", source: str = "", mark: str = "") -> Step:
        shown, title = show(node.iri, self._names), printable(node.title or "")
        return Step(shown, node.iri.value, title, relation, source, mark)

    def _said(self, edge: Edge | None, relation: str) -> tuple[str, str]:
        """The relation and who says so."""
        if edge is None:
            return relation, ""
        return compact(edge.relation.value), self._names.source(edge.graph) or edge.graph.value

    @cached_property
    def _facts(self) -> DerivedGraph:
        return DerivedGraph(with_facts(self._store))
