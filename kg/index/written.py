"""Rows of links as they are written: arrays in the order of their source, indexed both ways."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from kg.index.adjacency import offsets
from kg.index.terms import Int32

OPEN: Final = int(np.iinfo(np.int32).max)
"""The end of what still holds."""

Key = tuple[int, int, int, int]
"""Source, target, relation, graph."""


class Row(NamedTuple):
    """A link by the numbers of its terms, and the revision from which it held."""

    source: int
    target: int
    relation: int
    graph: int
    begin: int


class Found(NamedTuple):
    """Some rows: their sources, targets and graphs."""

    sources: Int32
    targets: Int32
    graphs: Int32


class WrittenRows(NamedTuple):
    """Rows as arrays: the columns, where the rows of each source begin, and the same by target."""

    source: Int32
    target: Int32
    relation: Int32
    graph: Int32
    begin: Int32
    end: Int32
    by_source: Int32
    by_target: Int32
    order: Int32
    """The rows in the order of their target."""

    @classmethod
    def of(cls, columns: Int32, terms: int) -> WrittenRows:
        """The rows of six columns over so many terms; O(n log n)."""
        begin, graph, relation, target, source = (columns[n] for n in (4, 3, 2, 1, 0))
        columns = columns[:, np.lexsort((begin, graph, relation, target, source))]
        order = np.argsort(columns[1], kind="stable").astype(np.int32)
        by_source, by_target = offsets(columns[0], terms), offsets(columns[1], terms)
        source, target, relation, graph, begin, end = np.ascontiguousarray(columns)
        return cls(source, target, relation, graph, begin, end, by_source, by_target, order)

    @property
    def columns(self) -> tuple[Int32, ...]:
        """Source, target, relation, graph, begin and end of every row."""
        return self[:6]

    def __len__(self) -> int:
        return len(self.source)
