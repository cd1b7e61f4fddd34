"""EXISTS over one closure of a known node, made a look-up in the closure.

``EXISTS { ?x mlg:directlyDependsOn+ <c> }`` asks of each solution whether its ``?x`` is one of
the closure; where ``?x`` has no value, whether there is any.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.sparql.planner.edits import Edit
from kg.sparql.planner.indexed import STEP, IndexedClosures, from_known_end
from kg.sparql.planner.scopes import certain, scopes
from kg.sparql.planner.triples import triples_of
from kg.sparql.reader.patterns import Bind, Exists, Filter, Group, Triples
from kg.sparql.reader.queries import Query


def look_up_members(query: Query, closures: IndexedClosures) -> Iterator[Edit]:
    """Put a call in place of each such EXISTS in a FILTER or BIND."""
    for scope in scopes(query):
        if scope.graph is None:
            for element in scope.group.elements:
                if isinstance(element, Filter | Bind):
                    for exists in element.expression.exists:
                        yield from _called(query, closures, scope.group, exists)


def _called(
    query: Query, closures: IndexedClosures, group: Group, exists: Exists
) -> Iterator[Edit]:
    match exists.group.elements:
        case (Triples() as block,):
            triples = list(triples_of(block))
            known = from_known_end(query, triples[0]) if len(triples) == 1 else None
            if known:
                call = closures.membership(known)
                if known.far not in certain(query, group.elements):
                    found = "true" if closures.size(known) else "false"
                    call = f"IF(BOUND(?{known.far}), {call}, {found})"
                text = f"(!{call})" if exists.negated else f"({call})"
                yield Edit(STEP, ((exists.start, exists.end, text),))
