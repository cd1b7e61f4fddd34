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

from kg.errors import InputError
from kg.model import Rejection


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
        # The HTTP client takes as long to load as reading a file, and files are what is read most.
        from kg.connectors.openlineage.endpoint import read_url

        yield from read_url(origin)
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
        return isinstance(parse_json(line), dict)
    except ValueError:
        return False


def _read_lines(lines: Iterator[tuple[int, bytes]], where: str) -> Iterator[Item | Rejection]:
    for number, line in lines:
        if line.strip():
            place = f"{where}:{number}"
            try:
                document = parse_json(line)
            except ValueError as error:
                yield Rejection(place, f"not JSON: {error}")
            else:
                yield Item(place, document)


def _read_document(text: bytes, where: str) -> Iterator[Item]:
    try:
        document = parse_json(text)
    except ValueError as error:
        raise InputError(f"not JSON: {error}", where=where) from error
    events = events_of(document)
    if events is None:
        yield Item(where, document)
    else:
        yield from (Item(f"{where}[{at}]", event) for at, event in enumerate(events))


def events_of(document: object) -> list[Any] | None:
    """The events of an array or an answer ``{"events": [...]}``; ``None`` for anything else."""
    if isinstance(document, dict) and isinstance(document.get("events"), list):
        document = document["events"]
    return document if isinstance(document, list) else None


def parse_json(text: bytes) -> object:
    """The JSON value of the text; ``ValueError`` says in one line why it is none."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")
