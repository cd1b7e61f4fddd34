"""Solutions as columns of integers, joined with what the lineage index knows.

Each row stands for as many solutions as its weight says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.integer[Any]]

MOST: Final = 3_000_000
"""Rows of a table, at most."""


_LARGEST: Final = int(np.iinfo(np.int64).max)


class TooLarge(Exception):
    """A table would have more rows than are worth it."""


@dataclass(frozen=True)
class Relation:
    """Pairs of numbers, each once, and how many solutions a pair is."""

    left: Integers
    right: Integers
    counts: Integers

    @property
    def turned(self) -> Relation:
        """The same, right before left."""
        return Relation(self.right, self.left, self.counts)


@dataclass(frozen=True)
class Table:
    """Columns by variable, all of the same length, and the weight of each row."""

    columns: dict[str, Integers]
    weights: Integers

    @classmethod
    def unit(cls) -> Table:
        """One solution without variables."""
        return cls({}, np.ones(1, np.int64))

    def __len__(self) -> int:
        return len(self.weights)

    def distinct(self, column: str) -> Integers | None:
        """The values of a column, each once; ``None`` where there is no such column."""
        return distinct(self.columns[column]) if column in self.columns else None

    def multiplied(self, column: str, values: Integers) -> Table:
        """Each row once with each of some values in a new column."""
        rows = np.repeat(np.arange(len(self)), len(values))
        found = self.of(rows)
        return Table({**found.columns, column: np.tile(values, len(self))}, found.weights)

    def of(self, rows: Any) -> Table:
        """Some rows, by their numbers or a mask."""
        return Table({name: c[rows] for name, c in self.columns.items()}, self.weights[rows])

    def weighed(self, factors: Integers) -> Table:
        """Each row as often again as its factor says; not at all for none."""
        weights = self.weights * factors
        return Table(self.columns, weights).of(weights > 0)

    def expanded(self, variable: str, relation: Relation, new: str) -> Table:
        """Joined by the left side of a relation, whose right side becomes a new column."""
        order = np.argsort(relation.left)
        left = relation.left[order]
        column = self.columns[variable]
        starts = np.searchsorted(left, column, "left")
        counts = np.searchsorted(left, column, "right") - starts
        if counts.sum() > MOST:
            raise TooLarge
        rows = np.repeat(np.arange(len(column)), counts)
        before = np.cumsum(counts) - counts
        places = order[np.arange(len(rows)) + np.repeat(starts - before, counts)]
        found = self.of(rows)
        columns = {**found.columns, new: relation.right[places]}
        return Table(columns, found.weights * relation.counts[places])

    def checked(self, one: str, other: str, relation: Relation) -> Table:
        """Joined by both sides of a relation."""
        keys = _keys(relation.left, relation.right)
        order = np.argsort(keys)
        wanted = _keys(self.columns[one], self.columns[other])
        return self.weighed(_counts(keys[order], relation.counts[order], wanted))

    def restricted(self, column: str, nodes: Integers) -> Table:
        """The rows in which a column has one of some nodes."""
        return self.of(np.isin(self.columns[column], nodes))

    def matching(self, other: Table, shared: tuple[str, ...], *, negated: bool) -> Table:
        """The rows that some row of another is like in what they share, or the other rows."""
        keys = _packed([np.concatenate([self.columns[n], other.columns[n]]) for n in shared])
        return self.of(np.isin(keys[: len(self)], keys[len(self) :], invert=negated))

    def projected(self, variables: tuple[str, ...]) -> Table:
        """Each combination of some columns once, with the weights added up."""
        if not variables:
            total = self.weights.sum(keepdims=True)
            return Table({}, total).of(total > 0)
        keys = _packed([self.columns[name] for name in variables])
        order = np.argsort(keys)
        starts = np.flatnonzero(_begins(keys[order]))
        firsts = order[starts]
        weights = np.add.reduceat(self.weights[order], starts) if len(starts) else self.weights
        return Table({name: self.columns[name][firsts] for name in variables}, weights)


def distinct(numbers: Integers) -> Integers:
    """The numbers in order, each once; by sorting, which beats the hashing of ``numpy.unique``."""
    ordered = np.sort(numbers)
    return ordered[_begins(ordered)]


def _begins(ordered: Integers) -> npt.NDArray[np.bool_]:
    """Where another value begins."""
    found = np.ones(len(ordered), np.bool_)
    found[1:] = ordered[1:] != ordered[:-1]
    return found


def _packed(columns: Sequence[Integers]) -> Integers:
    """One number for each row, the same for rows that are the same."""
    keys = columns[0].astype(np.int64)
    size = int(keys.max(initial=0)) + 1
    for column in columns[1:]:
        width = int(column.max(initial=0)) + 1
        if size * width > _LARGEST:
            values, keys = np.unique(keys, return_inverse=True)
            size = len(values)
        keys = keys * width + column
        size *= width
    return keys


def _keys(left: Integers, right: Integers) -> Integers:
    return (left.astype(np.int64) << 32) | right


def _counts(keys: Integers, counts: Integers, wanted: Integers) -> Integers:
    """The counts of the wanted keys, none for those that are not there; ``keys`` in order."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: Integers = np.where(keys[places] == wanted, counts[places], 0)
    return found
