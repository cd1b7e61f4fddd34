"""The steps that are open to one kind of label, and the steps of a whole graph in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from kg.propagation.kinds import Kind
from kg.propagation.spread import Arc
from kg.propagation.steps import Effect, Node, Steps, cost
from kg.terms import NamedNode


class StepGraph(Protocol):
    """Steps that can be looked up from either end."""

    def steps(self, thing: Node) -> Steps:
        """The steps that lead up from a thing."""
        ...

    def carriers(self, source: Node, flow: NamedNode) -> Iterable[tuple[Node, Effect]]:
        """The things from which a step along a flow leads to a source."""
        ...


class MemorySteps:
    """A :class:`StepGraph` of all steps there are."""

    def __init__(self, steps: Mapping[Node, Steps]) -> None:
        self._steps = steps
        self._carriers: defaultdict[tuple[NamedNode, Node], list[tuple[Node, Effect]]]
        self._carriers = defaultdict(list)
        for thing, found in steps.items():
            for step, effect in found.items():
                self._carriers[step].append((thing, effect))

    def steps(self, thing: Node) -> Steps:
        """See :class:`StepGraph`."""
        return self._steps.get(thing, {})

    def carriers(self, source: Node, flow: NamedNode) -> Iterable[tuple[Node, Effect]]:
        """See :class:`StepGraph`."""
        return self._carriers.get((flow, source), ())


class KindArcs:
    """The steps that are open to a kind of label; see :class:`kg.propagation.spread.Arcs`."""

    def __init__(self, graph: StepGraph, kind: Kind) -> None:
        self._graph = graph
        self._kind = kind

    def up(self, node: Node) -> Iterator[Arc]:
        """The steps to what the node carries from."""
        for (flow, source), effect in self._graph.steps(node).items():
            if flow in self._kind.flows:
                paid = cost(self._kind, flow, effect)
                if paid is not None:
                    yield Arc(source, paid)

    def down(self, node: Node) -> Iterator[Arc]:
        """The steps to what carries from the node."""
        for flow in self._kind.flows:
            for thing, effect in self._graph.carriers(node, flow):
                paid = cost(self._kind, flow, effect)
                if paid is not None:
                    yield Arc(thing, paid)
