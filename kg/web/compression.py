"""gzip for answers that are worth it, piece by piece as they come (RFC 9110, 8.4.1.3)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from flask import Response, request

from kg.web.preconditions import pack_tag

_GZIP_WINDOW: Final = 31  # zlib's number for a gzip header around a window of 32 KB
_LEVEL: Final = 1  # fast: an answer is sent once
_SMALLEST: Final = 1_000
_TYPES: Final = ("text/", "application/")


class Compressed(Iterator[bytes]):
    """The gzip form of a stream; closing it closes the stream, read or not."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._source = chunks
        self._pieces = self._compress(chunks)

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Let go of what is behind."""
        close = getattr(self._source, "close", None)
        if close is not None:
            close()

    @staticmethod
    def _compress(chunks: Iterable[bytes]) -> Iterator[bytes]:
        compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
        for chunk in chunks:
            piece = compressor.compress(chunk)
            if piece:
                yield piece
        yield compressor.flush()


def compress(response: Response) -> Response:
    """The response, compressed where the client takes gzip; for ``after_request``."""
    if not _worth_it(response):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0 and request.method != "HEAD":
        if response.is_streamed:
            # The body may be an answer under way, which only its own close() ends.
            response.response = Compressed(response.response)  # type: ignore[arg-type]
        else:
            response.set_data(b"".join(Compressed([response.get_data()])))
        response.content_encoding = "gzip"
        pack_tag(response)
    return response


def _worth_it(response: Response) -> bool:
    length = response.content_length
    return (
        response.status_code == 200
        and not response.direct_passthrough
        and response.content_encoding is None
        and (response.mimetype or "").startswith(_TYPES)
        and (length is None or length >= _SMALLEST)
    )
