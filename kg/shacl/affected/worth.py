"""Whether it is worth looking up that something finds nothing, by how often that was told before.

It decides no more than whether the engine is asked without a look-up before.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

LEAST: Final = 0.1
"""The share of look-ups that told something, below which the next are left out."""

SPAN: Final = 4
"""About how many look-ups of late count."""

AGAIN: Final = 16
"""Of so many that are left out, one is made, for data changes."""


class Worth:
    """What became of the look-ups for each thing; any number of threads may use it."""

    def __init__(self) -> None:
        self._shares: dict[Hashable, float] = {}
        self._skipped: dict[Hashable, int] = {}

    def is_worth(self, thing: Hashable) -> bool:
        """Whether to look up."""
        if self._shares.get(thing, 1.0) >= LEAST:
            return True
        skipped = self._skipped.get(thing, 0) + 1
        self._skipped[thing] = skipped % AGAIN
        return skipped == AGAIN

    def learn(self, thing: Hashable, told: bool) -> bool:
        """Take in whether a look-up told that nothing is found; gives that back."""
        share = self._shares.get(thing, 1.0)
        self._shares[thing] = share + (told - share) / SPAN
        return told
