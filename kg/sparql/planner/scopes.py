"""The groups of a query, each with what holds inside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.sparql.reader.nodes import Node, Property, properties_in, properties_of
from kg.sparql.reader.patterns import (
    Bind,
    Element,
    Exists,
    Expression,
    Filter,
    GraphPattern,
    Group,
    Minus,
    Optional,
    Select,
    Triples,
    Union,
    Values,
)
from kg.sparql.reader.queries import Query


@dataclass(frozen=True)
class Scope:
    """A group; the ``GRAPH`` and the EXISTS it is in, and whether it is all of a SELECT.

    ``around`` is the group whose solutions the EXISTS is asked of, if it is one; ``optional``
    says whether it is that of an OPTIONAL. ``outer`` is the scope that the group stands in as
    (part of) the ``element``; there is none around a SELECT.
    """

    group: Group
    graph: Node | None = None
    exists: Exists | None = None
    around: Group | None = None
    whole: bool = False
    optional: bool = False
    outer: Scope | None = None
    element: Element | None = None


def scopes(query: Query) -> Iterator[Scope]:
    """Every group of the query, outer before inner."""
    if query.where is not None:
        yield from _inside(Scope(query.where, whole=True))
        yield from _in_expressions(query.expressions, Scope(query.where), None)


def _inside(scope: Scope) -> Iterator[Scope]:
    yield scope
    if scope.group.select is not None:
        yield from _in_select(scope.group.select, scope)
    for element in scope.group.elements:
        within = replace(scope, whole=False, optional=False, outer=scope, element=element)
        yield from _in_element(element, within, scope.group)


def _in_select(select: Select, scope: Scope) -> Iterator[Scope]:
    within = replace(
        scope, group=select.where, whole=True, optional=False, outer=None, element=None
    )
    yield from _inside(within)
    yield from _in_expressions(select.expressions, replace(scope, whole=False), None)


def _in_element(element: Element, scope: Scope, around: Group) -> Iterator[Scope]:
    match element:
        case Optional(group=group):
            yield from _inside(replace(scope, group=group, optional=True))
        case Minus(group=group):
            yield from _inside(replace(scope, group=group))
        case GraphPattern(group=group, name=name):
            yield from _inside(replace(scope, group=group, graph=name))
        case Union(groups=groups):
            for group in groups:
                yield from _inside(replace(scope, group=group))
        case Filter(expression=expression) | Bind(expression=expression):
            yield from _in_expressions((expression,), scope, around)


def _in_expressions(
    expressions: Sequence[Expression], scope: Scope, around: Group | None
) -> Iterator[Scope]:
    for expression in expressions:
        for exists in expression.exists:
            yield from _inside(replace(scope, group=exists.group, exists=exists, around=around))


def properties(group: Group) -> Iterator[Property]:
    """The properties stated in a group itself, in nested nodes too."""
    for element in group.elements:
        if isinstance(element, Triples):
            for statement in element.statements:
                yield from properties_of(statement.subject)
                for prop in statement.properties:
                    yield from properties_in(prop)


def certain(query: Query, elements: Sequence[Element]) -> frozenset[str]:
    """The variables that have a value in every solution of the elements joined."""
    return frozenset().union(*(_certain_in(query, element) for element in elements))


def _certain_in(query: Query, element: Element) -> frozenset[str]:
    match element:
        case Triples(start=start, end=end):
            return query.mentioned(start, end)
        case Union(groups=groups):
            found = [_certain_in_group(query, group) for group in groups]
            return found[0].intersection(*found[1:])
        case GraphPattern(group=group, name=name):
            bound = {name.text} if name.is_variable else set()
            return _certain_in_group(query, group) | bound
        case Values(variables=variables, rows=rows):
            columns = zip(variables, zip(*rows, strict=True), strict=True) if rows else ()
            return frozenset(name for name, column in columns if "" not in column)
        case Bind(constant=constant, variable=variable):
            return frozenset([variable]) if constant else frozenset()
    return frozenset()


def _certain_in_group(query: Query, group: Group) -> frozenset[str]:
    if group.select is None:
        return certain(query, group.elements)
    inside = _certain_in_group(query, group.select.where)
    projected = group.select.variables
    return inside if projected is None else inside & frozenset(projected)


def constants(elements: Sequence[Element]) -> dict[str, str]:
    """The variables to which VALUES or BIND give one IRI, and that IRI as written."""
    found: dict[str, str] = {}
    for element in elements:
        match element:
            case Values(variables=(variable,), rows=((str(iri),),)) if iri:
                found[variable] = iri
            case Bind(constant=str(iri), variable=variable):
                found[variable] = iri
    return found
