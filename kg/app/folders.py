"""Folders for copies of a store that go with the process that made them."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from kg.errors import StorageError

_LOCK: Final = ".lock"


class OwnFolder:
    """A folder of one process, which another removes where that process has died.

    Its owner holds a lock on a file beside it, which the system lets go of with the process.
    """

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def make(cls, parent: Path) -> Self:
        """A new one, those of dead processes removed; raises :class:`StorageError`."""
        try:
            parent.mkdir(exist_ok=True)
            with _locked(parent):  # no other process takes a new lock for a dead one's
                _remove_leftovers(parent)
                descriptor, name = tempfile.mkstemp(_LOCK, "overlay-", parent)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            raise StorageError(f"cannot make a copy in {parent}: {error.strerror}") from error
        return cls(Path(name.removesuffix(_LOCK)), descriptor)

    def remove(self) -> None:
        """Remove the folder, then let go of it."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.with_name(self.path.name + _LOCK).unlink(missing_ok=True)
        os.close(self._lock)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _remove_leftovers(parent: Path) -> None:
    for path in parent.glob(f"*{_LOCK}"):
        try:
            with path.open("r+b") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path.with_name(path.name.removesuffix(_LOCK)), ignore_errors=True)
                path.unlink(missing_ok=True)
        except OSError:
            continue  # in use, or gone already
