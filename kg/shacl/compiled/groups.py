"""Going through the groups of a query that somebody else wrote."""

from __future__ import annotations

from collections.abc import Iterator

from kg.sparql.reader.patterns import (
    Bind,
    Element,
    Exists,
    Filter,
    GraphPattern,
    Group,
    Minus,
    Optional,
    Select,
    Triples,
    Union,
)


def nested_groups(group: Group) -> Iterator[tuple[Element, Group]]:
    """The groups directly inside one, those of EXISTS left out, each with what it belongs to."""
    for element in group.elements:
        if isinstance(element, Union):
            for inner in element.groups:
                yield element, inner
        elif isinstance(element, Optional | GraphPattern | Minus):
            yield element, element.group


def exists_in(group: Group) -> Iterator[Exists]:
    """Every EXISTS directly in the filters and bindings of a group, and in its sub-select."""
    for element in group.elements:
        if isinstance(element, Filter | Bind):
            yield from element.expression.exists
    if group.select:
        for expression in group.select.expressions:
            yield from expression.exists


def all_groups(group: Group) -> Iterator[Group]:
    """A group and every group in it, at any depth, those of EXISTS and sub-selects too."""
    yield group
    for _, inner in nested_groups(group):
        yield from all_groups(inner)
    for exists in exists_in(group):
        yield from all_groups(exists.group)
    if group.select:
        yield from all_groups(group.select.where)


def sub_selects(group: Group) -> Iterator[Select]:
    """Every sub-select in a group."""
    for inner in all_groups(group):
        if inner.select:
            yield inner.select


def bound_directly(group: Group, name: str = "this") -> bool:
    """Whether a triple of the group itself binds a variable."""
    return any(
        (node.is_variable and node.text == name)
        for element in group.elements
        if isinstance(element, Triples)
        for statement in element.statements
        for node in (statement.subject, *(o for p in statement.properties for o in p.objects))
    )
