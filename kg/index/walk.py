"""Breadth-first walk over dependencies, versions and assets told apart (docs/lineage.md).

A place is a node, or an asset that was entered from one of its versions and then stands only for
the references that name no version: ``2 * number``, and one more for such an asset. A step from
an asset to its versions, or from a version to its asset, costs no distance.

A level is taken place by place while it is narrow. Once a walk has become long, it is left to a
compiled search over all steps (:mod:`kg.index.places`) where it goes to the end. Else neighbours
are laid out as arrays, and wide levels are taken by array operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kg.index.adjacency import Adjacency, gather
from kg.index.places import PlaceGraph
from kg.index.steps import START, Stepped, Walk
from kg.index.terms import Int32

LONG: Final = 1_000
"""Places from which on neighbours are laid out as arrays."""

FEW: Final = 100
"""Places from which on a walk is searched where the graph of all steps is at hand."""

WIDE: Final = 64
"""Places of a level from which on array operations are faster than a loop."""

_Arrivals = tuple[Int32, Int32]
"""Places, and by which each was reached."""


class Steps:
    """The steps of one kind, from node to node."""

    def __init__(self, find: Callable[[int], list[int]], lay_out: Callable[[], Adjacency]) -> None:
        """``find`` looks the steps of one node up, ``lay_out`` makes arrays of those of all."""
        self.of = find
        """The nodes that a step leads to, once for each edge."""
        self._lay_out = lay_out
        self._arrays: Adjacency | None = None

    def lay_out(self) -> Adjacency:
        """The arrays; no single node is looked up any more."""
        if self._arrays is None:
            self._arrays = self._lay_out()
            starts, ends = self._arrays.offsets.data, self._arrays.others.data
            self.of = lambda node: ends[starts[node] : starts[node + 1]].tolist()
        return self._arrays

    def gather(self, nodes: Int32) -> _Arrivals:
        """All steps from some nodes: which of them each is from, and where it leads."""
        return gather(self.lay_out(), nodes)

    def any(self, nodes: Int32) -> npt.NDArray[np.bool_]:
        """From which of some nodes a step leads on."""
        offsets = self.lay_out().offsets
        return offsets[nodes + 1] > offsets[nodes]


class Ways(NamedTuple):
    """The three kinds of steps of a walk in one direction."""

    onward: Steps
    versions: Steps
    assets: Steps


Whole = Callable[[bool], PlaceGraph | None]
"""All steps as one graph, where they make one and it is at hand, or is to be made."""


class Walker:
    """Walks from one node in one direction; O(nodes + edges reached)."""

    def __init__(self, ways: Ways, terms: int, whole: Whole | None = None) -> None:
        """``whole`` gives all steps, by which a long walk to the end is searched."""
        self._ways = ways
        self._terms = terms
        self._whole = whole

    def walk(self, start: int, depth: int | None = None, until: int | None = None) -> Walk:
        """Walk to ``depth`` steps, or until a node is met, or to the end."""
        to_end = depth is None and until is None
        whole = self._whole(False) if self._whole and to_end else None
        if whole is not None and whole.degree(start) > FEW:
            return whole.walk(start)
        found = Stepped(self._terms)
        level = self._enter_each(found, [(2 * start, START)], 0)
        step, laid_out = 0, False
        while level and (until is None or not found.steps[until]):
            if depth is not None and step >= depth:
                found.cut = self._goes_on(found, level)
                break
            step += 1
            ahead = self._ahead(level) if len(level) < WIDE else None
            size = found.size + len(ahead or ())
            if size > FEW and self._whole and to_end:
                graph = self._whole(size > LONG)
                if graph is not None and start in graph:
                    return graph.walk(start)
            if size > LONG and not laid_out:
                laid_out = True
                for steps in self._ways:
                    steps.lay_out()
            level = (
                self._next_all(found, level, step)
                if ahead is None
                else self._enter_each(found, ahead, step)
            )
        return found

    def _goes_on(self, found: Stepped, level: list[int]) -> bool:
        of = self._ways.onward.of
        return any(not found.steps[other] for place in level for other in of(place >> 1))

    def _ahead(self, level: list[int]) -> list[tuple[int, int]]:
        """What a step leads to, and two more than the place that it leads from."""
        of = self._ways.onward.of
        return [(2 * other, place + 2) for place in level for other in of(place >> 1)]

    def _enter_each(
        self, found: Stepped, arrivals: Iterable[tuple[int, int]], step: int
    ) -> list[int]:
        """Take in what was reached, and with it what lies at no distance from it."""
        level = [place for place, origin in arrivals if found.enter(place, origin, step)]
        versions, assets, onward = (
            kind.of for kind in (self._ways.versions, self._ways.assets, self._ways.onward)
        )
        for place in level:  # which grows by the versions of versions
            for version in versions(place >> 1):
                if found.enter(2 * version, place + 2, step):
                    level.append(2 * version)
        unpinned = [
            2 * asset + 1
            for place in level
            for asset in assets(place >> 1)
            if not found.steps[asset]
            and onward(asset)
            and found.enter(2 * asset + 1, place + 2, step)
        ]
        level += unpinned
        found.reach(level)
        return level

    def _next_all(self, found: Stepped, level: list[int], step: int) -> list[int]:
        """The same by array operations."""
        parts = [self._enter_all(found, self._arrivals(self._ways.onward, level), step)]
        while len(parts[-1]):
            beside = self._arrivals(self._ways.versions, parts[-1])
            parts.append(self._enter_all(found, beside, step))
        entered = np.concatenate(parts)
        assets, origins = self._arrivals(self._ways.assets, entered)
        new = (found.steps[assets >> 1] == 0) & self._ways.onward.any(assets >> 1)
        unpinned = self._enter_all(found, (assets[new] + 1, origins[new]), step)
        reached: list[int] = np.concatenate([entered, unpinned]).tolist()
        found.reach(reached)
        return reached

    @staticmethod
    def _arrivals(steps: Steps, level: Iterable[int]) -> _Arrivals:
        places = np.array(level, np.int32)
        whose, others = steps.gather(places >> 1)
        return others << 1, places[whose] + 2

    @staticmethod
    def _enter_all(found: Stepped, arrivals: _Arrivals, step: int) -> Int32:
        places, origins = arrivals
        new = found.origins[places] == 0
        places, origins = places[new], origins[new]
        # Where a place is reached twice the last stands; it is told by its own mark.
        found.origins[places] = np.arange(len(places), dtype=np.int32) + 1
        last = found.origins[places] == np.arange(len(places), dtype=np.int32) + 1
        places, origins = places[last], origins[last]
        found.origins[places] = origins
        fresh = places[found.steps[places >> 1] == 0]
        found.steps[fresh >> 1] = step + 1
        found.first[fresh >> 1] = fresh
        entered: Int32 = places
        return entered
