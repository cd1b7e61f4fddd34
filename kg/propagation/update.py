"""Bringing the facts of a store up to a change of it, at a cost set by what the change reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from typing import Final

from kg.namespaces import MLG
from kg.propagation.arcs import KindArcs
from kg.propagation.concerned import Concerned, concerned
from kg.propagation.derived import DerivedGraph
from kg.propagation.facts import Fact, Key, carriage, fact_triples
from kg.propagation.rules import origins, standing, steps
from kg.propagation.spread import Spread
from kg.propagation.standing import has_facts, propagated_revision, replace, write
from kg.propagation.steps import NO_EFFECT, Amendment, Node, Step, cost, step_triples
from kg.propagation.whole import derived_triples
from kg.store import DERIVED_GRAPH, EmbeddedStore
from kg.terms import NamedNode, Triple

MOST: Final = 200_000
"""Things and steps concerned by a change from which on everything is worked out anew."""

Changed = frozenset[Triple] | None
"""The facts and steps that were added or removed; ``None`` where it is not known."""


def propagate(store: EmbeddedStore, changed: Iterable[Triple]) -> Changed:
    """Bring the facts of a store up to statements that were added to it or removed from it.

    The store has changed already. Costs some look-ups for each thing whose facts change and each
    step that comes or goes, whatever the size of the graph; where a fact is lost each step of
    the things that had it. A change that concerns very much has all worked
    out anew and compared; a store that holds no facts by the rules in force has all made anew.
    """
    if not has_facts(store):
        refresh(store)
        return None
    asked = concerned(store, changed)
    if asked is None or len(asked) > MOST:
        return _compared(store)
    update = _Update(store, asked)
    added, removed = update.difference()
    write(store, added - removed, removed - added)
    return frozenset(added ^ removed)


def refresh(store: EmbeddedStore) -> None:
    """Make all facts of a store anew; costs as much as the graph and the facts."""
    replace(store, derived_triples(store))


def _compared(store: EmbeddedStore) -> Changed:
    before = {quad.triple for quad in store.quads(None, None, None, DERIVED_GRAPH)}
    after = set(derived_triples(store))
    write(store, after - before, before - after)
    return frozenset(before ^ after)


def with_facts(store: EmbeddedStore) -> EmbeddedStore:
    """The store, with the facts of its revision in it, at once where a view keeps them so.

    Where they are not up to date in a store that can only be read, a copy in memory has them.
    """
    if propagated_revision(store) == store.revision() and has_facts(store):
        return store
    if not store.writable:
        copy = EmbeddedStore.in_memory()
        copy.load(store.quads(None, None, None, None), store.revision())
        store = copy
    refresh(store)
    return store


class _Update:
    """One change: what it does to steps and labels, and what follows."""

    def __init__(self, store: EmbeddedStore, asked: Concerned) -> None:
        self._graph = DerivedGraph(store)
        self._things = _in_order(asked.things)
        self._labelled = _in_order(asked.labelled)
        self._labels = origins(store, self._labelled)
        self._spreads: dict[Key, Spread] = {}
        self._changed: defaultdict[Node, dict[Step, Amendment]] = defaultdict(dict)
        self._compare_things(store)
        self._compare_steps(store, asked.steps)
        for thing, amendments in self._changed.items():
            self._graph.amend(thing, amendments)

    def _compare_things(self, store: EmbeddedStore) -> None:
        found = steps(store, self._things)
        for thing in self._things:
            before, after = self._graph.written_steps(thing), found.get(thing, {})
            for step in before.keys() | after.keys():
                if before.get(step) != after.get(step):
                    self._changed[thing][step] = Amendment(before.get(step), after.get(step))

    def _compare_steps(self, store: EmbeddedStore, asked: Set[tuple[Node, Step]]) -> None:
        standing_now = standing(store, asked)
        for thing, step in asked:
            before = NO_EFFECT if self._graph.has_step(thing, step) else None
            after = NO_EFFECT if (thing, step) in standing_now else None
            if before != after:
                self._changed[thing][step] = Amendment(before, after)

    def difference(self) -> tuple[set[Triple], set[Triple]]:
        """What is to be added to the derived graph and what is to be removed; they may overlap."""
        added, removed = self._steps()
        self._lose()
        self._gain()
        facts: defaultdict[Node, dict[Key, Fact | None]] = defaultdict(dict)
        for key, spread in self._spreads.items():
            spread.settle()
            for node, before, after in spread.differences():
                facts[node][key] = after
                removed.update(fact_triples(node, key, before) if before else ())
                added.update(fact_triples(node, key, after) if after else ())
        for carrier, changes in facts.items():
            carried = self._carried_throughout(carrier, changes)
            added -= carried
            removed -= carried
        return added, removed

    def _steps(self) -> tuple[set[Triple], set[Triple]]:
        added: set[Triple] = set()
        removed: set[Triple] = set()
        for thing, amendments in self._changed.items():
            for step, (before, after) in amendments.items():
                removed.update(() if before is None else step_triples(thing, {step: before}))
                added.update(() if after is None else step_triples(thing, {step: after}))
        return added, removed

    def _lose(self) -> None:
        """Give up facts whose label is no longer stated, or whose next step is not as it was."""
        for thing in self._labelled:
            labels = self._labels.get(thing, set())
            for key, fact in self._graph.facts(thing).items():
                if not fact.via and key not in labels:
                    self._spread(key).lose(thing)
        for changed, amendments in self._changed.items():
            for (flow, source), (before, _) in amendments.items():
                if before is None:
                    continue
                for key in self._graph.facts(source):
                    known = self._graph.fact(changed, key) if flow in key.kind.flows else None
                    if known is not None and known.via == carriage(source, key):
                        self._spread(key).lose(changed)

    def _gain(self) -> None:
        """Take in labels that are stated now, and steps that are there or cost less now."""
        for thing in self._labelled:
            for key in self._labels.get(thing, ()):
                self._spread(key).originate(thing)
        for changed, amendments in self._changed.items():
            for (flow, source), (_, effect) in amendments.items():
                if effect is None:
                    continue
                for key in self._graph.facts(source):
                    paid = cost(key.kind, flow, effect) if flow in key.kind.flows else None
                    if paid is not None:
                        self._spread(key).reach(changed, source, paid)

    def _spread(self, key: Key) -> Spread:
        if key not in self._spreads:
            arcs = KindArcs(self._graph, key.kind)
            self._spreads[key] = Spread(key, arcs, self._graph.fact)
        return self._spreads[key]

    def _carried_throughout(self, thing: Node, changes: dict[Key, Fact | None]) -> set[Triple]:
        """The labels that a thing carried before and carries now, though facts came or went."""
        gained = {key.label for key, fact in changes.items() if fact is not None}
        found = {label for label in gained if self._graph.carries(thing, label)}
        if lost := {key.label for key, fact in changes.items() if fact is None} - gained:
            others = self._graph.facts(thing).keys() - changes.keys()
            found |= lost & {key.label for key in others}
        return {Triple(thing, MLG.carries, label) for label in found}


def _in_order(things: Iterable[Node]) -> list[NamedNode]:
    return sorted((thing for thing in things if isinstance(thing, NamedNode)), key=str)
