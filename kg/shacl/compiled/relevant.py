"""The part of a group that says which values one of its variables may have.

It is what hangs together with the variable and does not mention another one: patterns that every
solution of the group meets, and conditions on what these bind, EXISTS included. It may leave too
many values, never too few.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kg.sparql.planner.scopes import certain
from kg.sparql.planner.triples import text_without, triples_of
from kg.sparql.reader.nodes import Node, Property, properties_in, properties_of
from kg.sparql.reader.paths import is_recursive
from kg.sparql.reader.patterns import Bind, Element, Filter, Group, Triples, Union, Values
from kg.sparql.reader.queries import Query

_UNSTEADY: Final = ("RAND", "UUID", "STRUUID", "BNODE", "NOW")


@dataclass(frozen=True)
class _Part:
    """A piece of the group: its text, the variables in it, and those that it surely binds."""

    text: str
    variables: frozenset[str]
    certain: frozenset[str]
    constant: bool = False


def relevant(query: Query, group: Group, variable: str, without: str) -> str | None:
    """A group graph pattern, without braces, for the values of a variable.

    ``None`` where what does not mention ``without`` does not bind the variable. Paths of any
    length are left out, for the engine would walk them from everywhere.
    """
    patterns = [p for p in _patterns(query, group) if without not in p.variables]
    chosen = [part for part in patterns if part.constant]
    left = [part for part in patterns if not part.constant]
    known = {variable}
    while near := [part for part in left if part.variables & known]:
        chosen += near
        known = known.union(*(part.variables for part in near))
        left = [part for part in left if part not in near]
    bound = frozenset[str]().union(*(part.certain for part in chosen))
    if variable not in bound:
        return None
    conditions = _conditions(query, group, bound)
    return " ".join([*(part.text for part in chosen), *conditions])


def _patterns(query: Query, group: Group) -> Iterator[_Part]:
    for element in group.elements:
        match element:
            case Triples():
                yield from _triples(query, element)
            case Values():
                yield _whole(query, element, constant=True)
            case Union() if _stands_alone(query, element):
                yield _whole(query, element, constant=_is_constant(element))


def _triples(query: Query, block: Triples) -> Iterator[_Part]:
    for statement in block.statements:
        alone = Triples(statement.start, statement.end, (statement,), statement.end)
        if statement.is_plain:
            triples = list(triples_of(alone))
            for triple in triples:
                if not _recurs(triple.property.verb):
                    others = {other for other in triples if other != triple}
                    text = text_without(query, alone, others)
                    nodes = (triple.subject, triple.property.verb, triple.object)
                    told = (query.mentioned(node.start, node.end) for node in nodes)
                    variables = frozenset[str]().union(*told)
                    yield _Part(f"{text} .", variables, variables)
        elif not any(_recurs(prop.verb) for prop in _properties(alone)):
            part = _whole(query, alone)
            yield _Part(f"{part.text} .", part.variables, part.certain)


def _properties(block: Triples) -> Iterator[Property]:
    for statement in block.statements:
        yield from properties_of(statement.subject)
        for prop in statement.properties:
            yield from properties_in(prop)


def _recurs(verb: object) -> bool:
    return not isinstance(verb, Node) and is_recursive(verb)  # type: ignore[arg-type]


def _whole(query: Query, element: Element, *, constant: bool = False) -> _Part:
    text = query.text[element.start : element.end]
    variables = query.mentioned(element.start, element.end)
    return _Part(text, variables, certain(query, [element]), constant)


def _is_constant(union: Union) -> bool:
    """Whether it is but data, such as the settings of rules."""
    elements = [element for group in union.groups for element in group.elements]
    return bool(elements) and all(isinstance(element, Values) for element in elements)


def _stands_alone(query: Query, union: Union) -> bool:
    """Whether it has the same solutions in another group: no expression in it looks out.

    The engine shows such an expression the values of the groups around, or does not, by its plan.
    """
    if any(token.is_word(*_UNSTEADY) for token in query.tokens_in(union.start, union.end)):
        return False
    around = query.mentioned_outside(union.start, union.end)
    return all(_is_closed(query, group, around) for group in union.groups)


def _is_closed(query: Query, group: Group, around: frozenset[str]) -> bool:
    if group.select is not None:
        return _is_closed(query, group.select.where, around)
    own = certain(query, group.elements)
    return all(_closed_element(query, element, around, own) for element in group.elements)


def _closed_element(
    query: Query, element: Element, around: frozenset[str], own: frozenset[str]
) -> bool:
    match element:
        case Triples():
            return not any(_recurs(prop.verb) for prop in _properties(element))
        case Values():
            return True
        case Filter() | Bind():
            return query.mentioned(element.start, element.end) & around <= own
        case Union(groups=groups):
            return all(_is_closed(query, group, around) for group in groups)
    return False


def _conditions(query: Query, group: Group, bound: frozenset[str]) -> Iterator[str]:
    """The filters on what is bound: nothing else in them can have a value in the whole group."""
    patterns = [element for element in group.elements if not isinstance(element, Filter)]
    binding = frozenset[str]().union(*(_mentioned(query, patterns)))
    for element in group.elements:
        if isinstance(element, Filter):
            mentioned = query.mentioned(element.start, element.end)
            tokens = query.tokens_in(element.start, element.end)
            steady = not any(token.is_word(*_UNSTEADY) for token in tokens)
            if steady and mentioned & bound and mentioned & binding <= bound:
                yield query.text[element.start : element.end]


def _mentioned(query: Query, elements: Sequence[Element]) -> Iterator[frozenset[str]]:
    for element in elements:
        yield query.mentioned(element.start, element.end)
