"""Blank nodes at the ends of recursive paths, given a name.

In a pattern a blank node is a variable that nobody sees. A sub-select can hand on only what has
a name, so those that a path begins or ends at become variables, unless ``*`` would show them.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.sparql.planner.edits import Edit, fresh_variables
from kg.sparql.planner.scopes import scopes
from kg.sparql.reader.nodes import Node, NodeKind, Property, Statement, properties_of
from kg.sparql.reader.paths import is_recursive
from kg.sparql.reader.patterns import Triples
from kg.sparql.reader.queries import Query
from kg.sparql.tokens import Kind

STEP = "blank-node"


def name_blanks(query: Query) -> Iterator[Edit]:
    """Name one blank node of each statement that has a recursive path at one."""
    if query.projects_all:
        return
    fresh = fresh_variables(query)
    for scope in scopes(query):
        for block in scope.group.elements:
            if isinstance(block, Triples):
                for statement in block.statements:
                    edit = _named(query, statement, fresh)
                    if edit is not None:
                        yield edit


def _named(query: Query, statement: Statement, fresh: Iterator[str]) -> Edit | None:
    for prop in statement.properties:
        recursive = _recurs(prop)
        for node in (statement.subject, *prop.objects):
            if recursive and node.kind is NodeKind.BLANK:
                return _as_variable(query, node, next(fresh))
            inside = any(_recurs(inner) for inner in properties_of(node))
            if node.kind is NodeKind.PROPERTIES and (recursive or inside):
                return _taken_out(query, statement, node, next(fresh))
    subject = statement.subject
    alone = subject.kind is NodeKind.PROPERTIES and not statement.properties
    if alone and any(map(_recurs, properties_of(subject))):
        return _taken_out(query, statement, subject, next(fresh))
    return None


def _recurs(prop: Property) -> bool:
    return not isinstance(prop.verb, Node) and is_recursive(prop.verb)


def _as_variable(query: Query, node: Node, name: str) -> Edit:
    """All mentions of a label; without one the node itself."""
    places = [(node.start, node.end)]
    if node.text and query.where is not None:
        tokens = query.tokens_in(query.where.start, query.where.end)
        labels = [token for token in tokens if token.kind is Kind.BLANK]
        places = [(token.start, token.end) for token in labels if token.text == node.text]
    return Edit(STEP, tuple((start, end, f"?{name}") for start, end in places))


def _taken_out(query: Query, statement: Statement, node: Node, name: str) -> Edit:
    """``[ … ]`` made a variable, and its properties a statement of their own."""
    inner = query.text[node.start + 1 : node.end - 1]
    own = f"?{name} {inner}"
    if node is statement.subject and not statement.properties:
        return Edit(STEP, ((node.start, node.end, own),))
    end = statement.end
    return Edit(STEP, ((node.start, node.end, f"?{name}"), (end, end, f" . {own}")))
