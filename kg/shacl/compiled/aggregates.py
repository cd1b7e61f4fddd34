"""Which solution modifiers mean the same for all focus nodes as for each by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kg.shacl.compiled.errors import NotCompiled
from kg.shacl.compiled.groups import sub_selects
from kg.sparql.reader.patterns import Group, Union
from kg.sparql.reader.queries import Query
from kg.sparql.tokens import Kind, Token

_COUNTING: Final = ("COUNT", "SUM", "AVG", "GROUP_CONCAT")
_AGGREGATES: Final = (*_COUNTING, "MIN", "MAX", "SAMPLE")


def check_modifiers(query: Query, where: Group, merged: bool) -> None:
    """Raise :class:`NotCompiled` for LIMIT, and for aggregates that are not by focus node.

    Where a triple may be answered once for each graph that holds it (not ``merged``), what
    counts has to count distinct values, or the rows of a SELECT DISTINCT.
    """
    for tokens, group in _levels(query, where):
        if any(token.is_word("LIMIT", "OFFSET") for token in tokens):
            raise NotCompiled("LIMIT and OFFSET are about one focus node at a time")
        aggregates = [i for i, token in enumerate(tokens) if token.is_word(*_AGGREGATES)]
        if aggregates and "this" not in _grouped_by(tokens):
            raise NotCompiled("its aggregates are not grouped by $this")
        counting = [i for i in aggregates if tokens[i].is_word(*_COUNTING)]
        if all(_distinct(tokens, index) for index in counting) or merged:
            continue
        if not _of_distinct_rows(query, group):
            raise NotCompiled("it counts triples that several graphs may hold")


def cuts_or_counts(query: Query, where: Group) -> bool:
    """Whether a pattern has a sub-select with LIMIT, OFFSET or aggregates in it."""
    tokens = query.tokens_in(where.start, where.end)
    return any(token.is_word("LIMIT", "OFFSET", *_AGGREGATES) for token in tokens)


def aggregates(query: Query) -> bool:
    """Whether a query has an aggregate anywhere."""
    return any(token.is_word(*_AGGREGATES) for token in query.tokens)


def _levels(query: Query, where: Group) -> Iterator[tuple[list[Token], Group]]:
    """The tokens of each SELECT outside its pattern, and the pattern."""
    spans = [(0, len(query.text), where)]
    spans += [(select.start, select.end, select.where) for select in sub_selects(where)]
    for start, end, group in spans:
        tokens = [
            token
            for token in query.tokens
            if start <= token.start < group.start or group.end <= token.start < end
        ]
        yield tokens, group


def _of_distinct_rows(query: Query, group: Group) -> bool:
    """Whether a pattern is nothing but a SELECT DISTINCT."""
    if group.select:
        keyword = next(t for t in query.tokens if t.start > group.select.start)
        return keyword.is_word("DISTINCT")
    if len(group.elements) == 1 and isinstance(group.elements[0], Union):
        groups = group.elements[0].groups
        return len(groups) == 1 and _of_distinct_rows(query, groups[0])
    return False


def _grouped_by(tokens: Sequence[Token]) -> set[str]:
    found: set[str] = set()
    for index, token in enumerate(tokens):
        if token.is_word("BY") and tokens[index - 1].is_word("GROUP"):
            for following in tokens[index + 1 :]:
                if following.kind is not Kind.VAR:
                    break
                found.add(following.text[1:])
    return found


def _distinct(tokens: Sequence[Token], index: int) -> bool:
    return len(tokens) > index + 2 and tokens[index + 2].is_word("DISTINCT")
