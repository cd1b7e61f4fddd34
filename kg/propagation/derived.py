"""The derived graph of a store: steps and facts as they stand there, each found by a look-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.namespaces import MLG
from kg.propagation.facts import Fact, Key, carriage, kind_of
from kg.propagation.kinds import CARRIES_FROM, FLOWS, Kind
from kg.propagation.steps import (
    NO_EFFECT,
    UNPINNED,
    WEAKENED,
    Amendments,
    Effect,
    Node,
    Step,
    Steps,
)
from kg.store import DERIVED_GRAPH, EmbeddedStore
from kg.terms import Literal, NamedNode


class DerivedGraph:
    """Steps and facts in a store, with what is yet to be written of steps.

    What has been looked up is kept as long as the object is.
    """

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._steps: dict[Node, Steps] = {}
        self._facts: dict[tuple[Node, Key], Fact | None] = {}
        self._amended: dict[Node, Amendments] = {}
        self._carriers: dict[tuple[NamedNode, Node], set[Node]] = {}
        self._bearers: dict[str, Node | None] = {}

    def steps(self, thing: Node) -> Steps:
        """The steps that lead up from a thing."""
        written, amended = self.written_steps(thing), self._amended.get(thing)
        if amended is None:
            return written
        kept = {step: effect for step, effect in written.items() if step not in amended}
        return kept | {s: after for s, (_, after) in amended.items() if after is not None}

    def written_steps(self, thing: Node) -> Steps:
        """The same as they stand in the store."""
        found = self._steps.get(thing)
        if found is None:
            effects = self._effects(thing)
            found = {
                (flow, source): effects.get(source, NO_EFFECT)
                if flow == CARRIES_FROM
                else NO_EFFECT
                for flow in FLOWS
                for source in self._objects(thing, flow)
            }
            self._steps[thing] = found
        return found

    def has_step(self, thing: Node, step: Step) -> bool:
        """Whether a step from a thing stands in the store; one look-up, however many it has."""
        flow, source = step
        return next(self._store.quads(thing, flow, source, DERIVED_GRAPH), None) is not None

    def amend(self, thing: Node, amendments: Amendments) -> None:
        """Go on as if these steps from a thing were as they are after their amendments."""
        self._amended[thing] = amendments
        for step in amendments:
            self._carriers.setdefault(step, set()).add(thing)

    def carriers(self, source: Node, flow: NamedNode) -> Iterator[tuple[Node, Effect]]:
        """The things from which a step along a flow leads to a source."""
        step = (flow, source)
        amended = self._carriers.get(step, ())
        for thing in amended:
            after = self._amended[thing][step].after
            if after is not None:
                yield thing, after
        for quad in self._store.quads(None, flow, source, DERIVED_GRAPH):
            carrier = quad.subject
            if isinstance(carrier, Node) and carrier not in amended:
                effects = self._effects(carrier) if flow == CARRIES_FROM else {}
                yield carrier, effects.get(source, NO_EFFECT)

    def fact(self, thing: Node, key: Key) -> Fact | None:
        """How a thing carries what a key names, as it stands in the store."""
        place = (thing, key)
        if place not in self._facts:
            found = self._read(NamedNode(carriage(thing, key)))
            self._facts[place] = found[1] if found else None
        return self._facts[place]

    def facts(self, thing: Node, kind: Kind | None = None) -> dict[Key, Fact]:
        """All that a thing carries, or all of a kind, as it stands in the store."""
        names = self._objects(thing, MLG.qualifiedCarriage)
        read = [self._read(name) for name in names if kind is None or _is_of(name, kind)]
        found = dict(pair for pair in read if pair)
        self._facts.update({(thing, key): fact for key, fact in found.items()})
        return found

    def onward(self, key: Key, fact: Fact) -> Iterator[tuple[Node, Fact]]:
        """The things on the way of a fact after the one it is about, each with its own fact."""
        while fact.via:
            thing = self._bearer(fact.via)
            after = None if thing is None else self.fact(thing, key)
            if thing is None or after is None:
                return
            yield thing, after
            fact = after

    def carries(self, thing: Node, label: Node) -> bool:
        """Whether a thing carries a label, as it stands in the store."""
        found = self._store.quads(thing, MLG.carries, label, DERIVED_GRAPH)
        return next(found, None) is not None

    def _bearer(self, evidence: str) -> Node | None:
        """The thing that a piece of evidence is about."""
        if evidence not in self._bearers:
            named = NamedNode(evidence)
            found = self._store.quads(None, MLG.qualifiedCarriage, named, DERIVED_GRAPH)
            things = (quad.subject for quad in found if isinstance(quad.subject, Node))
            self._bearers[evidence] = next(things, None)
        return self._bearers[evidence]

    def _read(self, evidence: Node) -> tuple[Key, Fact] | None:
        told = {
            quad.predicate: quad.object
            for quad in self._store.quads(evidence, None, None, DERIVED_GRAPH)
        }
        if not isinstance(evidence, NamedNode) or not told:
            return None
        label, origin = told[MLG.carriedLabel], told[MLG.carriedFrom]
        assert isinstance(label, Node)  # noqa: S101 - only this package writes the graph
        assert isinstance(origin, Node)  # noqa: S101
        kind = kind_of(evidence)
        key = Key(kind, label, origin if label == kind.concept else None)
        via = told.get(MLG.carriedVia)
        steps = _number(told, MLG.distance)
        steps += UNPINNED * _number(told, MLG.unpinnedSteps)
        steps += WEAKENED * _number(told, MLG.weakenedSteps)
        return key, Fact(steps, via.value if isinstance(via, NamedNode) else "", origin)

    def _effects(self, thing: Node) -> dict[Node, Effect]:
        """What the steps from a thing keep back, by their source, where they do."""
        found = {}
        for step in self._objects(thing, MLG.alteredStep):
            for source in self._objects(step, MLG.alteredFrom):
                found[source] = Effect(
                    frozenset(self._concepts(step, MLG.stops)),
                    frozenset(self._concepts(step, MLG.weakens)),
                )
        return found

    def _concepts(self, step: Node, prop: NamedNode) -> Iterator[NamedNode]:
        return (c for c in self._objects(step, prop) if isinstance(c, NamedNode))

    def _objects(self, thing: Node, prop: NamedNode) -> Iterator[Node]:
        for quad in self._store.quads(thing, prop, None, DERIVED_GRAPH):
            if isinstance(quad.object, Node):
                yield quad.object


def _is_of(evidence: Node, kind: Kind) -> bool:
    return isinstance(evidence, NamedNode) and kind_of(evidence) == kind


def _number(told: Mapping[NamedNode, object], prop: NamedNode) -> int:
    value = told.get(prop)
    return int(value.value) if isinstance(value, Literal) else 0
