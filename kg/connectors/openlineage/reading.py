"""Where events come from: a file, a stream or an HTTP endpoint, as parsed JSON with its place.

A file holds one event, an array of events, an answer ``{"events": [...]}`` or JSON Lines; which
one is detected, and JSON Lines are streamed. A line that is not JSON is a rejection and reading
goes on; a document that is not JSON is an error, for nothing of it can be trusted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn
from urllib.parse import urlsplit

import httpx

from kg.connectors.scrub import scrub_text
from kg.errors import InputError, SourceError
from kg.model import Rejection

_TIMEOUT_SECONDS = 30.0


class Item(NamedTuple):
    """One parsed JSON document and where it stood."""

    where: str
    document: object


def read(origin: Path | str | BinaryIO) -> Iterator[Item | Rejection]:
    """The documents of a file, an ``http(s)`` URL or an open binary stream.

    Raises :class:`InputError` for what is not there or not JSON, :class:`SourceError` for an
    endpoint that fails.
    """
    if isinstance(origin, str) and "://" in origin:
        yield from _read_url(origin)
    elif isinstance(origin, str | Path):
        yield from _read_file(Path(origin))
    else:
        yield from read_stream(origin, "<stdin>")


def _read_file(path: Path) -> Iterator[Item | Rejection]:
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(path.open("rb"))
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from error
        yield from read_stream(stream, str(path))


def read_stream(stream: BinaryIO, where: str) -> Iterator[Item | Rejection]:
    """The documents of a binary stream; ``where`` names it in messages."""
    lines = enumerate(_without_mark(stream), start=1)
    head = list(islice((numbered for numbered in lines if numbered[1].strip()), 2))
    if not head:
        return
    starts_array = head[0][1].lstrip().startswith(b"[")
    if not starts_array and any(_is_object(line) for _, line in head):
        yield from _read_lines(chain(head, lines), where)
    else:
        yield from _read_document(b"".join(line for _, line in chain(head, lines)), where)


def _without_mark(stream: BinaryIO) -> Iterator[bytes]:
    for line in stream:
        yield line.removeprefix(b"\xef\xbb\xbf")


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(_parse(line), dict)
    except ValueError:
        return False


def _read_lines(lines: Iterator[tuple[int, bytes]], where: str) -> Iterator[Item | Rejection]:
    for number, line in lines:
        if line.strip():
            place = f"{where}:{number}"
            try:
                document = _parse(line)
            except ValueError as error:
                yield Rejection(place, f"not JSON: {error}")
            else:
                yield Item(place, document)


def _read_document(text: bytes, where: str) -> Iterator[Item]:
    try:
        document = _parse(text)
    except ValueError as error:
        raise InputError(f"not JSON: {error}", where=where) from error
    events = _events(document)
    if events is None:
        yield Item(where, document)
    else:
        yield from (Item(f"{where}[{at}]", event) for at, event in enumerate(events))


def _events(document: object) -> list[Any] | None:
    if isinstance(document, dict) and isinstance(document.get("events"), list):
        document = document["events"]
    return document if isinstance(document, list) else None


def _parse(text: bytes) -> object:
    """The JSON value of the text; ``ValueError`` says in one line why it is none."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _read_url(url: str) -> Iterator[Item]:
    """The events of an endpoint such as Marquez' ``/api/v1/events/lineage``, page by page."""
    where = scrub_text(url)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise InputError("only http and https URLs are read", where=where)
    with httpx.Client(timeout=_TIMEOUT_SECONDS) as client:
        answer = _get(client, url, where)
        events = _events(answer)
        if events is None:
            yield Item(where, answer)
            return
        received = 0
        while events:
            yield from (Item(f"{where}[{received + at}]", e) for at, e in enumerate(events))
            received += len(events)
            if not _has_more(answer, received, parts.query):
                return
            answer = _get(client, f"{url}{'&' if parts.query else '?'}offset={received}", where)
            events = _events(answer)


def _has_more(answer: object, received: int, query: str) -> bool:
    total = answer.get("totalCount") if isinstance(answer, dict) else None
    asked_for_page = "offset=" in query or "limit=" in query
    return isinstance(total, int) and received < total and not asked_for_page


def _get(client: httpx.Client, url: str, where: str) -> object:
    try:
        response = client.get(url, headers={"Accept": "application/json"})
        response.raise_for_status()
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        raise SourceError(f"answered with status {status}", where=where) from error
    except httpx.HTTPError as error:
        reason = scrub_text(str(error)) or type(error).__name__
        raise SourceError(f"does not answer: {reason}", where=where) from error
    try:
        return _parse(response.content)
    except ValueError as error:
        raise SourceError(f"the answer is not JSON: {error}", where=where) from error
