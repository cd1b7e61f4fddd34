"""What SPARQL text an engine is let see.

SERVICE and LOAD make the engine call other hosts; deep nesting, long chains and many patterns
end its process or keep it planning for minutes, out of reach of any timeout. All of that is
known from the tokens, before the engine sees a character.

Oxigraph 0.5 reads without token boundaries: ``SERVICEex:a`` and ``1SERVICE`` hold the keyword,
and a second dot ends a local name. The checks follow that reading as well as the standard's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NoReturn

from kg.errors import QueryRefused, QuerySyntaxError
from kg.sparql.complexity import MOST_EACH, measure
from kg.sparql.tokens import Kind, Token, position, tokenize, unescape

_SHORT: Final = 8_192
_KEPT: Final = 64
"""So many short texts that passed are remembered: what is refused is looked at anew."""


@dataclass(frozen=True)
class Limits:
    """The most that one text may hold; data blocks and templates count for length and depth.

    ``patterns`` counts triple patterns, path steps, VALUES blocks and DESCRIBE resources (100
    plan in about a second, 200 in eight), ``groups`` braces, ``operators`` operators and
    parentheses, ``variables`` their occurrences.
    """

    length: int = 256 * 1024
    depth: int = 64
    patterns: int = 100
    groups: int = 200
    operators: int = 1000
    variables: int = 2000


def check(text: str, limits: Limits) -> None:
    """Refuse a query or update that is against policy.

    Raises :class:`QueryRefused` for SERVICE, LOAD or a text over a limit, and
    :class:`QuerySyntaxError` for text without a clear reading.
    """
    if len(text) > limits.length:
        raise QueryRefused(f"the text is {len(text):,} characters long, over {limits.length:,}")
    (_remembered if len(text) <= _SHORT else _check)(text, limits)


def _check(text: str, limits: Limits) -> None:
    tokens = tokenize(text)
    _Policy(text, tokens).check()
    if "\\" in text:
        _check_unescaped(text)
    _check_size(tokens, limits)


_remembered = lru_cache(maxsize=_KEPT)(_check)


def _check_unescaped(text: str) -> None:
    """Apply the policy to the text as an engine sees it that decodes escapes before reading."""
    plain = unescape(text)
    try:
        tokens = tokenize(plain)
    except QuerySyntaxError:
        return
    _Policy(plain, tokens).check()


def _check_size(tokens: Sequence[Token], limits: Limits) -> None:
    least = min(limits.depth, limits.patterns, limits.groups, limits.operators, limits.variables)
    if MOST_EACH * len(tokens) <= least:
        return
    counts = measure(tokens)
    for name, count, limit in (
        ("levels of nesting", counts.depth, limits.depth),
        ("triple patterns and path steps", counts.patterns, limits.patterns),
        ("groups", counts.groups, limits.groups),
        ("operators and parentheses", counts.operators, limits.operators),
        ("variables", counts.variables, limits.variables),
    ):
        if count > limit:
            raise QueryRefused(f"the text has {count:,} {name}, over {limit:,}")


_CALLING = re.compile(r"SERVICE|LOAD", re.IGNORECASE)
_GLUED_VALUE = re.compile(r"(true|false).", re.IGNORECASE | re.DOTALL)
_GLUED_SERVICE = re.compile(r"(true|false)?SERVICE", re.IGNORECASE)
_GLUED_LOAD = re.compile(r"LOAD", re.IGNORECASE)


class _Policy:
    """Looks for what calls other hosts, however it is spelled."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.tokens = tokens

    def check(self) -> None:
        """Raise :class:`QueryRefused` at the first token that is against policy."""
        depth = 0
        for index, token in enumerate(self.tokens):
            if token.kind is Kind.WORD:
                self._check_word(token)
            elif token.kind is Kind.PNAME:
                self._check_name(index, token, depth)
            depth += token.opens - token.closes

    def _check_word(self, token: Token) -> None:
        calling = _CALLING.search(token.text)
        if calling:
            self._refuse(f"{calling[0].upper()} is not allowed here", token)
        if _GLUED_VALUE.match(token.text):
            self._refuse(
                f"{token.text[:40]!r} can be read in two ways", token, "put a space after it"
            )

    def _check_name(self, index: int, token: Token, depth: int) -> None:
        prefix, _, local = token.text.partition(":")
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        if _GLUED_SERVICE.match(prefix) and following and following.is_op("{"):
            if not (index and self.tokens[index - 1].is_word("GRAPH")):
                self._refuse("SERVICE is not allowed here", token)
        elif _GLUED_LOAD.match(prefix) and depth == 0 and self._starts_operation(index):
            self._refuse("LOAD is not allowed here", token)
        if len(re.findall(r"(?<!\\)\.+", local)) > 1:
            self._refuse(
                f"{token.text[:40]!r} has a second dot, where the engine ends a name",
                token,
                "write the IRI in full",
            )

    def _starts_operation(self, index: int) -> bool:
        """Whether an update operation may start here: first, or after ``;`` or a declaration."""
        if index == 0:
            return True
        before = self.tokens[index - 1]
        return before.kind in (Kind.IRI, Kind.STRING) or before.is_op(";")

    def _refuse(self, message: str, token: Token, hint: str | None = None) -> NoReturn:
        line, column = position(self.text, token.start)
        raise QueryRefused(message, where=f"line {line}, column {column}", hint=hint)
