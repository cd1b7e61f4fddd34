"""Going through tokens from first to last, with a count of how deep the reading is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from kg.sparql.tokens import Kind, Token, tokenize

MAX_DEPTH: Final = 64
"""Levels of brackets that are read; more than the guard lets pass."""


class NotUnderstood(Exception):
    """A text that this reader has no reading for; never shown to a person."""


class Cursor:
    """A place in the tokens of a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self._place = 0
        self._depth = 0
        self._end = Token(Kind.OP, "", len(text), len(text))
        self._check_escapes()

    def peek(self, ahead: int = 0) -> Token:
        """The next token, or the one so many after it; an empty one after the last."""
        place = self._place + ahead
        return self.tokens[place] if place < len(self.tokens) else self._end

    def next(self) -> Token:
        """Take the next token."""
        token = self.peek()
        if token is self._end:
            raise self.confused(token)
        self._place += 1
        return token

    @property
    def last(self) -> Token:
        """The token taken last."""
        return self.tokens[self._place - 1]

    def take_op(self, *operators: str) -> bool:
        """Take one of the operators, if it is next."""
        found = self.peek().is_op(*operators)
        self._place += found
        return found

    def take_word(self, *words: str) -> bool:
        """Take one of the keywords, if it is next."""
        found = self.peek().is_word(*words)
        self._place += found
        return found

    def need_op(self, operator: str) -> Token:
        """Take the operator that must be next."""
        if not self.take_op(operator):
            raise self.confused(self.peek())
        return self.last

    def need_word(self, *words: str) -> Token:
        """Take the keyword that must be next."""
        if not self.take_word(*words):
            raise self.confused(self.peek())
        return self.last

    def confused(self, token: Token) -> NotUnderstood:
        """The error for a token that cannot stand where it does."""
        return NotUnderstood(f"unexpected {token.text[:40]!r} at {token.start}")

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level of brackets further down."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotUnderstood("nested too deeply")
        yield
        self._depth -= 1

    def _check_escapes(self) -> None:
        """Codepoint escapes outside IRIs and strings: the engine does not read them as we do."""
        for token in self.tokens:
            kept = token.kind in (Kind.IRI, Kind.STRING)
            if not kept and self.text[token.start : token.end] != token.text:
                raise NotUnderstood(f"escape at {token.start}")
