"""How big a SPARQL text is in the ways that cost an engine, counted over its tokens.

Engines plan joins at a cost that grows steeply with the number of triple patterns and recurse
over nesting and over long chains of operators. The counts are never too low for text that is
well formed; a path group such as ``(ex:p)*`` may count a little more than it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.sparql.tokens import Kind, Token

_OPERATORS = frozenset({"&&", "||", "!", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/"})
# What follows these in braces is data or a template: it is not joined.
_DATA_KEYWORDS = frozenset({"VALUES", "DATA", "INSERT", "DELETE", "CONSTRUCT"})
_EXPRESSION_KEYWORDS = ("FILTER", "BIND")
_TERM_WORDS = frozenset({"A", "TRUE", "FALSE"})


MOST_EACH = 3
"""No token adds more than this to any count: ``[`` does in a collection, two of it at its end."""


@dataclass
class Complexity:
    """The counts of one text, data blocks and templates left out of all but the depth."""

    depth: int = 0
    patterns: int = 0
    groups: int = 0
    operators: int = 0
    variables: int = 0


@dataclass
class _Frame:
    """What is open: its bracket, what its content is, and where reading stands in it.

    ``content`` is ``triples``, ``collection`` (or a path group, which looks the same until a
    path operator shows), ``expression``, ``term`` or ``data``. ``state`` says for triples what
    comes next: a new ``subject``, the rest of a ``triple``, the ``clause`` of a keyword, or a
    ``filter`` that ends with its bracket. ``items``, ``steps`` and ``path`` are of collections.
    """

    bracket: str
    content: str
    state: str = ""
    keyword: str = ""
    items: int = 0
    steps: int = 0
    path: bool = False


def measure(tokens: Sequence[Token]) -> Complexity:
    """Count what a query or update holds."""
    counter = _Counter()
    for index, token in enumerate(tokens):
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        counter.take(token, following)
    return counter.counts


class _Counter:
    """Follows the brackets of one text and counts."""

    def __init__(self) -> None:
        self.counts = Complexity()
        self._frames = [_Frame("", "triples", "clause")]

    def take(self, token: Token, following: str) -> None:
        """Count one token; ``following`` is the text of the next."""
        frame = self._frames[-1]
        if token.opens:
            self._frames.append(self._opened(frame, token.text, following))
            self.counts.depth = max(self.counts.depth, len(self._frames) - 1)
        elif token.closes:
            self._close()
        elif frame.content == "data":
            return
        elif token.kind is Kind.OP:
            self._operator(frame, token.text, following)
        else:
            self._value(frame, token)

    def _value(self, frame: _Frame, token: Token) -> None:
        self.counts.variables += token.kind is Kind.VAR
        word = token.text.upper()
        if token.kind is not Kind.WORD or word in _TERM_WORDS:
            self._term(frame)
        elif frame.content == "triples" and frame.state != "filter":
            frame.keyword = word
            frame.state = "filter" if word.startswith(_EXPRESSION_KEYWORDS) else "clause"

    def _term(self, frame: _Frame) -> None:
        if frame.content == "collection":
            frame.items += 1
        elif frame.state == "subject":
            self.counts.patterns += 1
            frame.state = "triple"
        elif frame.keyword == "DESCRIBE":
            self.counts.patterns += 1

    def _operator(self, frame: _Frame, text: str, following: str) -> None:
        self.counts.operators += text in _OPERATORS
        if frame.content == "collection":
            frame.steps += text in ("/", "|")
            frame.path |= text in ("/", "|", "^", "!")
        elif frame.content == "triples" and text == ".":
            frame.state = "subject"
        elif frame.state == "triple" and text in (",", ";", "/", "|", "~"):
            self.counts.patterns += following not in (";", ".", "]", "}", "|}")

    def _opened(self, frame: _Frame, text: str, following: str) -> _Frame:
        if frame.content == "data":
            return _Frame(text, "data")
        if text == "{":
            return self._opened_group(frame)
        self.counts.operators += text == "("
        if text == "(" and (frame.content == "expression" or frame.state in ("clause", "filter")):
            return _Frame(text, "expression")
        return self._opened_term(frame, text, following)

    def _opened_group(self, frame: _Frame) -> _Frame:
        if frame.state == "clause" and frame.keyword in _DATA_KEYWORDS:
            self.counts.patterns += frame.keyword == "VALUES"
            return _Frame("{", "data")
        self.counts.groups += 1
        return _Frame("{", "triples", "subject")

    def _opened_term(self, frame: _Frame, text: str, following: str) -> _Frame:
        if text == "{|":
            self.counts.patterns += 2
            return _Frame(text, "triples", "triple")
        self._term(frame)
        if text == "(":
            return _Frame(text, "collection")
        if text == "[":
            self.counts.patterns += following != "]"
            return _Frame(text, "triples", "triple")
        self.counts.patterns += 1
        return _Frame(text, "term")

    def _close(self) -> None:
        if len(self._frames) == 1:
            return
        frame = self._frames.pop()
        outer = self._frames[-1]
        if frame.content == "collection":
            self.counts.patterns += frame.steps if frame.path else 2 * frame.items
        if frame.bracket == "{":
            outer.state, outer.keyword = "subject", ""
        elif frame.content == "expression" and outer.state == "filter":
            outer.state = "subject"
