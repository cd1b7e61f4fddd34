"""A lineage index that another process keeps, read from what it exported."""

from __future__ import annotations

from pathlib import Path

from kg.index.snapshots import open_snapshot
from kg.index.view import IndexView


class ExportedIndex:
    """What :class:`kg.index.LineageIndex` is to readers, up to the revision it was exported at."""

    def __init__(self, folder: Path) -> None:
        """Raises :class:`kg.errors.StorageError` for a folder that cannot be read."""
        self._newest = open_snapshot(folder)

    def at(self, revision: int | None = None) -> IndexView:
        """See :meth:`kg.index.LineageIndex.at`."""
        return self._newest.as_of(revision)

    def close(self) -> None:
        """There is nothing to keep."""
