"""What each reader process reads: a copy of the store that is brought up to it write by write.

A checkpoint waits for the disk, 20 to 90 ms, and a process that opens it for some 30 ms more; to
do again what a commit of a few records has done takes a tenth of a millisecond. So a reader that
is asked again after small writes is given a copy of its own, once, made of the last checkpoint,
and then the writes alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final, cast

from kg.errors import InputError
from kg.sparql.checkpoints import Checkpoint, Exported, Followed, Kept

_OWN: Final = "own-"
_INDEXES: Final = "indexes"
_UNCHANGING: Final = ".sst"
"""The files of the engine's that it never writes to again, which copies may share."""


@dataclass
class Holding:
    """The copy of its own that a reader has, if any, and how many writes that has."""

    own: Path | None = None
    number: int = 0


@dataclass(frozen=True)
class Place:
    """What a query is evaluated on: a copy, after some updates, with the index of its revision."""

    store: Path
    revision: int
    index: Path | None = None
    updates: tuple[str, ...] = ()
    owned: bool = False
    held: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    """To be closed when nothing is to be opened any more."""


_Copy = tuple[Path, int, tuple[str, ...], contextlib.ExitStack]
"""A folder, its revision after some updates, these, and what is to be given back."""


class Copies:
    """The copies of a store and its lineage index in a folder, which belongs to this object."""

    def __init__(self, store: Followed, index: Exported | None, folder: Path) -> None:
        self._store = store
        self._index = index
        self._folder = folder
        self._lock = threading.Lock()
        self._names = count(1)
        self._given_up: list[Path] = []
        self._remove_leftovers()
        self._checkpoints = Kept(folder)
        self._indexes = Kept(folder / _INDEXES) if index else None

    def place(self, holding: Holding, *, indexed: bool = True) -> Place:
        """What a reader is to read so that it sees all that was written before.

        O(what was written since the reader was last asked), where that is little and the reader
        has a copy of its own; else a checkpoint. The index only where it is wanted (``indexed``).
        """
        with self._lock:
            since = self._store.written.since(holding.number) if holding.own else None
            if holding.own is None or since is None or since.updates is None:
                store, revision, updates, held = self._other(holding)
            else:
                self._checkpoints.keep_if(self._can_follow)
                holding.number = since.standing.number
                store, revision, updates = holding.own, since.standing.revision, since.updates
                held = contextlib.ExitStack()
            index = self._export(revision, held) if indexed else None
            return Place(store, revision, index, updates, store == holding.own, held)

    def drop(self, holding: Holding, *, failed: bool) -> None:
        """Remove the copy of a reader that is gone.

        Where it ``failed``, it may have been by what it read: others get a new checkpoint.
        """
        with self._lock:
            self._forget(holding)
            if failed:
                self._checkpoints.keep_if(lambda _: False)

    def close(self) -> None:
        """Remove all, once no reader has any open."""
        with self._lock:
            self._checkpoints.close()
            self._remove_leftovers()

    def _other(self, holding: Holding) -> _Copy:
        """A copy that the reader does not have: the last checkpoint, or one of its own from it."""
        checkpoint = self._checkpoints.take(
            lambda: self._store.written.standing.number, self._store.checkpoint, self._can_follow
        )
        with contextlib.ExitStack() as held:
            held.callback(self._checkpoints.give_back, checkpoint)
            since = self._store.written.since(_number(checkpoint))
            self._forget(holding)
            if not since.updates:
                return checkpoint.path, checkpoint.revision, (), held.pop_all()
            own = self._folder / f"{_OWN}{next(self._names)}"
            shutil.copytree(checkpoint.path, own, copy_function=_linked)
            holding.own, holding.number = own, since.standing.number
            return own, since.standing.revision, since.updates, contextlib.ExitStack()

    def _can_follow(self, checkpoint: Checkpoint) -> bool:
        return self._store.written.reaches(_number(checkpoint))

    def _export(self, revision: int, held: contextlib.ExitStack) -> Path | None:
        """The index of a revision, where it has come so far."""
        index, indexes = self._index, self._indexes
        if index is None or indexes is None:
            return None

        def export(folder: Path) -> int:
            index.export(folder, revision)
            return revision

        try:
            taken = indexes.take(lambda: (revision, index.digest), export)
        except InputError:
            return None
        held.callback(indexes.give_back, taken)
        return taken.path

    def _forget(self, holding: Holding) -> None:
        if holding.own is not None:
            self._given_up.append(holding.own)
        holding.own = None
        for folder in self._given_up:  # an engine that has one open yet may put files into it
            shutil.rmtree(folder, ignore_errors=True)
        self._given_up = [folder for folder in self._given_up if folder.exists()]

    def _remove_leftovers(self) -> None:
        for path in (*self._folder.glob(f"{_OWN}*"), self._folder / _INDEXES):
            shutil.rmtree(path, ignore_errors=True)


def _number(checkpoint: Checkpoint) -> int:
    return cast(int, checkpoint.state)


def _linked(source: str, target: str) -> None:
    """Copy a file of a checkpoint, by a hard link where it stays as it is."""
    if source.endswith(_UNCHANGING):
        with contextlib.suppress(OSError):
            os.link(source, target)
            return
    shutil.copyfile(source, target)
