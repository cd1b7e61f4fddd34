"""What the engine says of a text that it cannot read, told so that it can be mended."""

from __future__ import annotations

import re
from typing import Final

from kg.errors import QuerySyntaxError

_PLACE: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def syntax_error(error: SyntaxError, text: str) -> QuerySyntaxError:
    """The error of ours for what the engine says of a text that it cannot read."""
    match = _PLACE.match(str(error))
    if match is None:
        return QuerySyntaxError(str(error))
    line, column, reason = int(match[1]), int(match[2]), match[3]
    if reason.startswith("expected"):
        # The engine lists every token of the grammar; people look for the one that is wrong.
        rest = text.split("\n")[line - 1][column - 1 :].split()
        reason = (
            f"{rest[0][:40]!r} cannot stand here"
            if rest
            else "the query is wrong or not complete before its end"
        )
    return QuerySyntaxError(reason, line=line, column=column)
