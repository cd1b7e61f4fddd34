"""Expressions, which stay closed but for the groups of EXISTS in them."""

from __future__ import annotations

from abc import abstractmethod

from kg.sparql.reader.patterns import Exists, Expression, Group
from kg.sparql.reader.triples import TripleReader
from kg.sparql.tokens import Kind


class ExpressionReader(TripleReader):
    """Reads expressions up to where they end (SPARQL 1.1 grammar, rules 68 to 71)."""

    @abstractmethod
    def group(self) -> Group:
        """A group with its braces."""

    def expression(self) -> Expression:
        """An expression in brackets, a call, EXISTS or NOT EXISTS."""
        start = self.peek()
        if start.is_word("EXISTS", "NOT"):
            found = self._exists()
            return Expression(found.start, found.end, (found,), alone=True)
        if start.kind is Kind.WORD or start.kind in (Kind.IRI, Kind.PNAME):
            self.next()
        self.need_op("(")
        with self.deeper():
            return Expression(start.start, *self._bracketed())

    def until_bound(self) -> tuple[int, tuple[Exists, ...], str]:
        """Past ``expression AS ?variable )``."""
        exists: list[Exists] = []
        while not self.peek().is_word("AS"):
            if self.peek().is_op(")", "", "{", "}"):
                raise self.confused(self.peek())
            exists += self._piece()
        end = self.last.end
        self.need_word("AS")
        variable = self.variable()
        self.need_op(")")
        return end, tuple(exists), variable

    def _bracketed(self) -> tuple[int, tuple[Exists, ...]]:
        """Past the bracket that closes what is open; its end, and the EXISTS before it."""
        exists: list[Exists] = []
        while not self.take_op(")"):
            exists += self._piece()
        return self.last.end, tuple(exists)

    def _piece(self) -> tuple[Exists, ...]:
        """Past one token of an expression, or a part of it in brackets."""
        token = self.peek()
        if token.is_word("EXISTS") or (token.is_word("NOT") and self.peek(1).is_word("EXISTS")):
            return (self._exists(),)
        if self.take_op("("):
            with self.deeper():
                return self._bracketed()[1]
        if token.opens or token.closes:
            raise self.confused(token)
        self.next()
        return ()

    def _exists(self) -> Exists:
        start = self.peek().start
        negated = self.take_word("NOT")
        self.need_word("EXISTS")
        group = self.group()
        return Exists(start, group.end, negated, group)

    def variable(self) -> str:
        """The name of the variable that must be next."""
        token = self.next()
        if token.kind is not Kind.VAR:
            raise self.confused(token)
        return token.text[1:]
