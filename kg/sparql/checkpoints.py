"""Checkpoints of a store for other processes to read: made when needed, removed when unused."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from kg.errors import InputError

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

    store: Checkpointed
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


class Checkpoints:
    """The checkpoints in a folder, which belongs to this object alone.

    A checkpoint on the store's own file system is made of hard links, in milliseconds.
    """

    def __init__(self, store: Checkpointed, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._lock = threading.Lock()
        self._newest: Checkpoint | None = None
        self._made = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._remove_leftovers()

    def take(self) -> Checkpoint:
        """A checkpoint as new as the store, kept until it is given back."""
        with self._lock:
            current = self._current()
            current.readers += 1
            return current

    def give_back(self, checkpoint: Checkpoint) -> None:
        """Say that a checkpoint taken is no longer read."""
        with self._lock:
            checkpoint.readers -= 1
            self._remove_unused(checkpoint)

    def close(self) -> None:
        """Remove all checkpoints."""
        with self._lock:
            self._newest = None
            self._remove_leftovers()

    def _current(self) -> Checkpoint:
        outdated, state = self._newest, self._store.state()
        if outdated is None or outdated.state != state:
            self._made += 1
            path = self._folder / f"{_PREFIX}{self._made}"
            self._newest = Checkpoint(path, self._store.checkpoint(path), state)
            if outdated is not None:
                self._remove_unused(outdated)
            return self._newest
        return outdated

    def _remove_unused(self, checkpoint: Checkpoint) -> None:
        if checkpoint is not self._newest and checkpoint.readers == 0:
            shutil.rmtree(checkpoint.path, ignore_errors=True)

    def _remove_leftovers(self) -> None:
        for path in self._folder.glob(f"{_PREFIX}*"):
            shutil.rmtree(path, ignore_errors=True)
