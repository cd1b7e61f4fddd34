"""Queries in which no rewrite has anything to do, told from their tokens alone.

Reading a query takes many times as long as going through its tokens, and half as long as the
engine takes for a look-up. Every rewrite needs a path, ``mlg:dependsOn``, OPTIONAL or EXISTS.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.namespaces import MLG
from kg.sparql.tokens import Kind, Token

_PATHS: Final = frozenset({"+", "*", "?", "/", "^", "|"})
_WORDS: Final = frozenset({"OPTIONAL", "EXISTS"})
_DEPENDS_ON: Final = MLG.dependsOn.value
_NOTHING: Final = Token(Kind.OP, "", 0, 0)


def is_plain(tokens: Sequence[Token]) -> bool:
    """Whether no rewrite can apply; where that is not plain to see, it is not."""
    return not any(map(_matters, tokens, (_NOTHING, *tokens)))


def has_closure(tokens: Sequence[Token]) -> bool:
    """Whether there may be a recursive path, or ``mlg:dependsOn``: else the plan follows from the
    text alone, whatever the graph holds.
    """
    return any(map(_recurs, tokens, (_NOTHING, *tokens)))


def _recurs(token: Token, before: Token) -> bool:
    if token.kind is Kind.OP:
        return token.text in ("+", "*") and not _stands_for_all(token, before)
    return token.kind is not Kind.WORD and _matters(token, before)


def _matters(token: Token, before: Token) -> bool:
    match token.kind:
        case Kind.OP:
            return token.text in _PATHS and not _stands_for_all(token, before)
        case Kind.WORD:
            return token.text.upper() in _WORDS
        case Kind.PNAME:
            return _may_be_depends_on(token.text)
        case Kind.IRI:
            return _DEPENDS_ON in token.text
    return False


def _stands_for_all(token: Token, before: Token) -> bool:
    """``SELECT *``; in ``COUNT(*)`` the star may as well be taken for a path."""
    return token.text == "*" and before.is_word("SELECT", "DISTINCT", "REDUCED", "DESCRIBE")


def _may_be_depends_on(name: str) -> bool:
    """Whether a prefixed name may be short for ``mlg:dependsOn``, whatever its prefix is.

    One without a local part is so only where the whole IRI stands in a declaration.
    """
    local = name.partition(":")[2]
    return "\\" in local or (local != "" and _DEPENDS_ON.endswith(local))
