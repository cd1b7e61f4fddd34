"""Tokens of SPARQL 1.1 and 1.2 text, queries and updates alike, with their source offsets.

The terminals are those of the SPARQL grammar (SPARQL 1.2 Query, section 19.8), longest match
first. Policy and binding work on tokens, never on text, so that no comment, string or IRI is
taken for something else, and nothing is hidden in one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from kg.errors import QuerySyntaxError


class Kind(StrEnum):
    """What a token is: the name of its group in the expression below."""

    IRI = "iri"
    STRING = "string"
    PNAME = "pname"
    WORD = "word"
    BLANK = "blank"
    VAR = "var"
    NUMBER = "number"
    LANGTAG = "langtag"
    OP = "op"


class Token(NamedTuple):
    """A token: its kind, its text with codepoint escapes decoded, its place in the source."""

    kind: Kind
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the keywords (given in capitals), in any case."""
        return self.kind is Kind.WORD and self.text.upper() in words

    def is_op(self, *operators: str) -> bool:
        """Whether this is one of the operators or punctuation marks."""
        return self.kind is Kind.OP and self.text in operators

    @property
    def opens(self) -> bool:
        """Whether this is an opening bracket of any form."""
        return self.kind is Kind.OP and self.text in _OPENING

    @property
    def closes(self) -> bool:
        """Whether this is a closing bracket of any form."""
        return self.kind is Kind.OP and self.text in _CLOSING


_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ECHAR = r"\\[tbnrf\\\"']"
_LETTER = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_TAIL = "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_CHAR = rf"(?:[{_LETTER}_{_TAIL}-]|{_UCHAR})"
_RUN = rf"(?:[{_LETTER}]|{_UCHAR}){_CHAR}*+(?:\.++{_CHAR}++)*+"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL_CHAR = rf"(?:[{_LETTER}_{_TAIL}:-]|{_PLX}|{_UCHAR})"
_LOCAL = rf"(?:(?:[{_LETTER}_0-9:]|{_PLX}|{_UCHAR}){_LOCAL_CHAR}*+(?:\.++{_LOCAL_CHAR}++)*+)?"
_IRI = rf"<(?:[^<>\"{{}}|^`\\\x00-\x20]++|{_UCHAR})*+>"

# Quantifiers are possessive: no text makes the match go back, so reading is linear. A run of
# name characters without a colon is one word as a whole for the same reason.
_TOKEN = re.compile(
    rf"""
    (?P<skip>(?:[ \t\r\n]++|\#[^\r\n]*+)++)
  | (?P<iri>{_IRI})
  | (?P<string>
        \"{{3}}(?:(?:\"{{1,2}}+)?+(?:[^\"\\]|{_ECHAR}|{_UCHAR}))*+\"{{3}}
      | '{{3}}(?:(?:'{{1,2}}+)?+(?:[^'\\]|{_ECHAR}|{_UCHAR}))*+'{{3}}
      | \"(?!\"\")(?:[^\"\\\r\n]++|{_ECHAR}|{_UCHAR})*+\"
      | '(?!'')(?:[^'\\\r\n]++|{_ECHAR}|{_UCHAR})*+'
    )
  | (?P<pname>(?:{_RUN})?+:{_LOCAL})
  | (?P<word>{_RUN})
  | (?P<blank>_:(?:[{_LETTER}_0-9]|{_UCHAR}){_CHAR}*+(?:\.++{_CHAR}++)*+)
  | (?P<var>[?$](?:[{_LETTER}_0-9]|{_UCHAR})(?:[{_LETTER}_{_TAIL}]|{_UCHAR})*+)
  | (?P<number>
        [0-9]++(?:\.[0-9]*+[eE][+-]?[0-9]++|\.[0-9]++|[eE][+-]?[0-9]++)?
      | \.[0-9]++(?:[eE][+-]?[0-9]++)?
    )
  | (?P<langtag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?)
  | (?P<op><<\(|\)>>|\|\||&&|\^\^|<=|>=|!=|<<|>>|\{{\||\|\}}|[{{}}()\[\];,.+\-*/<>=!^|~?])
    """,
    re.VERBOSE,
)
_KINDS: Final[Mapping[str | None, Kind]] = MappingProxyType({kind.value: kind for kind in Kind})
_ESCAPE = re.compile(_UCHAR)
_COMPLETE_IRI = re.compile(_IRI)
_OPENING = frozenset({"(", "{", "[", "<<", "<<(", "{|"})
_CLOSING = frozenset({")", "}", "]", ">>", ")>>", "|}"})
_CONNECTED = re.compile(r"[,)&]")
_DIVERGENT = re.compile(r"['#]")


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column (both from 1) of an offset in a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def syntax_error(message: str, text: str, offset: int) -> QuerySyntaxError:
    """The error for what stands at an offset of the text."""
    line, column = position(text, offset)
    return QuerySyntaxError(message, line=line, column=column)


