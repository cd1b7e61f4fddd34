"""What was last written to a store, to be done again to copies of it."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Final

MOST: Final = 1_000_000
"""Characters of updates that are kept: an engine takes some 0.1 s to do as many again."""

_BLANK: Final = "_:"


@dataclass(frozen=True)
class Standing:
    """How many writes a store has taken since it was opened, and its revision after the last."""

    number: int
    revision: int


@dataclass(frozen=True)
class Since:
    """Where a store stands, and what brought it there; ``None`` where not all of that is kept."""

    standing: Standing
    updates: tuple[str, ...] | None


class RecentWrites:
    """The last writes as SPARQL updates that name all quads they add and remove.

    Such updates may be done again from any of them on to a copy that has some of them already:
    what a quad's last update says of it is what holds. One thread notes, any number read.
    """

    def __init__(self, revision: int = 0, most: int = MOST) -> None:
        self._standing = Standing(0, revision)
        self._updates: deque[str] = deque()
        self._size = 0
        self._most = most
        self._lock = threading.Lock()

    @property
    def standing(self) -> Standing:
        """Where the store stands."""
        return self._standing

    def note(self, revision: int | None, update: str | None) -> None:
        """Take in a write, after which the store is of a revision, or of the one before.

        One without an update cannot be done again, nor one with a blank node, which would be
        another in each store; what may be one in a literal is taken for it.
        """
        with self._lock:
            standing = self._standing
            revision = standing.revision if revision is None else revision
            self._standing = Standing(standing.number + 1, revision)
            if update is None or _BLANK in update:
                self._updates.clear()
                self._size = 0
                return
            self._updates.append(update)
            self._size += len(update)
            while self._size > self._most:
                self._size -= len(self._updates.popleft())

    def reaches(self, number: int) -> bool:
        """Whether all writes after the one of a number are kept."""
        with self._lock:
            return self._missing(number) <= len(self._updates)

    def since(self, number: int) -> Since:
        """Where the store stands, and the writes after the one of a number; O(these)."""
        with self._lock:
            missing = self._missing(number)
            if missing > len(self._updates):
                return Since(self._standing, None)
            start = len(self._updates) - missing
            updates = tuple(self._updates[place] for place in range(start, len(self._updates)))
            return Since(self._standing, updates)

    def _missing(self, number: int) -> int:
        return self._standing.number - number
