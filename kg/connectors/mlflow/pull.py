"""Pull: reads a server into a recording, page by page, so that it can go on where it stopped.

While a pull is under way its lines stand in ``{recording}.part``, and ``{recording}.cursor`` says
how much of that is whole pages and which page comes next. Both go when the recording is finished.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from kg.connectors.mlflow.client import MlflowClient, Page
from kg.connectors.mlflow.listings import EXPERIMENTS, Listing, listings
from kg.connectors.mlflow.recording import KINDS, Entry, end_line, entries, line_of
from kg.errors import InputError, StorageError

Progress = Callable[[Mapping[str, int]], None]


@dataclass
class Cursor:
    """How far a pull got: which list and page come next, and how much was written till then."""

    server: str
    listing: int = 0
    token: str = ""
    size: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))


def pull(
    url: str,
    recording: Path,
    *,
    resume: bool = False,
    page_size: int | None = None,
    timeout: float = 30.0,
    pause: float = 0.5,
    environ: Mapping[str, str] = os.environ,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Record all that a tracking server lists; returns how many objects of each kind.

    With ``resume`` an interrupted pull of the same server goes on at the page where it stopped;
    otherwise, or where there is none, it starts afresh. ``progress`` is told the counts after
    each page. For ``timeout``, ``pause`` and ``environ`` see :class:`MlflowClient`.

    Raises :class:`SourceError` when the server fails, which leaves the pull to be resumed;
    :class:`InputError` for a bad URL or a pull of another server; :class:`StorageError` when the
    recording cannot be written.
    """
    with MlflowClient(url, timeout=timeout, pause=pause, environ=environ) as client:
        try:
            return _Spool(recording).fill(client, resume, page_size, progress)
        except OSError as error:
            raise StorageError(
                f"cannot be written: {error.strerror}", where=str(recording)
            ) from None


class _Spool:
    """The files of a pull that is under way."""

    def __init__(self, recording: Path) -> None:
        self._recording = recording
        self._part = recording.with_name(recording.name + ".part")
        self._cursor = recording.with_name(recording.name + ".cursor")

    def fill(
        self,
        client: MlflowClient,
        resume: bool,
        page_size: int | None,
        progress: Progress | None,
    ) -> dict[str, int]:
        cursor = self._start(client.url, resume)
        with self._part.open("r+b") as lines:
            lines.truncate(cursor.size)
            lines.seek(cursor.size)
            for listing in self._remaining(cursor):
                more = True
                while more:
                    page = client.page(listing, cursor.token, page_size)
                    more = self._keep(page, listing, cursor, lines)
                    if progress:
                        progress(cursor.counts)
            lines.write(end_line(cursor.counts))
        self._part.replace(self._recording)
        self._cursor.unlink(missing_ok=True)
        return cursor.counts

    def _start(self, server: str, resume: bool) -> Cursor:
        cursor = self._saved() if resume else None
        if cursor is None:
            self._part.write_bytes(b"")
            return Cursor(server)
        if cursor.server != server:
            raise InputError(
                f"the pull to resume is of {cursor.server}",
                where=str(self._part),
                hint="give that address, or remove this file to start afresh",
            )
        return cursor

    def _saved(self) -> Cursor | None:
        """The cursor beside the lines, unless it is damaged or they lack what it counts on."""
        try:
            cursor = Cursor(**json.loads(self._cursor.read_bytes()))
            return cursor if self._part.stat().st_size >= cursor.size else None
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def _remaining(self, cursor: Cursor) -> Iterator[Listing]:
        if cursor.listing == 0:
            yield EXPERIMENTS
        yield from listings(self._experiment_ids())[cursor.listing - 1 :]

    def _experiment_ids(self) -> list[str]:
        """The experiments recorded, which are the first lines; one without an id has no runs."""
        ids: dict[str, None] = {}
        for entry in entries(self._part):
            if not isinstance(entry, Entry) or entry.kind != EXPERIMENTS.kind:
                break
            if id_ := entry.body.text("experiment_id"):
                ids[id_] = None
        return list(ids)

    def _keep(self, page: Page, listing: Listing, cursor: Cursor, lines: BinaryIO) -> bool:
        """Write a page, then move the cursor behind it; whether the list goes on."""
        lines.writelines(line_of(listing.kind, item) for item in page.items)
        lines.flush()
        os.fsync(lines.fileno())
        cursor.counts[listing.kind] += len(page.items)
        cursor.size, cursor.token = lines.tell(), page.next_token
        if not page.next_token:
            cursor.listing += 1
        moved = self._cursor.with_name(self._cursor.name + ".new")
        moved.write_text(json.dumps(asdict(cursor)), encoding="utf-8")
        moved.replace(self._cursor)
        return bool(page.next_token)
