"""Reading serialised query results back into terms, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, parse_query_results

from kg.store.base import GraphStore, QueryResult
from kg.terms import Term


@dataclass(frozen=True)
class Solutions:
    """The answer of a SELECT: its variables and, read as they are asked for, its rows."""

    variables: tuple[str, ...]
    rows: Iterator[tuple[Term | None, ...]]


def read_solutions(source: IO[bytes]) -> Solutions | bool:
    """The answer of a SELECT or ASK in SPARQL 1.1 Query Results JSON Format.

    Whatever ``source.read`` raises is passed on while rows are read.
    """
    parsed = parse_query_results(source, format=QueryResultsFormat.JSON)
    if isinstance(parsed, QueryBoolean):
        return bool(parsed)
    return Solutions(tuple(v.value for v in parsed.variables), _rows(parsed))


def _rows(solutions: QuerySolutions) -> Iterator[tuple[Term | None, ...]]:
    variables = solutions.variables
    for solution in solutions:
        yield tuple(solution[variable] for variable in variables)


def first_column(result: QueryResult) -> list[Term | None]:
    """The values of the first variable of a SELECT's answer, ``None`` where it has none."""
    if not isinstance(result, QuerySolutions):
        raise TypeError("only a SELECT has columns")
    return [row[0] for row in _rows(result)]


def select(store: GraphStore, text: str) -> Solutions:
    """The answer of a store to a SELECT."""
    result = store.query(text)
    if not isinstance(result, QuerySolutions):
        raise TypeError("not a SELECT")
    return Solutions(tuple(v.value for v in result.variables), map(tuple, result))
