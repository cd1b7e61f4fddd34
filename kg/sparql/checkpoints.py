"""Checkpoints of a store for other processes to read: made when needed, removed when unused."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from kg.errors import InputError
from kg.store.writes import RecentWrites

_INDEX: Final = "lineage"
_PREFIX: Final = "checkpoint-"


class Checkpointed(Protocol):
    """What is needed of a store to read copies of it."""

    def checkpoint(self, folder: Path) -> int:
        """Write a consistent copy and return its revision."""
        ...

    def revision(self) -> int:
        """The revision that the store stands at."""
        ...

    def state(self) -> Hashable:
        """Two that are equal say that nothing was written in between."""
        ...


class Followed(Checkpointed, Protocol):
    """What is needed of a store to keep copies of it that follow its writes."""

    @property
    def written(self) -> RecentWrites:
        """The last writes, for copies to follow."""
        ...


class Exported(Protocol):
    """What is needed of a lineage index to read copies of it."""

    @property
    def revision(self) -> int:
        """The newest revision that it has."""
        ...

    @property
    def digest(self) -> str:
        """The digest of the ontology that it follows from."""
        ...

    def export(self, folder: Path, revision: int | None = None) -> None:
        """Write what it was at a revision, where it has come so far."""
        ...


@dataclass(frozen=True)
class IndexedStore:
    """A store whose checkpoints have the lineage index of their revision with them."""

    store: Followed
    index: Exported

    def checkpoint(self, folder: Path) -> int:
        """See :class:`Checkpointed`; without the index while that is behind the store."""
        revision = self.store.checkpoint(folder)
        with contextlib.suppress(InputError):
            self.index.export(folder / _INDEX, revision)
        return revision

    def revision(self) -> int:
        """See :class:`Checkpointed`."""
        return self.store.revision()

    def state(self) -> Hashable:
        """See :class:`Checkpointed`; the index comes to where the store is right after it."""
        return self.store.state(), self.index.revision, self.index.digest


def index_of(checkpoint: Path) -> Path | None:
    """Where the lineage index lies that a checkpoint has with it, if any."""
    folder = checkpoint / _INDEX
    return folder if folder.is_dir() else None


@dataclass(eq=False)
class Checkpoint:
    """A copy of the store at a revision, made no earlier than at a state, and how many read it."""

    path: Path
    revision: int
    state: Hashable
    readers: int = 0


class Kept:
    """Numbered folders in one that belongs to this object alone.

    The newest is kept, those before it as long as somebody reads them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._newest: Checkpoint | None = None
        self._made = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._remove_leftovers()

    def take(
        self,
        state: Callable[[], Hashable],
        make: Callable[[Path], int],
        will_do: Callable[[Checkpoint], bool] | None = None,
    ) -> Checkpoint:
        """The newest where it is of this state or will do, else one made now; to be given back.

        ``make`` writes a folder and returns its revision.
        """
        with self._lock:
            newest = self._newest
            if newest is None or not (will_do(newest) if will_do else newest.state == state()):
                newest = self._replaced(state(), make)
            newest.readers += 1
            return newest

    def give_back(self, checkpoint: Checkpoint) -> None:
        """Say that one that was taken is no longer read."""
        with self._lock:
            checkpoint.readers -= 1
            self._remove_unused(checkpoint)

    def keep_if(self, will_do: Callable[[Checkpoint], bool]) -> None:
        """Let go of the newest where it will not do: it takes space that the store has freed."""
        with self._lock:
            newest = self._newest
            if newest is not None and not will_do(newest):
                self._newest = None
                self._remove_unused(newest)

    def close(self) -> None:
        """Remove all."""
        with self._lock:
            self._newest = None
            self._remove_leftovers()

    def _replaced(self, state: Hashable, make: Callable[[Path], int]) -> Checkpoint:
        self._made += 1
        path = self._folder / f"{_PREFIX}{self._made}"
        outdated, self._newest = self._newest, Checkpoint(path, make(path), state)
        if outdated is not None:
            self._remove_unused(outdated)
        return self._newest

    def _remove_unused(self, checkpoint: Checkpoint) -> None:
        if checkpoint is not self._newest and checkpoint.readers == 0:
            shutil.rmtree(checkpoint.path, ignore_errors=True)

    def _remove_leftovers(self) -> None:
        for path in self._folder.glob(f"{_PREFIX}*"):
            shutil.rmtree(path, ignore_errors=True)


class Checkpoints:
    """The checkpoints in a folder, which belongs to this object alone.

    A checkpoint on the store's own file system is made of hard links, in milliseconds where the
    disk has nothing else to do.
    """

    def __init__(self, store: Checkpointed, folder: Path) -> None:
        self._store = store
        self._kept = Kept(folder)
        self.give_back = self._kept.give_back
        self.close = self._kept.close

    def take(self) -> Checkpoint:
        """A checkpoint as new as the store, kept until it is given back."""
        return self._kept.take(self._store.state, self._store.checkpoint)
