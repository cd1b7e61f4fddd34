"""What becomes of solutions that are alike once a variable is left out: kept once, or counted.

``COUNT(?x)`` is the sum of the weights of rows without ``?x``; ``COUNT(DISTINCT ?x)``
of one group is how many values it had, where a group holds one row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

import numpy as np

from kg.sparql.planner.edits import fresh_variables
from kg.sparql.planner.scopes import Scope
from kg.sparql.planner.tables import Table
from kg.sparql.reader.queries import Query
from kg.sparql.tokens import Kind, Token

_AGGREGATES: Final = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_BY_CHANCE: Final = ("RAND", "UUID", "STRUUID", "BNODE")
_EXPANDED: Final = 100_000
"""Rows, repeated ones among them, that are handed over at most."""

Piece = tuple[int, int, str]


@dataclass(frozen=True)
class _Call:
    """An aggregate in the text: its name, whether over distinct values, and of which variable."""

    name: str
    distinct: bool
    variable: str
    start: int
    end: int


@dataclass(frozen=True)
class Counts:
    """How the rows of a table may be merged, and what the query has to say for it then.

    ``needed`` are the variables that rows have. ``weight`` and ``distinct`` name new ones, for the
    weights of rows and for the number of values of ``counted`` in each.
    """

    needed: tuple[str, ...]
    once: bool = False
    weight: str = ""
    distinct: str = ""
    counted: str = ""
    pieces: tuple[Piece, ...] = ()

    @classmethod
    def of(
        cls, query: Query, scope: Scope, variables: frozenset[str], mentions: Sequence[Token]
    ) -> Counts:
        """What a query allows for the variables of some patterns in one of its groups.

        ``mentions`` are those of them outside these patterns.
        """
        if query.projects_all:
            return cls(tuple(sorted(variables)))
        needed = tuple(sorted({token.text[1:] for token in mentions}))
        if scope.group is not query.where or _by_chance(query):
            return cls(needed)
        outside = [t for t in query.tokens if not scope.group.start <= t.start < scope.group.end]
        calls = list(_calls(outside))
        if not calls:
            grouped = any(token.is_word("GROUP", "HAVING") for token in outside)
            return cls(needed, once=grouped or query.form == "ASK" or _is_distinct(query))
        return _counting(query, scope, calls, variables, mentions) or cls(needed)

    @property
    def numbers(self) -> frozenset[str]:
        """The variables that hold numbers."""
        return frozenset({self.weight, self.distinct}) - {""}

    def table(self, table: Table) -> Table | None:
        """The rows, if there are not too many of them."""
        found = table.projected(self.needed)
        once = np.ones(len(found), np.int64)
        if self.once:
            return Table(found.columns, once)
        if not self.pieces:
            return found if found.weights.sum() <= _EXPANDED else None
        columns = dict(found.columns)
        if self.distinct:
            values = table.projected((*self.needed, self.counted))
            each = Table(values.columns, np.ones(len(values), np.int64))
            columns[self.distinct] = each.projected(self.needed).weights
        if self.weight:
            columns[self.weight] = found.weights
        return Table(columns, once)


def _counting(
    query: Query,
    scope: Scope,
    calls: Sequence[_Call],
    variables: frozenset[str],
    mentions: Sequence[Token],
) -> Counts | None:
    """The aggregates in terms of weights, where all of them can be said so."""
    if not all(_is_told(call, variables) for call in calls):
        return None
    counts = [call for call in calls if call.name == "COUNT"]
    mentioned = frozenset(token.text[1:] for token in mentions)
    spare = mentioned - {
        t.text[1:] for t in mentions if not any(_within(t.start, c) for c in counts)
    }
    several = {call.variable for call in calls if call.distinct}
    distinct = {call.variable for call in calls if call.distinct and call.variable in spare}
    needed = mentioned - spare
    if several != distinct or len(distinct) > 1 or not needed <= _keys(query, scope):
        needed |= several & variables
        distinct = set()
    fresh = fresh_variables(query, "number")
    weight, number = next(fresh), next(fresh)
    told = [(call, _told(call, weight, number, distinct)) for call in calls]
    pieces = tuple((call.start, call.end, text) for call, text in told if text)
    if not pieces:
        return Counts(tuple(sorted(needed)), once=True)
    return Counts(
        tuple(sorted(needed)),
        weight=weight if any(weight in text for _, _, text in pieces) else "",
        distinct=number if distinct else "",
        counted="".join(distinct),
        pieces=pieces,
    )


def _is_told(call: _Call, variables: frozenset[str]) -> bool:
    """Whether an aggregate can be said over weighted rows: it is blind to them, or counts them."""
    if call.name == "COUNT":
        return call.variable != "*" if call.distinct else call.variable in {*variables, "*"}
    return call.name in ("MIN", "MAX")


def _told(call: _Call, weight: str, number: str, distinct: set[str]) -> str:
    if call.name != "COUNT" or (call.distinct and call.variable not in distinct):
        return ""
    return f"COALESCE(MAX(?{number}), 0)" if call.distinct else f"SUM(?{weight})"


def _within(place: int, call: _Call) -> bool:
    return call.start <= place < call.end


def _keys(query: Query, scope: Scope) -> frozenset[str]:
    """The variables that solutions are grouped by as they are."""
    after = iter([token for token in query.tokens if token.start >= scope.group.end])
    if not any(token.is_word("GROUP") for token in after):
        return frozenset()
    next(after)  # BY
    names = takewhile(lambda token: token.kind is Kind.VAR, after)
    return frozenset(token.text[1:] for token in names)


def _calls(tokens: Sequence[Token]) -> Iterator[_Call]:
    """The aggregates among tokens; one over more than a variable has none."""
    for place, token in enumerate(tokens):
        if token.is_word(*_AGGREGATES):
            rest = list(tokens[place + 1 : place + 5])
            distinct = len(rest) > 1 and rest[1].is_word("DISTINCT")
            if distinct:
                del rest[1]
            variable = ""
            if len(rest) > 2 and rest[0].is_op("(") and rest[2].is_op(")"):
                variable = rest[1].text.lstrip("?$") if _is_simple(rest[1]) else ""
            end = rest[2].end if variable else token.end
            yield _Call(token.text.upper(), distinct, variable, token.start, end)


def _is_simple(token: Token) -> bool:
    return token.kind is Kind.VAR or token.is_op("*")


def _is_distinct(query: Query) -> bool:
    place = next(n for n, token in enumerate(query.tokens) if token.is_word(query.form))
    return query.form == "SELECT" and query.tokens[place + 1].is_word("DISTINCT")


def _by_chance(query: Query) -> bool:
    return any(token.is_word(*_BY_CHANCE) for token in query.tokens)