def unescape(text: str) -> str:
    """Decode the codepoint escapes ``\\uXXXX`` and ``\\UXXXXXXXX`` (SPARQL 1.1, 19.2).

    Raises :class:`QuerySyntaxError` for an escape that stands for no character.
    """

    def decode(match: re.Match[str]) -> str:
        code = int(match[0][2:], 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise syntax_error(f"{match[0]} is not a character", text, match.start())
        return chr(code)

    return _ESCAPE.sub(decode, text) if "\\" in text else text


_SHORT: Final = 8_192
_KEPT: Final = 64
"""Guard, planner and others ask for the tokens of a text one after the other: so many are kept."""


def tokenize(text: str) -> Sequence[Token]:
    """All tokens of a query or update, comments and white space left out.

    Raises :class:`QuerySyntaxError`, with line and column, where no token can be read: a string
    or IRI that does not end, a character outside the grammar, or a ``<`` after a value that may
    as well open an IRI as compare.
    """
    return _kept(text) if len(text) <= _SHORT else _read(text)


def _read(text: str) -> Sequence[Token]:
    return tuple(_Reader(text).read())


_kept = lru_cache(maxsize=_KEPT)(_read)


class _Reader:
    """Reads one text from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self._open: list[str] = []

    def read(self) -> list[Token]:
        place, length, match_at = 0, len(self.text), _TOKEN.match
        while place < length:
            match = match_at(self.text, place)
            if match is None:
                raise syntax_error(self._complaint(place), self.text, place)
            place = match.end() if match.lastgroup == "skip" else self._take(match)
        return self.tokens

    def _take(self, match: re.Match[str]) -> int:
        kind, (start, end), raw = _KINDS[match.lastgroup], match.span(), match[0]
        if raw[0] == "<" and self._compares(match):
            kind, end = Kind.OP, start + (2 if raw.startswith("<=") else 1)
            raw = self.text[start:end]
        self.tokens.append(Token(kind, self._decoded(raw, start), start, end))
        if kind is Kind.OP:
            if raw in _OPENING:
                self._open.append(raw)
            elif raw in _CLOSING and self._open:
                self._open.pop()
        return end

    def _decoded(self, raw: str, start: int) -> str:
        if "\\" not in raw:
            return raw
        try:
            return unescape(raw)
        except QuerySyntaxError as error:
            raise syntax_error(error.message, self.text, start) from None

    def _compares(self, match: re.Match[str]) -> bool:
        """Whether this ``<`` compares two values although an IRI could be read there.

        A comparison stands between parentheses after a value. The same place in a collection or
        a row of VALUES holds an IRI: that has no connective inside, or has a scheme and ``//``,
        which no expression has. Where the two readings would part company for the rest of the
        text (a comment or a string inside one of them) we take neither.
        """
        if not (self._open and self._open[-1] == "(" and self._after_value()):
            return False
        if match[0] == "<<":
            return _COMPLETE_IRI.match(self.text, match.start() + 1) is not None
        if match.lastgroup != "iri" or "//" in match[0]:
            return False
        if _DIVERGENT.search(match[0]):
            raise syntax_error("ambiguous '<': put a space after it", self.text, match.start())
        return _CONNECTED.search(match[0]) is not None

    def _after_value(self) -> bool:
        last = self.tokens[-1]
        if last.kind is Kind.OP:
            return last.text in (")", "]", ">>", ")>>", "}")
        return last.kind is not Kind.WORD or last.text.lower() in ("true", "false")

    def _complaint(self, place: int) -> str:
        character = self.text[place]
        if character in "\"'":
            return "this string does not end, or holds an unknown escape"
        return f"unexpected character {character!r}"
