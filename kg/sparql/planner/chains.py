"""EXISTS over several joined patterns, made nested EXISTS over one each.

The engine evaluates the join inside EXISTS as a whole for every solution outside; a single
pattern it looks up. ``EXISTS { a . b }`` is ``EXISTS { a FILTER EXISTS { b } }``: the inner one
is asked of each solution of the outer one, whose values it sees. A pattern stands inside the
first that gives it what it shares, so that two that have nothing to do with each other are asked
one after the other and not one for each solution of the other; a filter where its variables are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kg.sparql.planner.edits import Edit, fresh_variables
from kg.sparql.planner.scopes import Scope, certain, scopes
from kg.sparql.planner.steps import steps
from kg.sparql.reader.nodes import Node
from kg.sparql.reader.paths import Path
from kg.sparql.reader.patterns import Filter, Triples
from kg.sparql.reader.queries import Query

STEP = "exists-chain"


@dataclass(frozen=True)
class _Pattern:
    text: str
    variables: frozenset[str]


@dataclass
class _Level:
    """A pattern with what stands inside it; ``visible`` are the variables with values there."""

    pattern: _Pattern
    visible: frozenset[str]
    filters: list[str] = field(default_factory=list)
    inner: list[_Level] = field(default_factory=list)

    def __str__(self) -> str:
        within = "".join(f" FILTER EXISTS {level}" for level in self.inner)
        return f"{{ {self.pattern.text} {' '.join(self.filters)}{within} }}"


def chain_exists(query: Query) -> Iterator[Edit]:
    """Nest the patterns of each EXISTS that has several."""
    fresh = fresh_variables(query)
    for scope in scopes(query):
        if scope.exists is not None and scope.exists.group is scope.group:
            yield from _chained(query, scope, fresh)


def _chained(query: Query, scope: Scope, fresh: Iterator[str]) -> Iterator[Edit]:
    group = scope.group
    blocks = [e for e in group.elements if isinstance(e, Triples) and e.is_plain]
    filters = [e for e in group.elements if isinstance(e, Filter)]
    if len(blocks) + len(filters) < len(group.elements) or not _closed(query, scope, blocks):
        return
    patterns = [p for block in blocks for p in _patterns(query, block, fresh)]
    if len(patterns) < 2:
        return
    outside = query.mentioned_outside(group.start, group.end)
    conditions = [
        _Pattern(query.text[f.start : f.end], query.mentioned(f.start, f.end)) for f in filters
    ]
    nested = _nested(patterns, conditions, outside)
    if nested is not None:
        yield Edit(STEP, ((group.start, group.end, str(nested)),))


def _closed(query: Query, scope: Scope, blocks: Sequence[Triples]) -> bool:
    """Whether what the patterns share with the rest has a value in each solution they are asked of.

    Else the engine may fill it from further out, or not, by how it joins.
    """
    if scope.around is None or scope.graph is not None:
        return False
    start, end = scope.group.start, scope.group.end
    inside = frozenset[str]().union(*(query.mentioned(b.start, b.end) for b in blocks))
    return inside & query.mentioned_outside(start, end) <= certain(query, scope.around.elements)


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


def _nested(
    patterns: Sequence[_Pattern], filters: Sequence[_Pattern], outside: frozenset[str]
) -> _Level | None:
    """The outermost level; ``None`` where the patterns do not hang together."""
    ordered = _order(list(patterns), outside)
    if not ordered:
        return None
    return _placed(ordered, filters, outside, line=False) or _placed(
        ordered, filters, outside, line=True
    )


def _order(patterns: list[_Pattern], outside: frozenset[str]) -> list[_Pattern]:
    """The patterns so that each shares a variable with those before; empty if there is no way."""
    ordered: list[_Pattern] = []
    seen = outside
    while patterns:
        found = next((pattern for pattern in patterns if pattern.variables & seen), None)
        if found is None:
            return []
        patterns.remove(found)
        ordered.append(found)
        seen |= found.variables
    return ordered


def _placed(
    patterns: Sequence[_Pattern],
    filters: Sequence[_Pattern],
    outside: frozenset[str],
    *,
    line: bool,
) -> _Level | None:
    """Each pattern in the first level that shows it what it shares, or in a ``line`` in the last.

    ``None`` where a filter looks at what no level shows together.
    """
    own = frozenset[str]().union(*(pattern.variables for pattern in patterns)) - outside
    levels: list[_Level] = []
    seen = outside
    for pattern in patterns:
        if not levels:
            levels.append(_Level(pattern, pattern.variables))
        else:
            shared = pattern.variables & (seen - outside)
            above = levels[-1] if line else _first(levels, shared)
            if above is None:
                return None
            levels.append(_Level(pattern, above.visible | pattern.variables))
            above.inner.append(levels[-1])
        seen |= pattern.variables
    for condition in filters:
        place = _first(levels, condition.variables & own)
        if place is None:
            return None
        place.filters.append(condition.text)
    return levels[0]


def _first(levels: Sequence[_Level], variables: frozenset[str]) -> _Level | None:
    return next((level for level in levels if variables <= level.visible), None)
