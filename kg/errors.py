"""Every error the product raises on purpose.

::

    KGError                    exit 2
    ├── InputError             something given to us is wrong
    │   ├── NotFound           an asset, query or graph that does not exist
    │   ├── QuerySyntaxError   SPARQL that does not parse
    │   ├── QueryRefused       SPARQL that parses but is against policy
    │   └── NotPermitted       a graph that is not for the one who asks to write
    ├── SourceError            a system we read from failed
    ├── StorageError           the data directory cannot be used
    │   └── DirectoryInUse     another process holds it
    ├── QueryTimeout           a query that took longer than it may
    ├── QueryAborted           a query whose evaluation failed or was ended
    ├── AnswerTooLarge         a query whose answer is longer than it may be
    ├── NotReady               an answer that is being worked out
    └── Unsupported            exit 3: understood, but not something we do

A message is one line: what is wrong, where, and how to mend it. Not conforming to a shape is
a result, not an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_NEAR: Final = 40


class KGError(Exception):
    """Base of all errors raised on purpose; ``str()`` of it is one line fit for a person."""

    exit_code = 2

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.message = " ".join(message.split())
        self.where = where
        self.hint = hint
        super().__init__(self.message)

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text} ({self.hint})" if self.hint else text


class InputError(KGError):
    """Something given to us is wrong; nothing of it was written."""


class NotFound(InputError):
    """A named thing does not exist; carries near names to suggest."""

    def __init__(self, message: str, *, suggestions: Sequence[str] = ()) -> None:
        self.suggestions = tuple(suggestions)
        hint = f"did you mean {', '.join(self.suggestions)}?" if self.suggestions else None
        super().__init__(message, hint=hint)


class QuerySyntaxError(InputError):
    """SPARQL text that does not parse, with the place where reading stopped (both from 1).

    ``excerpt`` is the line with a caret below the place, once somebody who has the text has called
    :meth:`point_at`.
    """

    excerpt: str | None = None

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        self.line = line
        self.column = column
        where = f"line {line}, column {column}" if line is not None else None
        super().__init__(message, where=where)

    def point_at(self, text: str) -> None:
        """Make the excerpt from the text that the place is in; of a long line, what is near."""
        if self.line is None or self.column is None:
            return
        lines = text.split("\n")
        line = lines[self.line - 1].rstrip("\r") if self.line <= len(lines) else ""
        start = max(0, self.column - 1 - _NEAR)
        near = line[start : start + 2 * _NEAR].replace("\t", " ")
        self.excerpt = f"{near}\n{' ' * (self.column - 1 - start)}^"


class QueryRefused(InputError):
    """SPARQL that may be well formed but breaks the endpoint's policy (SERVICE, size, depth)."""


class NotPermitted(InputError):
    """A write to what another owns: the graph of a source, entailments, the ontology."""


class SourceError(KGError):
    """A system that we read from failed, answered nonsense or not at all."""


class StorageError(KGError):
    """The data directory cannot be opened, is locked, or is not one of ours."""


class DirectoryInUse(StorageError):
    """The data directory is held by another process: a command, or a server."""


class QueryTimeout(KGError):
    """A query that took longer than it may, or found no reader free in that time."""


class QueryAborted(KGError):
    """A query whose evaluation failed, or ended its process (out of memory, killed)."""


class AnswerTooLarge(KGError):
    """A query whose answer has more rows or bytes than it may."""


class NotReady(KGError):
    """An answer that is being worked out; to be asked for again in a moment."""


class Unsupported(KGError):
    """A request that is understood but that this product does not carry out."""

    exit_code = 3
