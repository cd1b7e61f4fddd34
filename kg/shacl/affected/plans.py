"""Groups of a query as steps by which their solutions are looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias

from kg.shacl.affected.expressions import Test, read_expression, unknown
from kg.shacl.affected.reads import backwards
from kg.shacl.affected.triples import NotFollowed, Pattern, Place, Variable, patterns_of
from kg.shacl.compiled.texts import read_once
from kg.shacl.model.paths import (
    AnyProperty,
    OneOrMore,
    Path,
    ZeroOrMore,
    parts_of,
    predicates,
)
from kg.sparql.reader.patterns import Bind, Element, Filter, Group, Optional, Triples, Union
from kg.sparql.reader.queries import Query
from kg.sparql.reader.span import Span
from kg.sparql.tokens import Kind
from kg.terms import NamedNode

_TEXTS: Final = 1_000
_THIS: Final = frozenset({"this"})
_Names: TypeAlias = frozenset[str]


@dataclass(frozen=True)
class Step:
    """A pattern: a walk between two ends, forth by ``path`` and ``back``.

    An end is a node, the name of a variable, or ``None`` for a literal. ``verb`` is the variable
    of a pattern that has one as property. The walk ``repeats`` where it may be long, and is
    ``exact`` where nothing else is walked than the text has. ``properties`` are those of the path.
    """

    subject: NamedNode | str | None
    path: Path
    object: NamedNode | str | None
    verb: str | None
    back: Path
    names: _Names
    properties: frozenset[NamedNode]
    repeats: bool
    exact: bool


@dataclass(frozen=True)
class Join:
    """Patterns of which all have to match."""

    steps: tuple[Step, ...]
    _rests: dict[int, Join] = field(default_factory=dict, compare=False, repr=False)

    def without(self, place: int) -> Join:
        """What is left to match after one of them; the same each time."""
        if place not in self._rests:
            self._rests[place] = Join(self.steps[:place] + self.steps[place + 1 :])
        return self._rests[place]


@dataclass(frozen=True)
class Branches:
    """Plans of which any may: those of UNION."""

    plans: tuple[Plan, ...]


@dataclass(frozen=True)
class Maybe:
    """A plan that need not: that of OPTIONAL."""

    plan: Plan


@dataclass(frozen=True)
class Naming:
    """A BIND."""

    variable: str
    test: Test


@dataclass(frozen=True)
class Closed:
    """What is not looked up, with the variables in it."""

    names: _Names


Part: TypeAlias = Join | Branches | Maybe | Naming | Closed


@dataclass(frozen=True)
class Condition:
    """A FILTER, which can be tested when the variables that it ``waits`` for have been bound."""

    test: Test
    waits: _Names


@dataclass(frozen=True)
class Plan:
    """The parts of a group in order, the conditions on it, and all variables in it.

    Groups of the same ``text``, prefixes in full, are the same. One of its own patterns may be a
    long walk where it ``wanders``.
    """

    parts: tuple[Part, ...]
    conditions: tuple[Condition, ...]
    names: tuple[str, ...]
    text: str
    wanders: bool = False


@lru_cache(_TEXTS)
def plan_of(text: str) -> Plan:
    """The plan of a text that has been read before, and is in order."""
    query = read_once(text)
    return Plan((), (), (), "") if query.where is None else _Planner(query).plan(query.where)


class _Planner:
    """Reads the groups of one query."""

    def __init__(self, query: Query) -> None:
        self._query = query

    def plan(self, group: Group) -> Plan:
        """The plan of a group that is evaluated with what is known around it."""
        if group.select is not None:
            return self._made(group, (Closed(self._named(group)),), ())
        return self._plan(group, self._part, lambda _: True)

    def _nested(self, group: Group, around: _Names) -> Plan | None:
        """The plan of a group that is evaluated by itself; ``None`` unless that is all the same.

        It has nothing but triples and filters, and these see no variable from around it.
        """
        if group.select or not all(isinstance(e, Triples | Filter) for e in group.elements):
            return None
        blocks = [element for element in group.elements if isinstance(element, Triples)]
        own = _THIS.union(*(self._names(block) for block in blocks))

        def is_closed(found: Filter) -> bool:
            return self._names(found) & around <= own

        return self._plan(group, self._part, is_closed)

    def _plan(
        self,
        group: Group,
        part: Callable[[Element], Iterator[Part]],
        is_known: Callable[[Filter], bool],
    ) -> Plan:
        filters = [element for element in group.elements if isinstance(element, Filter)]
        others = [element for element in group.elements if not isinstance(element, Filter)]
        parts = tuple(found for element in others for found in part(element))
        bound = frozenset[str]().union(*map(self._names, others))
        read = self._expression
        conditions = tuple(
            Condition(read(found) if is_known(found) else unknown, self._names(found) & bound)
            for found in filters
        )
        return self._made(group, parts, conditions)

    def _made(
        self, group: Group, parts: tuple[Part, ...], conditions: tuple[Condition, ...]
    ) -> Plan:
        written = self._query.tokens_in(group.start, group.end)
        text = " ".join(
            self._query.iri(token.text) if token.kind is Kind.PNAME else token.text
            for token in written
        )
        joins = (part for part in parts if isinstance(part, Join))
        wanders = any(step.repeats for join in joins for step in join.steps)
        return Plan(parts, conditions, tuple(sorted(self._named(group))), text, wanders)

    def _expression(self, element: Filter | Bind) -> Test:
        return read_expression(self._query, element.expression, self.plan)

    def _part(self, element: Element) -> Iterator[Part]:
        match element:
            case Triples():
                yield from self._join(element)
                return
            case Union(groups=groups):
                branches = [self._nested(group, self._around(element)) for group in groups]
                plans = tuple(found for found in branches if found is not None)
                if len(plans) == len(groups):
                    yield Branches(plans)
                    return
            case Optional(group=group):
                inner = self._nested(group, self._around(element))
                if inner is not None:
                    yield Maybe(inner)
                    return
            case Bind():
                yield Naming(element.variable, self._expression(element))
                return
        yield Closed(self._names(element))

    def _join(self, block: Triples) -> Iterator[Part]:
        steps: list[Step] = []
        for statement in block.statements:
            try:
                steps += map(_step, patterns_of(self._query, statement))
            except NotFollowed:
                yield Closed(self._named(statement))
        yield Join(tuple(steps))

    def _names(self, element: Element) -> _Names:
        if isinstance(element, Bind):
            return frozenset({element.variable})
        return self._named(element)

    def _named(self, span: Span) -> _Names:
        return self._query.mentioned(span.start, span.end)

    def _around(self, element: Element) -> _Names:
        return self._query.mentioned_outside(element.start, element.end)


def _step(pattern: Pattern) -> Step:
    every = list(parts_of(pattern.path))
    return Step(
        _end(pattern.subject),
        pattern.path,
        _end(pattern.object),
        pattern.verb.name if pattern.verb is not None else None,
        backwards(pattern.path),
        pattern.variables,
        frozenset(predicates(pattern.path)),
        repeats=any(isinstance(part, ZeroOrMore | OneOrMore) for part in every),
        exact=not any(isinstance(part, AnyProperty) for part in every),
    )


def _end(place: Place) -> NamedNode | str | None:
    return place.name if isinstance(place, Variable) else place
