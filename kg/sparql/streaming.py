"""Results as they are made: pieces of bounded size, from a thread that evaluates.

The engine's serialisers push into a file while a web server pulls from an iterator; a short
queue between two threads joins them, so neither runs ahead of the other. A result is bound to
the thread that evaluates it, hence evaluation happens there from the first step.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import IO, Final, cast

CHUNK: Final = 64 * 1024
"""The most bytes that are handed on at a time."""

STACK: Final = 64 * 1024 * 1024
"""Stack of a thread that evaluates: the engine recurses over the structure of a query."""

_WAITING = 4


class ChunkWriter:
    """The writing half of a binary file: gathers bytes and passes them on in chunks."""

    def __init__(self, put: Callable[[bytes], None]) -> None:
        self._put = put
        self._buffer = bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes; a full chunk is passed on, which may block or raise."""
        self._buffer += data
        if len(self._buffer) >= CHUNK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Pass on what is left; one value may be large, its chunks are not."""
        gathered = bytes(self._buffer)
        self._buffer.clear()
        for start in range(0, len(gathered), CHUNK):
            self._put(gathered[start : start + CHUNK])


def write_chunks(produce: Callable[[IO[bytes]], None], put: Callable[[bytes], None]) -> None:
    """Let ``produce`` write a whole answer, passed on in chunks."""
    writer = ChunkWriter(put)
    produce(cast(IO[bytes], writer))
    writer.flush()


def start_evaluation_thread(target: Callable[[], None]) -> threading.Thread:
    """Start a daemon thread with the stack that evaluation needs."""
    thread = threading.Thread(target=target, daemon=True)
    before = threading.stack_size(STACK)
    try:
        thread.start()
    finally:
        threading.stack_size(before)
    return thread


class _Abandoned(Exception):
    """Nobody reads any more."""


class ProducedChunks(Iterator[bytes]):
    """The chunks that ``produce`` writes in a thread of its own; what it raises is raised here.

    ``close`` tells the thread to stop at its next chunk.
    """

    def __init__(self, produce: Callable[[IO[bytes]], None]) -> None:
        self._queue: queue.Queue[bytes | BaseException | None] = queue.Queue(_WAITING)
        self._abandoned = threading.Event()
        self._ended = False
        start_evaluation_thread(lambda: self._run(produce))

    def __next__(self) -> bytes:
        if self._ended:
            raise StopIteration
        item = self._queue.get()
        if isinstance(item, bytes):
            return item
        self._ended = True
        if item is None:
            raise StopIteration
        raise item

    def close(self) -> None:
        """Read no further; the thread ends at its next chunk."""
        self._ended = True
        self._abandoned.set()
        while not self._queue.empty():
            self._queue.get_nowait()

    def _run(self, produce: Callable[[IO[bytes]], None]) -> None:
        end: BaseException | None = None
        try:
            write_chunks(produce, self._put)
        except _Abandoned:
            return
        except BaseException as error:
            end = error
        if not self._abandoned.is_set():
            self._queue.put(end)

    def _put(self, chunk: bytes) -> None:
        if self._abandoned.is_set():
            raise _Abandoned
        self._queue.put(chunk)
