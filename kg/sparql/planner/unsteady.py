"""Queries whose answer, in Oxigraph 0.5, hangs on how it joins: their plan is left to the engine.

A filter in a nested group sees that group alone (SPARQL 1.1, 18.2.2). The engine shows it the
values of the groups around, or does not, by the kind of join it chooses. A negated property set
has a solution for each predicate, or one in all where both of its ends are bound already. And
sub-selects, VALUES, MINUS and EXISTS inside GRAPH of a variable lose sight of it.
"""

from __future__ import annotations

from kg.sparql.planner.scopes import Scope, properties, scopes
from kg.sparql.reader.nodes import Node
from kg.sparql.reader.paths import Negated, parts_of
from kg.sparql.reader.patterns import Bind, Filter, Minus, Values
from kg.sparql.reader.queries import Query


def unsteady(query: Query) -> bool:
    """Whether the query has anything of the kind."""
    return _negates(query) or any(
        _loses_graph(scope) or _looks_out(query, scope) for scope in scopes(query)
    )


def _loses_graph(scope: Scope) -> bool:
    if scope.graph is None or not scope.graph.is_variable:
        return False
    lost = any(isinstance(element, Minus | Values) for element in scope.group.elements)
    return lost or scope.group.select is not None or scope.exists is not None


def _negates(query: Query) -> bool:
    verbs = (prop.verb for scope in scopes(query) for prop in properties(scope.group))
    return any(
        isinstance(part, Negated)
        for verb in verbs
        if not isinstance(verb, Node)
        for part in parts_of(verb)
    )


def _looks_out(query: Query, scope: Scope) -> bool:
    if scope.group is query.where or scope.optional:
        return False
    around = query.mentioned_outside(scope.group.start, scope.group.end)
    own: frozenset[str] = frozenset()
    expressions: frozenset[str] = frozenset()
    for element in scope.group.elements:
        if isinstance(element, Filter | Bind):
            expressions |= query.mentioned(element.expression.start, element.expression.end)
        else:
            own |= query.mentioned(element.start, element.end)
        if isinstance(element, Bind):
            own |= {element.variable}
    return bool((expressions & around) - own)
