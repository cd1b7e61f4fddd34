"""FILTER (NOT) EXISTS over a closure, made a join or a MINUS, which are evaluated once.

A filter keeps or drops solutions by the variables that it shares with them. Where all of these
have a value in every solution, joining with their distinct values keeps the same solutions, each
once, and MINUS drops the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.sparql.planner.closures import closure
from kg.sparql.planner.edits import Edit
from kg.sparql.planner.scopes import certain, scopes
from kg.sparql.reader.patterns import Exists, Filter, Group, Triples
from kg.sparql.reader.queries import Query

STEP = "exists-closure"


def join_closures(query: Query) -> Iterator[Edit]:
    """Take each such filter out and put its pattern at the end of its group."""
    for scope in scopes(query):
        if scope.exists is None and scope.graph is None:
            for element in scope.group.elements:
                if isinstance(element, Filter) and element.expression.alone:
                    yield from _joined(query, scope.group, element)


def _joined(query: Query, group: Group, element: Filter) -> Iterator[Edit]:
    exists = element.expression.exists[0]
    inside = query.mentioned(element.start, element.end)
    shared = sorted(inside & query.mentioned_outside(element.start, element.end))
    if shared and _is_closure(query, exists) and certain(query, group.elements).issuperset(shared):
        body = query.text[exists.group.start : exists.group.end]
        names = " ".join(f"?{name}" for name in shared)
        new = f"MINUS {body}" if exists.negated else f"{{ SELECT DISTINCT {names} {body} }}"
        last = group.end - 1
        yield Edit(STEP, ((element.start, element.end, ""), (last, last, f" {new} ")))


def _is_closure(query: Query, exists: Exists) -> bool:
    """Whether the group is triple patterns alone, and one of them a closure."""
    match exists.group.elements:
        case (Triples() as block,) if block.is_plain:
            return any(
                closure(query, statement.subject, prop, target, {})
                for statement in block.statements
                for prop in statement.properties
                for target in prop.objects
            )
    return False
