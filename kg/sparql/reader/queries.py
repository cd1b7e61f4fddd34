"""A whole query: prologue, form, dataset, pattern and solution modifiers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from kg.iri import is_iri
from kg.sparql.reader.groups import GroupReader
from kg.sparql.reader.patterns import Expression, Group, Select, Values
from kg.sparql.tokens import Kind, Token
from kg.terms import NamedNode

_ESCAPED = re.compile(r"\\(.)")  # in local names (SPARQL 1.1 grammar, rule 173)
_CALLED = (Kind.WORD, Kind.IRI, Kind.PNAME)
_MODIFIERS = ("GROUP", "BY", "HAVING", "ORDER", "ASC", "DESC", "LIMIT", "OFFSET")


@dataclass(frozen=True)
class Query:
    """A query and the text it was read from; ``where`` is ``None`` for a DESCRIBE without one.

    ``templated`` is false for the short form of CONSTRUCT, whose pattern is its template.
    """

    text: str
    tokens: Sequence[Token]
    form: str
    prefixes: Mapping[str, str]
    where: Group | None
    expressions: tuple[Expression, ...]
    values: Values | None
    templated: bool = True

    @cached_property
    def variables(self) -> list[Token]:
        """Every mention of a variable, in order."""
        return [token for token in self.tokens if token.kind is Kind.VAR]

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start for token in self.variables]

    def mentioned(self, start: int, end: int) -> frozenset[str]:
        """The names of the variables mentioned in a part of the text."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return frozenset(token.text[1:] for token in self.variables[first:last])

    def mentioned_outside(self, start: int, end: int) -> frozenset[str]:
        """The names of the variables mentioned in the rest of the text."""
        return self.mentioned(0, start) | self.mentioned(end, len(self.text))

    def tokens_in(self, start: int, end: int) -> Sequence[Token]:
        """The tokens of a part of the text."""
        first = bisect_left(self._token_starts, start)
        return self.tokens[first : bisect_left(self._token_starts, end)]

    @cached_property
    def _token_starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    def iri(self, written: str) -> str:
        """An IRI or prefixed name in full; relative IRIs stay so."""
        if written.startswith("<"):
            return written[1:-1]
        prefix, _, local = written.partition(":")
        return self.prefixes.get(prefix, f"{prefix}:") + _ESCAPED.sub(r"\1", local)

    def named_node(self, written: str) -> NamedNode | None:
        """The term that an IRI or prefixed name stands for, where that is plain.

        Not for relative IRIs, undeclared prefixes, and what a BASE might normalise.
        """
        declared = written.startswith("<") or written.partition(":")[0] in self.prefixes
        iri = self.iri(written) if declared and written != "()" else ""
        return NamedNode(iri) if is_iri(iri) and "/." not in iri else None

    @property
    def has_dataset(self) -> bool:
        """Whether the query says itself what its dataset is (SPARQL 1.1, 13.2)."""
        return any(token.is_word("FROM") for token in self.tokens)

    @property
    def projects_all(self) -> bool:
        """Whether a ``*`` stands for all variables somewhere, so that a new one would be seen."""
        return any(
            token.is_op("*") and before.is_word("SELECT", "DISTINCT", "REDUCED", "DESCRIBE")
            for before, token in pairwise(self.tokens)
        )


def read(text: str) -> Query:
    """Read a query.

    Raises :class:`NotUnderstood` for what is no SPARQL 1.1 query, as far as this reader tells,
    and :class:`QuerySyntaxError` for text without tokens.
    """
    return _QueryReader(text).query()


class _QueryReader(GroupReader):
    """Reads queries (SPARQL 1.1 grammar, rules 1 to 28)."""

    def query(self) -> Query:
        prefixes = self._prologue()
        form = self.need_word("SELECT", "ASK", "CONSTRUCT", "DESCRIBE").text.upper()
        expressions: list[Expression] = []
        templated = form != "CONSTRUCT" or self.peek().is_op("{")
        where, values = self._body(form, expressions)
        if self.peek().text:
            raise self.confused(self.peek())
        found = tuple(expressions)
        return Query(self.text, self.tokens, form, prefixes, where, found, values, templated)

    def select(self) -> Select:
        start = self.need_word("SELECT").start
        projected: list[Expression] = []
        variables = self._projection(projected)
        where = self._where()
        expressions = (*projected, *self._modifiers())
        values = self.values() if self.take_word("VALUES") else None
        return Select(start, self.last.end, variables, where, expressions, values)

    def _body(self, form: str, found: list[Expression]) -> tuple[Group | None, Values | None]:
        if form == "SELECT":
            self._projection(found)
        elif form == "CONSTRUCT" and self.peek().is_op("{"):
            self._template()
        elif form == "DESCRIBE":
            self._described()
        self._dataset()
        where = None if form == "DESCRIBE" and not self._at_where() else self._where()
        found += self._modifiers()
        return where, self.values() if self.take_word("VALUES") else None

    def _prologue(self) -> dict[str, str]:
        prefixes: dict[str, str] = {}
        while self.take_word("PREFIX", "BASE"):
            name = ""
            if self.last.is_word("PREFIX"):
                name = self._token(Kind.PNAME).text
            iri = self._token(Kind.IRI).text[1:-1]
            if name:
                prefixes[name[:-1]] = iri
        return prefixes

    def _token(self, kind: Kind) -> Token:
        token = self.next()
        if token.kind is not kind:
            raise self.confused(token)
        return token

    def _projection(self, expressions: list[Expression]) -> tuple[str, ...] | None:
        self.take_word("DISTINCT", "REDUCED")
        if self.take_op("*"):
            return None
        variables = []
        while True:
            if self.peek().kind is Kind.VAR:
                variables.append(self.variable())
            elif self.take_op("("):
                start = self.last.start
                with self.deeper():
                    end, exists, _ = self.until_bound()
                expressions.append(Expression(start, end, exists))
            else:
                return tuple(variables)

    def _template(self) -> None:
        """Past the template of CONSTRUCT, which its short form has not."""
        self.need_op("{")
        while not self.take_op("}"):
            self.statement()
            if not self.peek().is_op("}"):
                self.need_op(".")

    def _described(self) -> None:
        if not self.take_op("*"):
            while self.peek().kind in (Kind.VAR, Kind.IRI, Kind.PNAME):
                self.next()

    def _dataset(self) -> None:
        while self.take_word("FROM"):
            self.take_word("NAMED")
            if self.next().kind not in (Kind.IRI, Kind.PNAME):
                raise self.confused(self.last)

    def _at_where(self) -> bool:
        return self.peek().is_word("WHERE") or self.peek().is_op("{")

    def _where(self) -> Group:
        self.take_word("WHERE")
        return self.group()

    def _modifiers(self) -> list[Expression]:
        """Past GROUP BY, HAVING, ORDER BY, LIMIT and OFFSET; the expressions in them."""
        found: list[Expression] = []
        while True:
            token = self.peek()
            if token.is_word(*_MODIFIERS) or token.kind in (Kind.VAR, Kind.NUMBER):
                self.next()
            elif token.is_op("(") or (token.kind in _CALLED and not token.is_word("VALUES")):
                found.append(self.expression())
            else:
                return found
