"""Looking up whether a group may have solutions that agree with what is known.

Which solutions there are is followed pattern by pattern, from what is known; what is not followed
(a hub, a sub-select, a function) leaves a state that stands for any number of solutions. So none
is ever left out, and a state that is sure is one that the engine finds too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Final, TypeAlias

from kg.shacl.affected.expressions import State
from kg.shacl.affected.plans import (
    Branches,
    Closed,
    Condition,
    Join,
    Maybe,
    Naming,
    Part,
    Plan,
    Step,
)
from kg.shacl.affected.settings import Settings
from kg.shacl.affected.values import Open, Value, truth
from kg.shacl.affected.walker import Walked, Walker
from kg.shacl.model.paths import Inverse, Path, Predicate
from kg.store import Lookups
from kg.terms import BlankNode, Literal, NamedNode, Term

EACH: Final = 32
"""Triples of a property of a node that are followed: with more a look-up seldom tells anything."""

FAR: Final = 16
"""Nodes that a repeated path leads to: what is further the engine, or the index, finds sooner."""

_HARDEST: Final = 5  # effort of a step of which no end is known

MOST: Final = 500
"""Triples that are followed for one question; it costs the engine less then."""

_Conditions: TypeAlias = Sequence[Condition]
_Question: TypeAlias = tuple[str, tuple[Term | None, ...], frozenset[str]]


class Solver:
    """Asks plans of a store as it stands; what has been looked up is remembered."""

    def __init__(
        self, store: Lookups, settings: Settings, each: int = EACH, far: int = FAR
    ) -> None:
        """``settings`` are what stands beside the data."""
        self._store = store
        self._settings = settings
        self.walker: Final = Walker(store, each=each, far=far)
        """Look-ups, which others can share."""
        self._left = 0
        self._held: dict[NamedNode, bool] = {}
        self._known: dict[_Question, bool | Open] = {}

    def may_have(self, plan: Plan, this: Term) -> bool:
        """Whether a plan may have a solution with a node as ``$this``; surely not where false."""
        self._left = MOST
        state = State({"this": this})
        if plan.wanders and self._is_barred(plan.conditions, state):
            return False
        return any(True for _ in self._solve(plan.parts, plan.conditions, state))

    def _is_barred(self, conditions: _Conditions, state: State) -> bool:
        """Whether some condition is never met; those that wait for nothing are tested first."""
        ready = (found for found in conditions if found.waits <= state.bound.keys())
        if any(truth(found.test(state, self)) in (False, Open.ERROR) for found in ready):
            return True
        return any(self._never(found, state) for found in conditions)

    def _never(self, condition: Condition, state: State) -> bool:
        """Whether a condition is not met whatever value the variables get that it waits for.

        That nothing at all is a general-purpose model, say, is told sooner than what a node rests
        on. Where there are several it is not told: each would have to be looked at.
        """
        waits = condition.waits.difference(state.bound)
        if not waits:
            return False
        found = truth(condition.test(State(state.bound, waits), self._glance))
        return found is False or found is Open.ERROR

    @cached_property
    def _glance(self) -> Solver:
        """One that tells only where there is next to nothing."""
        found = Solver(self._store, self._settings, each=1, far=1)
        found._left = MOST
        return found

    def exists(self, plan: Plan, state: State) -> bool | Open:
        """Whether a plan has a solution that agrees with a state."""
        key = (
            plan.text,
            tuple(map(state.bound.get, plan.names)),
            state.vague.intersection(plan.names),
        )
        found = self._known.get(key)
        if found is None:
            found = self._found(plan, state)
            if self._left >= 0:
                self._known[key] = found
        return found

    def _found(self, plan: Plan, state: State) -> bool | Open:
        seen: bool | Open = False
        for found in self._nested(plan, State(state.bound, state.vague)):
            if found.sure:
                return True
            seen = Open.UNKNOWN
        return seen

    def _solve(self, parts: Sequence[Part], left: _Conditions, state: State) -> Iterator[State]:
        """The states of a group; conditions are tested as soon as they can be."""
        later = []
        for condition in left:
            if parts and not condition.waits <= state.bound.keys():
                later.append(condition)
                continue
            found = truth(condition.test(state, self))
            if found is False or found is Open.ERROR:
                return
            if found is Open.UNKNOWN:
                state = _unsure(state)
        if not parts:
            yield state
            return
        following, rest = self._first(parts, state)
        if not rest and not later:
            yield from following
            return
        for after in following:
            yield from self._solve(rest, later, after)

    def _first(self, parts: Sequence[Part], state: State) -> tuple[Iterable[State], Sequence[Part]]:
        """The states after the first of some parts, or a pattern of it, and what is left then."""
        part, rest = parts[0], parts[1:]
        match part:
            case Join(steps) if steps:
                if len(steps) == 1:
                    return self._match(steps[0], state), rest
                place = _easiest(steps, state)
                return self._match(steps[place], state), (part.without(place), *rest)
            case Join():
                return (state,), rest
            case Branches(plans):
                return (found for plan in plans for found in self._nested(plan, state)), rest
            case Maybe(plan):
                return self._maybe(plan, state), rest
            case Naming(variable, test):
                return (_named(variable, test(state, self), state),), rest
            case Closed(names):
                return (_blurred(state, names),), rest

    def _nested(self, plan: Plan, state: State) -> Iterator[State]:
        return self._solve(plan.parts, plan.conditions, state)

    def _maybe(self, plan: Plan, state: State) -> Iterator[State]:
        found = list(self._nested(plan, State(state.bound, state.vague)))
        yield from (inner if state.sure else _unsure(inner) for inner in found)
        if not found:
            yield state
        elif not any(inner.sure for inner in found):
            yield _unsure(state)

    def _match(self, step: Step, state: State) -> Iterable[State]:
        """The states in which a pattern is met, by what stands beside the data or by the data."""
        self._left -= 1
        if self._settings.properties.isdisjoint(step.properties):
            return self._met(step, state)
        settled = self._settled(step, state)
        if any(self._holds(iri) for iri in step.properties if iri in self._settings):
            return chain(settled, self._met(step, state))
        return settled

    def _met(self, step: Step, state: State) -> Iterable[State]:
        """The states in which a pattern is met by the data."""
        subject, end = _known(step.subject, state), _known(step.object, state)
        if self._left < 0 or (subject is None and end is None):
            if not isinstance(step.path, Predicate) or self._holds(step.path.iri):
                return (_blurred(state, step.names),)
            return ()
        path, back = step.path, step.back
        verb = None if step.verb is None else state.bound.get(step.verb)
        if isinstance(verb, NamedNode):
            path = Predicate(verb)
            back = Inverse(path)
        elif verb is not None:
            return ()
        elif step.verb is not None:
            state = _blurred(state, {step.verb})
        elif not step.exact:
            state = _unsure(state)
        if subject is not None:
            return _ends(self._walk(path, subject), step.object, state)
        return () if end is None else _ends(self._walk(back, end), step.subject, state)

    def _walk(self, path: Path, start: Term) -> Walked:
        found = self.walker.walk(path, start)
        self._left -= len(found.nodes)
        return found

    def _settled(self, step: Step, state: State) -> Iterator[State]:
        if not isinstance(step.path, Predicate):
            yield _blurred(state, step.names)
            return
        known = _known(step.subject, state)
        for subject, end in self._settings.pairs(step.path.iri, known):
            found = _agreed(step.subject, subject, state)
            found = found and _agreed(step.object, end, found)
            if found is not None:
                yield found

    def _holds(self, iri: NamedNode) -> bool:
        """Whether the data has a property."""
        if iri not in self._held:
            self._held[iri] = any(self._store.quads(None, iri, None, None))
        return self._held[iri]


def _easiest(steps: Sequence[Step], state: State) -> int:
    """The place of the step that is to be taken soonest."""
    bound = state.bound
    easiest, least = 0, _HARDEST
    for place, step in enumerate(steps):
        subject = step.subject in bound if isinstance(step.subject, str) else bool(step.subject)
        end = step.object in bound if isinstance(step.object, str) else bool(step.object)
        effort = _effort(step, subject, end)
        if effort == 0:
            return place
        if effort < least:
            easiest, least = place, effort
    return easiest


def _effort(step: Step, subject: bool, end: bool) -> int:
    """How soon a step is to be taken that has an end or two: constants are hubs mostly."""
    if subject and end:
        return 0
    if not subject and not end:
        return _HARDEST
    is_hub = end and not isinstance(step.object, str)
    return 1 + step.repeats + 2 * is_hub


def _known(place: NamedNode | str | None, state: State) -> Term | None:
    return state.bound.get(place) if isinstance(place, str) else place


def _ends(walked: Walked, place: NamedNode | str | None, state: State) -> Iterable[State]:
    """The states in which a place is one of the nodes that were walked to."""
    nodes, whole = walked
    known = _known(place, state)
    if known is not None:
        if known in nodes:
            return (state,)
        return () if whole else (_unsure(state),)
    if isinstance(place, str):
        if whole:
            return (_bound(place, node, state) for node in nodes) if nodes else ()
        return _some_ends(nodes, place, state)
    if not whole or any(isinstance(node, Literal) for node in nodes):
        return (_unsure(state),)
    return ()


def _some_ends(nodes: Iterable[Term], place: str, state: State) -> Iterator[State]:
    yield _blurred(state, {place})  # first: who asks whether there may be any is told soon
    for node in nodes:
        yield _bound(place, node, state)


def _agreed(place: NamedNode | str | None, term: Term, state: State) -> State | None:
    """The state with a term in a place; ``None`` where another is there."""
    known = _known(place, state)
    if known is not None:
        return state if known == term else None
    if isinstance(place, str):
        return _bound(place, term, state)
    return _unsure(state) if isinstance(term, Literal) else None


def _bound(name: str, term: Term, state: State) -> State:
    vague = name in state.vague
    return State(
        {**state.bound, name: term},
        state.vague - {name} if vague else state.vague,
        state.sure and not vague,
    )


def _blurred(state: State, names: Iterable[str]) -> State:
    """The state where some variables may be anything that they are not known to be."""
    return State(state.bound, state.vague.union(names).difference(state.bound), sure=False)


def _unsure(state: State) -> State:
    return State(state.bound, state.vague, sure=False)


def _named(name: str, value: Value, state: State) -> State:
    """The state after a BIND; of a variable that has a value already nothing is told."""
    if name in state.bound or name in state.vague:
        bound = {other: term for other, term in state.bound.items() if other != name}
        return State(bound, state.vague | {name}, sure=False)
    if isinstance(value, NamedNode | BlankNode | Literal):
        return _bound(name, value, state)
    if value is Open.ERROR:
        return state
    return State(state.bound, state.vague | {name}, state.sure)
