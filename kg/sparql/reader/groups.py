"""Group graph patterns: reading what stands between braces."""

from __future__ import annotations

from abc import abstractmethod

from kg.sparql.reader.expressions import ExpressionReader
from kg.sparql.reader.nodes import Node, NodeKind
from kg.sparql.reader.patterns import (
    Bind,
    Element,
    Expression,
    Filter,
    GraphPattern,
    Group,
    Minus,
    Optional,
    Select,
    Triples,
    Union,
    Values,
)
from kg.sparql.tokens import Kind, Token


class GroupReader(ExpressionReader):
    """Reads groups (SPARQL 1.1 grammar, rules 53 to 71)."""

    def group(self) -> Group:
        """A group with its braces."""
        start = self.need_op("{").start
        with self.deeper():
            if self.peek().is_word("SELECT"):
                select = self.select()
                return Group(start, self.need_op("}").end, (), select)
            elements: list[Element] = []
            while not self.take_op("}"):
                elements.append(self._element_of_group())
                if not isinstance(elements[-1], Triples):
                    self.take_op(".")
        return Group(start, self.last.end, tuple(elements))

    @abstractmethod
    def select(self) -> Select:
        """A sub-select, from its keyword to its last clause."""

    def values(self) -> Values:
        """A data block, after its keyword."""
        start = self.last.start
        if self.peek().kind is Kind.VAR:
            variables: tuple[str, ...] = (self.next().text[1:],)
            single = True
        else:
            variables, single = self._variables(), False
        self.need_op("{")
        rows = []
        while not self.take_op("}"):
            rows.append((self._cell(),) if single else self._row())
        return Values(start, self.last.end, variables, tuple(rows))

    def _element_of_group(self) -> Element:
        token = self.peek()
        if token.is_op("{"):
            return self._union(token)
        if token.kind is Kind.WORD and not token.is_word("TRUE", "FALSE"):
            return self._clause(self.next())
        return self._triples()

    def _clause(self, keyword: Token) -> Element:
        match keyword.text.upper():
            case "OPTIONAL":
                group = self.group()
                return Optional(keyword.start, group.end, group)
            case "MINUS":
                group = self.group()
                return Minus(keyword.start, group.end, group)
            case "GRAPH":
                name = self._graph_name()
                group = self.group()
                return GraphPattern(keyword.start, group.end, name, group)
            case "FILTER":
                expression = self.expression()
                return Filter(keyword.start, expression.end, expression)
            case "BIND":
                return self._bind(keyword)
            case "VALUES":
                return self.values()
        raise self.confused(keyword)

    def _graph_name(self) -> Node:
        name = self.node()
        if name.kind not in (NodeKind.VARIABLE, NodeKind.IRI) or name.text == "()":
            raise self.confused(self.last)
        return name

    def _union(self, first: Token) -> Union:
        groups = [self.group()]
        while self.take_word("UNION"):
            groups.append(self.group())
        return Union(first.start, groups[-1].end, tuple(groups))

    def _triples(self) -> Triples:
        statements = [self.statement()]
        while self.take_op("."):
            if not self.starts_node():
                break
            statements.append(self.statement())
        start, end = statements[0].start, statements[-1].end
        return Triples(start, end, tuple(statements), self.last.end)

    def _bind(self, keyword: Token) -> Bind:
        self.need_op("(")
        first, after = self.peek(), self.peek(1)
        named = first.kind in (Kind.IRI, Kind.PNAME) and after.is_word("AS")
        with self.deeper():
            end, exists, variable = self.until_bound()
        expression = Expression(first.start, end, exists)
        constant = first.text if named else None
        return Bind(keyword.start, self.last.end, expression, variable, constant)

    def _variables(self) -> tuple[str, ...]:
        self.need_op("(")
        found = []
        while not self.take_op(")"):
            found.append(self.variable())
        return tuple(found)

    def _row(self) -> tuple[str | None, ...]:
        self.need_op("(")
        row = []
        while not self.take_op(")"):
            row.append(self._cell())
        return tuple(row)

    def _cell(self) -> str | None:
        if self.take_word("UNDEF"):
            return ""
        node = self.node()
        return node.text if node.kind is NodeKind.IRI and node.text != "()" else None
