"""A whole walk as one compiled search: the steps of docs/lineage.md as a graph of phases.

A walk takes a step, then what lies at no distance from where it came: versions, then the assets
that stand for unpinned references. With three edges for each step, one a phase, all that is met at
a distance is as many edges away, and a plain breadth-first search meets it in that order. A node
has up to four places there: arrived at, met, ready to go on, and entered from a version. Where
nothing has versions, one place and one edge a step will do.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

import numpy as np

from kg.index.rows import Adjacency
from kg.index.steps import START, Walk
from kg.index.terms import Int32

PHASES = 3


class PhaseGraph:
    """The steps of one direction at one revision; made in O(rows + terms), then only searched."""

    def __init__(self, onward: Adjacency, versions: Adjacency, assets: Adjacency) -> None:
        """Raises :class:`ValueError` where versions have versions, which takes more phases."""
        self.size = len(onward.offsets) - 1
        self.phased = bool(len(versions.others))
        counts = [np.diff(adjacency.offsets) for adjacency in (onward, versions, assets)]
        if np.any((counts[1] > 0) & (counts[2] > 0)):
            raise ValueError("a version has versions")
        self._onward = counts[0] > 0
        self._matrix = self._phases(onward, versions, assets) if self.phased else onward.matrix

    def walk(self, start: int) -> Walk:
        """The walk from a node to the end."""
        # Imported when first needed, for it takes longer than most commands.
        from scipy.sparse.csgraph import breadth_first_order

        order, before = breadth_first_order(self._matrix, start, return_predecessors=True)
        distances = hops(order, before) // (PHASES if self.phased else 1)
        found = Walk(start, self.size)
        if self.phased:
            self._tell_phases(found, order, before, distances)
        else:
            found.steps[order] = distances + 1
            found.first[order] = 2 * order
            found.origins[2 * order] = 2 * before[order] + 2
            found.reach(2 * order)
        found.origins[2 * start] = START
        return found

    def _tell_phases(self, found: Walk, order: Int32, before: Int32, distances: Int32) -> None:
        size = self.size
        is_met, is_entered = order // size == 1, order // size == 3
        met, entered = order[is_met] - size, order[is_entered] - 3 * size
        found.steps[met] = distances[is_met] + 1
        found.first[met] = 2 * met
        # An asset that was met before, or is at the same distance, stands for itself already.
        steps = distances[is_entered] + 1
        is_new = (found.steps[entered] == 0) | (found.steps[entered] > steps)
        new = entered[is_new]
        found.steps[new] = steps[is_new]
        found.first[new] = 2 * new + 1
        found.origins[2 * new + 1] = 2 * (before[new + 3 * size] - size) + 2
        arrived = before[met + size]
        origin = before[met]
        from_entered = origin // size == 3
        node = origin % size
        stands = from_entered & (found.origins[2 * node + 1] != 0)
        found.origins[2 * met] = np.where(arrived == met, 2 * node + stands, 2 * arrived) + 2
        kept = is_met.copy()
        kept[np.flatnonzero(is_entered)[is_new]] = True
        places = 2 * (order % size) + (order // size == 3)
        found.reach(places[kept])

    def _phases(self, onward: Adjacency, versions: Adjacency, assets: Adjacency) -> Any:
        size = self.size
        every = np.arange(size, dtype=np.int32)
        met, ready, entered = size, 2 * size, 3 * size
        sources, targets = _edges(onward)
        of, version = _edges(versions)
        pinned, asset = _edges(assets)
        leads = self._onward[asset]
        pairs = [
            (every, every + met),
            (of, version + met),
            (every + met, every + ready),
            (pinned[leads] + met, asset[leads] + entered),
            (sources + ready, targets),
            (sources + entered, targets),
        ]
        rows, columns = (np.concatenate(side) for side in zip(*pairs, strict=True))
        order = np.argsort(rows, kind="stable")
        counts = np.bincount(rows, minlength=4 * size)
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return Adjacency(offsets, columns[order].astype(np.int32)).matrix


def _edges(adjacency: Adjacency) -> tuple[Int32, Int32]:
    nodes = np.arange(len(adjacency.offsets) - 1, dtype=np.int32)
    return np.repeat(nodes, np.diff(adjacency.offsets)), adjacency.others


def hops(order: Int32, before: Int32) -> Int32:
    """How many edges each of some nodes in the order of a search is from the first."""
    place = np.empty(int(order.max()) + 1, np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    origins = place[before[order[1:]]]  # which never falls
    view, starts, stop = origins.data, [0, 1], len(order)
    while starts[-1] < stop:
        starts.append(bisect_left(view, starts[-1], starts[-1] - 1) + 1)
    lengths = np.diff(starts)
    return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
