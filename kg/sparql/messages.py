"""What a reader process and its pool say to each other, over a connection of byte messages.

A reader that has started sends an end. Then the pool sends a request, which the reader answers
with the plan of the query, any number of chunks and an end, or with all three in one message where
there is little to say; a failure may come at any point. A reader that cannot get at what it is to
read says with what failure it is lost, and ends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kg.errors import (
    AnswerTooLarge,
    InputError,
    KGError,
    QueryAborted,
    QueryRefused,
    QuerySyntaxError,
    StorageError,
)

CHUNK: Final = b"c"
END: Final = b"."
PLAN: Final = b"p"
WHOLE: Final = b"w"
FAILURE: Final = b"!"
LOST: Final = b"?"


@dataclass(frozen=True)
class Request:
    """A query to evaluate on a copy of a store; graphs are given by their IRIs."""

    store: str
    index: str | None
    """The lineage index of the revision, where it is wanted and there."""

    updates: Sequence[str]
    """What is to be done to the copy before."""

    owned: bool
    """Whether the copy is the reader's own, and may be written to."""

    text: str
    format_name: str
    default_graphs: Sequence[str] | None
    named_graphs: Sequence[str] | None
    max_rows: int | None = None
    max_bytes: int | None = None
    plain: bool = False
    """Whether no rewrite can apply, which the sender has found out already."""

    def encode(self) -> bytes:
        """The request as a message."""
        return json.dumps(vars(self)).encode()

    @classmethod
    def decode(cls, message: bytes) -> Request:
        """The request that a message holds."""
        return cls(**json.loads(message))


_ERRORS: Final[Mapping[str, type[KGError]]] = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (AnswerTooLarge, InputError, QueryRefused, QueryAborted, StorageError)
    }
)


def encode_plan(names: Sequence[str]) -> bytes:
    """A message for how a query was planned."""
    return PLAN + json.dumps(names).encode()


def decode_plan(message: bytes) -> tuple[str, ...]:
    """The names that a plan holds."""
    return tuple(json.loads(message[len(PLAN) :]))


def encode_whole(names: Sequence[str], answer: bytes) -> bytes:
    """A message for a whole answer: a line of JSON for its plan, and then its bytes."""
    return WHOLE + json.dumps(names).encode() + b"\n" + answer


def decode_whole(message: bytes) -> tuple[tuple[str, ...], bytes]:
    """The plan and the bytes of a whole answer."""
    names, _, answer = message[len(WHOLE) :].partition(b"\n")
    return tuple(json.loads(names)), answer


def encode_failure(error: BaseException, kind: bytes = FAILURE) -> bytes:
    """A message for what ended an evaluation, or with ``LOST`` a reader."""
    fields: dict[str, object] = {"kind": type(error).__name__, "message": str(error)}
    if isinstance(error, QuerySyntaxError):
        fields |= {"message": error.message, "line": error.line, "column": error.column}
    elif isinstance(error, MemoryError):
        fields["message"] = "it needs more memory than it may have"
    return kind + json.dumps(fields).encode()


def decode_failure(message: bytes) -> KGError:
    """The error to raise for a failure, :class:`QueryAborted` for any that is not ours."""
    fields = json.loads(message[1:])
    if fields["kind"] == QuerySyntaxError.__name__:
        return QuerySyntaxError(fields["message"], line=fields["line"], column=fields["column"])
    if fields["kind"] in _ERRORS:
        return _ERRORS[fields["kind"]](fields["message"])
    return QueryAborted(f"the query was stopped: {fields['message']}")
