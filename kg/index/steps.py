"""What a walk over lineage found: places, distances and ways, by the numbers of the index."""

from __future__ import annotations

from typing import Final

import numpy as np

from kg.index.terms import Int32

START: Final = 1
"""The origin of the place at which a walk begins."""


class Walk:
    """What a walk found, by the numbers of the index."""

    def __init__(self, start: int, terms: int) -> None:
        self.start = start
        self._places: list[int] = []
        self._reached: Int32 | None = None
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
    def places(self) -> list[int]:
        """The places in the order in which they were reached."""
        if self._reached is not None:
            self._places, self._reached = self._reached.tolist(), None
        return self._places

    def reach(self, places: Int32) -> None:
        """Take in all places at once, in their order."""
        self._reached = places

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
        """The nodes that were met, each once, in the order in which they were."""
        places = np.array(self._places, np.int32) if self._reached is None else self._reached
        nodes: Int32 = places[self.first[places >> 1] == places] >> 1
        return nodes

    def distance(self, node: int) -> int | None:
        """The steps to a node, or ``None`` where it was not met."""
        steps = int(self.steps[node])
        return steps - 1 if steps else None

    def path_to(self, node: int) -> list[int]:
        """One shortest way to a node that was met, both ends included."""
        place = int(self.first[node])
        steps = [place >> 1]
        while (origin := int(self.origins[place])) != START:
            place = origin - 2
            steps.append(place >> 1)
        return steps[::-1]
