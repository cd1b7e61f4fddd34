"""Answers of queries as responses: at once where they are short, else as they come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from flask import Response

from kg.sparql.executor import Answer
from kg.sparql.streaming import CHUNK


def respond(answer: Answer) -> Response:
    """The response that holds an answer, with the revision it is true of.

    An answer that fits into one chunk is read to its end first: so a failure is told as such, the
    length is known, which keeps the connection, and its place is free. Raises what reading does.
    """
    first = next(answer, b"")
    if len(first) < CHUNK:
        with closing(answer):
            body = b"".join((first, *answer))
        response = Response(body, content_type=answer.format.content_type)
    else:
        response = Response(_whole(first, answer), content_type=answer.format.content_type)
    response.headers["X-KG-Revision"] = str(answer.revision)
    return response


def _whole(first: bytes, answer: Answer) -> Iterator[bytes]:
    with closing(answer):
        yield first
        yield from answer
