"""Paths over dependencies and versions, answered from the lineage index of the store.

A constraint such as ``$this (mlg:directlyDependsOn|^dcat:isVersionOf)+ ?value`` is asked in three
steps: which nodes the rest of its text leaves at the one end, which at the other, and, with the
pairs that the index finds between the two as VALUES in place of the path, the text itself. The
first two may leave too many nodes, never too few, so the answer is that of the text as it stands.
Where there is no index (endpoints, files, pySHACL) it is evaluated as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import Final

import numpy as np

from kg.errors import QuerySyntaxError
from kg.index import IndexView, PathWays, RepeatedPath
from kg.index.terms import Int32
from kg.shacl.compiled.aggregates import aggregates
from kg.shacl.compiled.relevant import relevant
from kg.shacl.compiled.sources import Source
from kg.shacl.compiled.templates import Fragment, render
from kg.shacl.compiled.ways import ways
from kg.sparql.planner.edits import Edit, apply
from kg.sparql.planner.triples import TriplePattern, text_without, triples_of
from kg.sparql.reader import NotUnderstood, read
from kg.sparql.reader.patterns import Group, Triples
from kg.sparql.reader.queries import Query
from kg.store.solutions import Solutions
from kg.terms import NamedNode, Term

FEW: Final = 10_000
"""Pairs that are handed to the engine without asking which values the text leaves."""

MANY: Final = 20_000
"""Reached nodes from which on the values are asked of the whole store, not of these."""

SINGLY: Final = 8
"""Near nodes from which the path is walked one by one: with more all at once takes less."""

BLOCK: Final = 5_000
"""Pairs in one query."""

_TEXTS: Final = 1_000  # that are remembered as they were taken apart

_Row = tuple[Term | None, ...]


@dataclass(frozen=True)
class _Walked:
    """The path of a text that the index knows, and where it stands."""

    query: Query
    where: Group
    block: Triples
    triple: TriplePattern
    ways: PathWays

    @cached_property
    def near_pattern(self) -> str | None:
        """The part of the text that says where the path may begin."""
        return relevant(self.query, self.where, self.near, self.far)

    @cached_property
    def far_pattern(self) -> str | None:
        """The part of the text that says where the path may end."""
        return relevant(self.query, self.where, self.far, self.near)

    @property
    def near(self) -> str:
        return self.triple.subject.text

    @property
    def far(self) -> str:
        return self.triple.object.text


def select(text: str, source: Source) -> Solutions:
    """Ask a SELECT DISTINCT; see the module for what is answered from the index.

    Costs what the text leaves at both ends and the answer, and O(nodes + links) of the index.
    """
    index = source.index
    walked = None if index is None else _walked(text)
    if index is None or walked is None:
        return source.select(text)
    try:
        asked = _Asked(walked, index, source)
        near = asked.near()
    except QuerySyntaxError:
        return source.select(text)
    if near is None:
        return source.select(text)
    return asked.answer(near)


@lru_cache(_TEXTS)
def _walked(text: str) -> _Walked | None:
    """The first path that the index knows, in the outermost group of a text without aggregates."""
    try:
        query = read(text)
    except (NotUnderstood, QuerySyntaxError):
        return None
    where = query.where
    if where is None or aggregates(query) or query.values or query.has_dataset:
        return None
    for block in where.elements:
        if isinstance(block, Triples) and block.is_plain:
            for triple in triples_of(block):
                found = ways(query, triple.property.verb)
                if found and _between_variables(triple):
                    return _Walked(query, where, block, triple, found)
    return None


def _between_variables(triple: TriplePattern) -> bool:
    near, far = triple.subject, triple.object
    return near.is_variable and far.is_variable and near.text != far.text


class _Asked:
    """A text that is being answered."""

    def __init__(self, walked: _Walked, index: IndexView, source: Source) -> None:
        self._walked = walked
        self._index = index
        self._source = source
        form = next(token for token in walked.query.tokens if token.is_word("SELECT"))
        self._prologue = walked.query.text[: form.start]

    def near(self) -> Int32 | None:
        """The nodes from which the path is walked; ``None`` where the text does not say."""
        walked = self._walked
        pattern = walked.near_pattern
        return None if pattern is None else self._values(walked.near, pattern)

    def answer(self, near: Int32) -> Solutions:
        """The rows of the text, a block of pairs after the other."""
        path = self._index.repeated(self._walked.ways)
        starts, ends = self._pairs(path, near)
        blocks = [
            (starts[place : place + BLOCK], ends[place : place + BLOCK])
            for place in range(0, len(starts), BLOCK)
        ]
        if not blocks:
            return Solutions((), iter(()))
        first = self._source.select(self._text(*blocks[0]))
        if len(blocks) == 1:
            return first
        return Solutions(first.variables, self._rows(first, blocks[1:]))

    def _rows(self, first: Solutions, blocks: Sequence[tuple[Int32, Int32]]) -> Iterator[_Row]:
        """Those of all blocks, each once."""
        seen: set[_Row] = set()
        found = (self._source.select(self._text(*block)) for block in blocks)
        for solutions in chain([first], found):
            for row in solutions.rows:
                if row not in seen:
                    seen.add(row)
                    yield row

    def _pairs(self, path: RepeatedPath, near: Int32) -> tuple[Int32, Int32]:
        """Each near node with each that it reaches and that can matter; few are walked singly."""
        if len(near) > SINGLY:
            return path.pairs(near, self._far(path.reached(near), near))
        each = [path.reached(near[place : place + 1]) for place in range(len(near))]
        reached = np.unique(np.concatenate([np.empty(0, np.int32), *each]))
        far = self._far(reached, near)
        found = [np.intersect1d(nodes, far) for nodes in each]
        starts = np.repeat(near, [len(ends) for ends in found])
        return starts, np.concatenate([np.empty(0, np.int32), *found])

    def _far(self, reached: Int32, near: Int32) -> Int32:
        """The nodes at the far end that can matter, by whichever question is the cheapest."""
        walked = self._walked
        if len(near) * len(reached) <= FEW:
            return reached
        pattern = walked.far_pattern
        if pattern is None:
            return reached
        if len(reached) > MANY:
            return self._values(walked.far, pattern)
        blocks = [reached[place : place + BLOCK] for place in range(0, len(reached), BLOCK)]
        found = [self._values(walked.far, f"{self._given(block)} {pattern}") for block in blocks]
        return np.concatenate([np.empty(0, np.int32), *found])

    def _values(self, variable: str, pattern: str) -> Int32:
        """The numbers of the nodes that a variable may be under a pattern."""
        number = self._index.number
        text = f"{self._prologue}SELECT DISTINCT ?{variable} WHERE {{ {pattern} }}"
        terms = (row[0] for row in self._source.select(text).rows)
        found = (number(term) for term in terms if isinstance(term, NamedNode))
        return np.fromiter((n for n in found if n is not None), np.int32)

    def _given(self, nodes: Int32) -> Fragment:
        variable = Fragment(f"?{self._walked.far}")
        return self._data([variable], [[node] for node in nodes.tolist()])

    def _text(self, starts: Int32, ends: Int32) -> str:
        """The text with pairs in place of its path."""
        walked = self._walked
        variables = [Fragment(f"?{name}") for name in (walked.near, walked.far)]
        rows = [list(pair) for pair in zip(starts.tolist(), ends.tolist(), strict=True)]
        block, rest = walked.block, text_without(walked.query, walked.block, {walked.triple})
        new = f"{self._data(variables, rows)} {rest}"
        edit = Edit("lineage-index", ((block.start, block.end, new),))
        return apply(walked.query.text, [edit])[0]

    def _data(self, variables: Sequence[Fragment], rows: Sequence[Sequence[int]]) -> Fragment:
        node = self._index.node
        cells = [[node(number) for number in row] for row in rows]
        return render("data", variables=variables, rows=cells)
