"""Query answers as tables on a page: the first rows, and whether there are more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Final, cast

from kg.sparql.executor import Answer, QueryRequest
from kg.sparql.prologue import query_form
from kg.sparql.results import format_named
from kg.store.solutions import read_solutions
from kg.terms import RdfFormat, parse
from kg.web.cells import Cell, cell
from kg.web.site import Site

_STATEMENT: Final = ("subject", "predicate", "object")


@dataclass(frozen=True)
class Table:
    """The answer of a query; ``answer`` is that of an ASK, ``cut`` whether rows are left out."""

    revision: int
    columns: tuple[str, ...] = ()
    rows: list[list[Cell]] = field(default_factory=list)
    cut: bool = False
    answer: bool | None = None


def ask(site: Site, text: str) -> Table:
    """Evaluate a query that the guard let pass; no more is evaluated than the page shows."""
    form = query_form(text)
    name = "json" if form in ("SELECT", "ASK") else "n-triples"
    chosen = format_named(name, form)
    with closing(site.executor.execute(QueryRequest(text, chosen))) as answer:
        return _graph(site, answer) if name == "n-triples" else _solutions(site, answer)


def _solutions(site: Site, answer: Answer) -> Table:
    found = read_solutions(_file(answer))
    if isinstance(found, bool):
        return Table(answer.revision, answer=found)
    return _table(site, answer.revision, found.variables, found.rows)


def _graph(site: Site, answer: Answer) -> Table:
    quads = parse(_file(answer), format=RdfFormat.N_TRIPLES)
    return _table(site, answer.revision, _STATEMENT, (tuple(quad.triple) for quad in quads))


def _table(
    site: Site, revision: int, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]
) -> Table:
    shown = [
        [cell(term, site.graph.names) for term in row] for row in islice(rows, site.page_rows + 1)
    ]
    cut = len(shown) > site.page_rows
    return Table(revision, columns, shown[: site.page_rows], cut)


class _Chunks:
    """Chunks as a file to read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._buffer = b""

    def read(self, size: int = -1) -> bytes:
        while not self._buffer:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._buffer = chunk
        taken = self._buffer if size < 0 else self._buffer[:size]
        self._buffer = self._buffer[len(taken) :]
        return taken


def _file(answer: Answer) -> IO[bytes]:
    return cast(IO[bytes], _Chunks(answer))
