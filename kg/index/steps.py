"""What a walk over lineage found: distances, ways and places, by the numbers of the index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

import numpy as np

from kg.index.terms import Int32

START: Final = 1
"""The origin of the place at which a walk begins."""


class Walk(Protocol):
    """What a walk found, by the numbers of the index."""

    @property
    def cut(self) -> bool:
        """Whether the walk ended at its depth with more beyond."""
        ...

    def nodes(self) -> Int32:
        """The nodes that were met, each once, in the order in which they were."""
        ...

    def distances(self) -> Int32:
        """The steps to each of these."""
        ...

    def path_to(self, node: int) -> list[int]:
        """One shortest way to a node that was met, both ends included."""
        ...

    def places(self) -> Iterator[tuple[int, int | None]]:
        """What was reached: nodes, and assets with the version that each was entered from."""
        ...


class Stepped:
    """A walk that is taken step by step; what it reached is told as :class:`Walk` says."""

    def __init__(self, terms: int) -> None:
        self._places: list[int] = []
        self.cut = False
        """Whether the walk ended at its depth with more beyond."""
        # Memory that is not touched is not given out: a walk costs what it reaches.
        self.steps = np.zeros(terms, np.int32)
        """One more than the distance of each node; 0 where it was not met."""
        self.first = np.zeros(terms, np.int32)
        """The place by which each node was first reached."""
        self.origins = np.zeros(2 * terms, np.int32)
        """Two more than the place from which each place was reached; 1 for the start."""
        self._steps, self._first = self.steps.data, self.first.data
        self._origins = self.origins.data

    @property
    def size(self) -> int:
        """The number of places that were reached."""
        return len(self._places)

    def reach(self, places: list[int]) -> None:
        """Take in places that were entered, in their order."""
        self._places += places

    def enter(self, place: int, origin: int, step: int) -> bool:
        """Take in a place, unless it was reached before; says whether it was not."""
        if self._origins[place]:
            return False
        self._origins[place] = origin
        if not self._steps[place >> 1]:
            self._steps[place >> 1] = step + 1
            self._first[place >> 1] = place
        return True

    def nodes(self) -> Int32:
        """See :meth:`Walk.nodes`."""
        places = np.array(self._places, np.int32)
        nodes: Int32 = places[self.first[places >> 1] == places] >> 1
        return nodes

    def distances(self) -> Int32:
        """See :meth:`Walk.distances`."""
        found: Int32 = self.steps[self.nodes()] - 1
        return found

    def places(self) -> Iterator[tuple[int, int | None]]:
        """See :meth:`Walk.places`."""
        for place in self._places:
            yield place >> 1, (self._origins[place] - 2) >> 1 if place & 1 else None

    def path_to(self, node: int) -> list[int]:
        """See :meth:`Walk.path_to`."""
        place = int(self.first[node])
        steps = [place >> 1]
        while (origin := int(self.origins[place])) != START:
            place = origin - 2
            steps.append(place >> 1)
        return steps[::-1]
