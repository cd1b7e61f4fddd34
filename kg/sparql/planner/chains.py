"""EXISTS over several joined patterns, made a chain of EXISTS over one each.

The engine evaluates the join inside EXISTS as a whole for every solution outside; a single
pattern it looks up. ``EXISTS { a . b }`` is ``EXISTS { a FILTER EXISTS { b } }`` when what b
shares with anything else, a gives it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kg.sparql.planner.edits import Edit, fresh_variables
from kg.sparql.planner.scopes import Scope, certain, scopes
from kg.sparql.planner.steps import steps
from kg.sparql.reader.nodes import Node
from kg.sparql.reader.paths import Path
from kg.sparql.reader.patterns import Triples
from kg.sparql.reader.queries import Query

STEP = "exists-chain"


@dataclass(frozen=True)
class _Pattern:
    text: str
    variables: frozenset[str]


def chain_exists(query: Query) -> Iterator[Edit]:
    """Chain the patterns of each EXISTS that has several."""
    fresh = fresh_variables(query)
    for scope in scopes(query):
        if scope.exists is not None and scope.exists.group is scope.group:
            yield from _chained(query, scope, fresh)


def _chained(query: Query, scope: Scope, fresh: Iterator[str]) -> Iterator[Edit]:
    group = scope.group
    match group.elements:
        case (Triples() as block,) if block.is_plain and _closed(query, scope):
            outside = query.mentioned_outside(group.start, group.end)
            patterns = _order(list(_patterns(query, block, fresh)), outside)
            if len(patterns) > 1:
                yield Edit(STEP, ((group.start, group.end, _nested(patterns)),))


def _closed(query: Query, scope: Scope) -> bool:
    """Whether what the group shares with the rest has a value in each solution it is asked of.

    Else the engine may fill it from further out, or not, by how it joins.
    """
    if scope.around is None or scope.graph is not None:
        return False
    start, end = scope.group.start, scope.group.end
    shared = query.mentioned(start, end) & query.mentioned_outside(start, end)
    return shared <= certain(query, scope.around.elements)


def _patterns(query: Query, block: Triples, fresh: Iterator[str]) -> Iterator[_Pattern]:
    """Single patterns, sequences taken apart."""
    for statement in block.statements:
        for prop in statement.properties:
            for target in prop.objects:
                yield from _taken_apart(query, statement.subject, prop.verb, target, fresh)


def _taken_apart(
    query: Query, subject: Node, verb: Path | Node, target: Node, fresh: Iterator[str]
) -> Iterator[_Pattern]:
    texts = [query.text[node.start : node.end] for node in (subject, target)]
    if isinstance(verb, Node):
        yield _pattern(texts[0], f"?{verb.text}", texts[1])
        return
    parts = steps(query.text, verb)
    ends = [texts[0], *(f"?{next(fresh)}" for _ in parts[1:]), texts[1]]
    for (near, far), part in zip(pairwise(ends), parts, strict=True):
        yield _pattern(near, part.text, far)


def _pattern(*texts: str) -> _Pattern:
    return _Pattern(" ".join(texts), frozenset(t[1:] for t in texts if t[0] in "?$"))


def _order(patterns: list[_Pattern], outside: frozenset[str]) -> list[_Pattern]:
    """The patterns so that each gets what it shares from the one before; empty if there is none."""
    ordered: list[_Pattern] = []
    seen = outside
    while patterns:
        given = ordered[-1].variables if ordered else None
        for pattern in patterns:
            shared = pattern.variables & seen
            if shared and (given is None or shared <= given):
                break
        else:
            return []
        patterns.remove(pattern)
        ordered.append(pattern)
        seen |= pattern.variables
    return ordered


def _nested(patterns: list[_Pattern]) -> str:
    text = ""
    for pattern in reversed(patterns):
        text = f"{{ {pattern.text} FILTER EXISTS {text} }}" if text else f"{{ {pattern.text} }}"
    return text
