"""The lineage index: kept in step with the journal, read at any revision, never locked."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.index.building import Builder, compacted, empty
from kg.index.files import (
    DAMAGE,
    Base,
    Standing,
    link_base,
    read_base,
    read_recent,
    write_base,
    write_recent,
)
from kg.index.links import LinkReader
from kg.index.view import Contents, IndexView
from kg.index.vocabulary import Vocabulary
from kg.ontology import Ontology
from kg.terms import NamedNode

if TYPE_CHECKING:
    from kg.commit.views import GraphChange, Replay

_FEWEST: Final = 4_000
_SHARE: Final = 100
"""Changes are written into a new base when there are this many, and one for so many rows."""

_PREFIX: Final = "base-"
_log = logging.getLogger(__name__)


class _State(NamedTuple):
    """What is held, the ontology it was read by, and where its written part lies.

    The folder is ``None`` for memory alone.
    """

    contents: Contents
    digest: str
    folder: Path | None = None


class LineageIndex:
    """A :class:`kg.commit.View` of the dependencies and versions at every revision.

    One thread writes at a time; any number read, each through a view of one revision, and none
    waits for another. A commit costs what it changes; now and then, once the changes are more
    than a hundredth of the index, they are merged into new arrays.
    """

    def __init__(self, ontology: Ontology, folder: Path | None = None) -> None:
        """The index kept in a folder of its own, or in memory; see :meth:`catch_up`."""
        self._reader = LinkReader(ontology)
        self._folder = folder
        self._files = threading.Lock()
        self._saved = 0
        self._revision = 0
        self._state = _State(empty(Vocabulary.of(ontology)).contents(), self._reader.digest)
        if folder is not None:
            self._read(folder)

    @property
    def revision(self) -> int:
        """The newest revision that can be read; 0 for an index yet to be made."""
        return self._revision

    @property
    def digest(self) -> str:
        """The digest of the ontology by which the records were read."""
        return self._state.digest

    def at(self, revision: int | None = None) -> IndexView:
        """The index as of a revision, or as of the newest.

        Raises :class:`NotFound` for a revision that is not there, or not there yet.
        """
        newest = self._revision  # read before the contents, which are then at least as new
        contents, digest, _ = self._state
        return IndexView(contents, newest, digest).as_of(revision)

    def notes(self, *_: object) -> Mapping[NamedNode, str]:
        """Nothing; see :class:`kg.commit.View`."""
        return {}

    def follow(self, revision: int, changes: Sequence[GraphChange]) -> None:
        """Take in the next revision; see :class:`kg.commit.View`."""
        for change in changes:
            self._take(revision, change)
        self._revision = revision
        self._compact_if_due()

    def catch_up(self, replay: Replay) -> None:
        """Take in the revisions missed.

        Made anew where nothing is held, where it is not of here, or where another ontology is in
        force by now, which tells otherwise what the records of all revisions say.
        """
        if self._reader.digest != replay.ontology.digest:
            self.rebuild(replay)
            return
        if self._revision == replay.revision:
            return
        if not 0 < self._revision < replay.revision:
            self.rebuild(replay)
            return
        for revision, change in replay.changes(self._revision):
            self._take(revision, change)
        self._revision = replay.revision
        self._compact_if_due()

    def rebuild(self, replay: Replay) -> None:
        """Make the index anew from the patches of all revisions."""
        self._reader = LinkReader(replay.ontology)
        base = Builder(self._reader).build(replay)
        self._replace(base, replay.revision)

    def export(self, folder: Path, revision: int | None = None) -> None:
        """Write a snapshot that :func:`open_snapshot` reads, as of a revision or the newest.

        By hard links where the file system allows it, in milliseconds. Raises
        :class:`NotFound` as :meth:`at` does.
        """
        wanted = self.at(revision).revision
        shutil.rmtree(folder, ignore_errors=True)
        with self._files:
            contents, digest, base = self._state
            if base is not None:
                link_base(base, folder)
                write_recent(folder, contents, wanted, durable=False)
        if base is None:
            written = compacted(contents)
            write_base(folder, written, Standing(wanted, digest))
            write_recent(folder, written.contents(), wanted, durable=False)

    def close(self) -> None:
        """Keep on disk what was taken in since the base was written, for the next opening."""
        contents, _, base = self._state
        if self._saved == self._revision:
            return
        if base is None:
            self._replace(compacted(contents), self._revision)
            return
        try:
            write_recent(base, contents, self._revision)
        except OSError as error:
            _log.warning("the lineage index will be caught up at the next start: %s", error)

    def _take(self, revision: int, change: GraphChange) -> None:
        before, after = self._reader.links(change.before), self._reader.links(change.after)
        self._state.contents.take(revision, change.graph.value, before, after)

    def _compact_if_due(self) -> None:
        rows = self._state.contents.rows
        changes = sum(part.changes for part in rows)
        if changes > max(_FEWEST, sum(len(part) for part in rows) // _SHARE):
            self._replace(compacted(self._state.contents), self._revision)

    def _replace(self, base: Base, revision: int) -> None:
        """Go on from a new base; whoever reads the one before is not disturbed."""
        state = _State(base.contents(), self._reader.digest)
        if self._folder is not None:
            try:
                state = self._written(base, self._folder, revision)
            except OSError as error:
                _log.warning("the lineage index cannot be written: %s", error)
        with self._files:
            self._state = state
            self._revision = revision
            if self._folder is not None and state.folder is not None:
                _remove_all_but(state.folder, self._folder)
        self._saved = revision

    def _written(self, base: Base, folder: Path, revision: int) -> _State:
        number = max(_bases(folder), default=0) + 1
        path = folder / f"{_PREFIX}{number}"
        write_base(path, base, Standing(revision, self._reader.digest))
        return _State(read_base(path)[0].contents(), self._reader.digest, path)

    def _read(self, folder: Path) -> None:
        """Open the newest base that is whole and of this ontology; without one all stays empty."""
        for _, path in sorted(_bases(folder).items(), reverse=True):
            try:
                base, standing = read_base(path)
            except DAMAGE as error:
                _log.warning("the lineage index in %s cannot be read: %r", path, error)
                continue
            if standing.digest == self._reader.digest:
                contents, revision = _with_recent(path, base, standing)
                self._state = _State(contents, standing.digest, path)
                self._revision = self._saved = revision
                return


def _with_recent(path: Path, base: Base, standing: Standing) -> tuple[Contents, int]:
    """A base with what was kept beside it; without that, where it is missing or damaged."""
    contents = base.contents()
    try:
        revision = read_recent(path, contents)
    except DAMAGE as error:
        _log.warning("the newest part of the lineage index cannot be read: %r", error)
        contents, revision = base.contents(), None
    return contents, standing.revision if revision is None else revision


def _bases(folder: Path) -> dict[int, Path]:
    found = folder.glob(f"{_PREFIX}*")
    return {int(path.name.removeprefix(_PREFIX)): path for path in found}


def _remove_all_but(kept: Path, folder: Path) -> None:
    for path in folder.iterdir():
        if path != kept:
            shutil.rmtree(path, ignore_errors=True)
