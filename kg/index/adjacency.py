"""Neighbours of nodes as compressed sparse rows, and what is done to whole arrays of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.index.terms import Int32


@dataclass(frozen=True)
class Adjacency:
    """For each node its neighbours in one direction at one revision, in compressed rows."""

    offsets: Int32
    others: Int32

    @cached_property
    def matrix(self) -> Any:
        """The same as a matrix of scipy's."""
        from scipy.sparse import csr_array

        size = len(self.offsets) - 1
        weights = np.zeros(len(self.others))  # demanded, but not looked at
        return csr_array((weights, self.others, self.offsets), shape=(size, size))


def gather(adjacency: Adjacency, nodes: Int32) -> tuple[Int32, Int32]:
    """All neighbours of some nodes: which of these each is of, and the neighbour."""
    starts, stops = adjacency.offsets[nodes], adjacency.offsets[nodes + 1]
    whose = np.repeat(np.arange(len(nodes), dtype=np.int32), stops - starts)
    return whose, adjacency.others[ranges(starts, stops)]


def ranges(starts: Int32, stops: Int32) -> npt.NDArray[np.int64]:
    """The numbers from each start up to its stop, one range after the other."""
    counts = (stops - starts).astype(np.int64)
    before = np.cumsum(counts) - counts
    found: npt.NDArray[np.int64] = np.arange(counts.sum()) + np.repeat(starts - before, counts)
    return found


def offsets(keys: Int32, terms: int) -> Int32:
    """Where the run of each number begins in an ordered array of numbers below ``terms``."""
    found = np.zeros(terms + 1, np.int32)
    np.cumsum(np.bincount(keys, minlength=terms), out=found[1:])
    return found
