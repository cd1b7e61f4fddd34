"""Telling by look-ups that a node conforms, constraint by constraint.

What is true here the engine need not be asked. What is not told (``None``) is left to it, and so
is what a look-up finds wrong: results are the engine's alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import Final, TypeAlias

from kg.namespaces import RDF, XSD
from kg.shacl.affected.finder import Finder
from kg.shacl.affected.focus import stored
from kg.shacl.affected.values import Open, Truth, compared, key_of
from kg.shacl.affected.walker import Walked
from kg.shacl.components.base import ValueConstraint
from kg.shacl.components.class_ import Class
from kg.shacl.components.count import MaxCount, MinCount
from kg.shacl.components.datatype import Datatype
from kg.shacl.components.has_value import HasValue
from kg.shacl.components.in_ import In
from kg.shacl.components.logical import ShapeConstraint
from kg.shacl.components.node_kind import NodeKind
from kg.shacl.components.pattern import Pattern
from kg.shacl.components.property import Property
from kg.shacl.components.property_pair import LessThan, LessThanOrEquals
from kg.shacl.components.sparql import Sparql
from kg.shacl.components.string_length import MinLength
from kg.shacl.components.value_range import MaxInclusive, MinInclusive
from kg.shacl.model.paths import Predicate
from kg.shacl.model.shape import Constraint, Shape
from kg.terms import BlankNode, Literal, NamedNode, Term

Classes: TypeAlias = Callable[[NamedNode], Iterable[NamedNode]]
"""Gives a class and all below it."""

Texts: TypeAlias = Callable[[Sparql, Shape], str]
"""Gives the text of a constraint at a shape, which is in order."""

_CHECKED: Final = (XSD.string, XSD.boolean, XSD.integer, XSD.decimal, XSD.date, XSD.dateTime)
_KINDS: Final = MappingProxyType({NamedNode: "IRI", BlankNode: "blank node", Literal: "literal"})
_ORDERS: Final[Mapping[type[Constraint], str]] = MappingProxyType(
    {MinInclusive: ">=", MaxInclusive: "<=", LessThan: "<", LessThanOrEquals: "<="}
)
_TYPE: Final = Predicate(RDF.type)
PLAIN: Final = re.compile(r"\^?(?:[\w ]|\\[rnt]|\[(?:[\w ]|\\[rnt])+\])+", re.ASCII)
"""Regular expressions that mean the same to every engine: letters, and sets of letters."""
_MANY: Final = 6
"""Shapes of which what may be true of each is gone through."""


class Conforming:
    """Asks shapes about single nodes of a store as it stands."""

    def __init__(self, finder: Finder, classes: Classes, texts: Texts) -> None:
        self._finder = finder
        self._walker = finder.solver.walker
        self._classes = classes
        self._texts = texts
        self._lacks: dict[tuple[Term, Term, Term], bool] = {}

    def shape(self, shape: Shape, node: Term) -> Truth:
        """Whether a node conforms to a shape."""
        if shape.deactivated:
            return True
        return _all(self.constraint(constraint, shape, node) for constraint in shape.constraints)

    def constraint(self, constraint: Constraint, shape: Shape, node: Term) -> Truth:
        """Whether a focus node of a shape has no result by one of its constraints."""
        if isinstance(constraint, Sparql):
            return True if self._lacking(constraint, shape, node) else None
        values = self._values(shape, node)
        number = len(values.nodes)
        match constraint:
            case MinCount(count):
                return _with_more(number >= count, values, better=True)
            case MaxCount(count):
                return _with_more(number <= count, values, better=False)
            case HasValue(term):
                return _with_more(stored(term) in values.nodes, values, better=True)
            case ValueConstraint() | Property():
                found = _all(self._value(constraint, value) for value in values.nodes)
                return _with_more(found, values, better=False)
            case LessThan(predicate):
                others = self._walker.walk(Predicate(predicate), node)
                mark = _ORDERS[type(constraint)]
                found = _all(_is(mark, *pair) for pair in product(values.nodes, others.nodes))
                return _with_more(_with_more(found, values, better=False), others, better=False)
        return None

    def _lacking(self, constraint: Sparql, shape: Shape, node: Term) -> bool:
        key = (constraint.node, shape.node, node)
        if key not in self._lacks:
            self._lacks[key] = self._finder.lacks(self._texts(constraint, shape), [node])
        return self._lacks[key]

    def _values(self, shape: Shape, node: Term) -> Walked:
        if shape.path is None:
            return Walked(frozenset({node}), True)
        return self._walker.walk(shape.path, node)

    def _value(self, constraint: Constraint, value: Term) -> Truth:
        """Whether a value node keeps a constraint."""
        match constraint:
            case Property(member):
                return self.shape(member, value)
            case ShapeConstraint(members):
                return self._by_members(constraint, [self.shape(each, value) for each in members])
            case Class(cls):
                types = self._walker.walk(_TYPE, value)
                found = not types.nodes.isdisjoint(self._classes(cls))
                return _with_more(found, types, better=True)
            case NodeKind(kinds):
                return _KINDS[type(value)] in kinds
            case In(members):
                return value in {stored(member) for member in members}
            case Datatype(datatype) if datatype in _CHECKED:
                return _is_of(datatype, value)
            case MinLength(length) if not isinstance(value, BlankNode):
                return len(value.value) >= length
            case Pattern(pattern, flags) if not flags.value and not isinstance(value, BlankNode):
                read = plain_pattern(pattern.value)
                return None if read is None else read.search(value.value) is not None
            case MinInclusive(bound) | MaxInclusive(bound):
                return _is(_ORDERS[type(constraint)], value, bound)
        return None

    def _by_members(self, constraint: ShapeConstraint, kept: Sequence[Truth]) -> Truth:
        """What a condition on other shapes comes to, whatever is true of those not told."""
        if kept.count(None) > _MANY:
            return None
        choices = product(*((True, False) if each is None else (each,) for each in kept))
        found = {not constraint.wrong([not each for each in choice]) for choice in choices}
        return found.pop() if len(found) == 1 else None


@lru_cache(1_000)
def plain_pattern(pattern: str) -> re.Pattern[str] | None:
    """A regular expression that is read alike everywhere."""
    return re.compile(pattern) if PLAIN.fullmatch(pattern) else None


def _with_more(found: Truth, values: Walked, *, better: bool) -> Truth:
    """What is told of some values where there may be more, which make it better or worse."""
    return found if values.whole or found is better else None


def _all(found: Iterable[Truth]) -> Truth:
    told: Truth = True
    for each in found:
        if each is False:
            return False
        if each is None:
            told = None
    return told


def _is(mark: str, left: Term, right: Term) -> Truth:
    found = compared(mark, left, right)
    return None if isinstance(found, Open) else found


def _is_of(datatype: NamedNode, value: Term) -> Truth:
    """Whether a value is a well-typed literal of a datatype; others may be held as another."""
    if not isinstance(value, Literal):
        return False
    return True if value.datatype == datatype and key_of(value) is not None else None
