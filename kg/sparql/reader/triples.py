"""Triples: subjects with property lists, object lists, blank nodes and collections."""

from __future__ import annotations

from kg.sparql.reader.nodes import Node, NodeKind, Property, Statement
from kg.sparql.reader.paths import Path, PathReader
from kg.sparql.tokens import Kind

_KINDS = {
    Kind.VAR: NodeKind.VARIABLE,
    Kind.IRI: NodeKind.IRI,
    Kind.PNAME: NodeKind.IRI,
    Kind.BLANK: NodeKind.BLANK,
    Kind.NUMBER: NodeKind.LITERAL,
    Kind.STRING: NodeKind.LITERAL,
}


class TripleReader(PathReader):
    """Reads triples with paths (SPARQL 1.1 grammar, rules 81 to 107)."""

    def statement(self) -> Statement:
        """The triples of one subject."""
        subject = self.node()
        nested = subject.kind in (NodeKind.PROPERTIES, NodeKind.COLLECTION)
        properties = () if nested and not self._at_verb() else self._properties()
        return Statement(subject.start, self.last.end, subject, properties)

    def starts_node(self) -> bool:
        """Whether a subject or object comes next."""
        token = self.peek()
        signs = token.is_op("(", "[", "+", "-")
        return token.kind in _KINDS or signs or token.is_word("TRUE", "FALSE")

    def node(self) -> Node:
        """A subject or object."""
        token = self.next()
        if token.is_op("("):
            return self._collection(token.start)
        if token.is_op("["):
            return self._property_list(token.start)
        if token.is_op("+", "-") and self.peek().kind is Kind.NUMBER:
            return Node(token.start, self.next().end, NodeKind.LITERAL)
        if token.is_word("TRUE", "FALSE"):
            return Node(token.start, token.end, NodeKind.LITERAL)
        if token.kind is Kind.STRING:
            return Node(token.start, self._literal_end(), NodeKind.LITERAL)
        if token.kind not in _KINDS:
            raise self.confused(token)
        name = token.text[1:] if token.kind is Kind.VAR else token.text
        return Node(token.start, token.end, _KINDS[token.kind], name)

    def _literal_end(self) -> int:
        if self.peek().kind is Kind.LANGTAG:
            self.next()
        elif self.take_op("^^") and self.next().kind not in (Kind.IRI, Kind.PNAME):
            raise self.confused(self.last)
        return self.last.end

    def _collection(self, start: int) -> Node:
        items = []
        with self.deeper():
            while not self.take_op(")"):
                items.append(self.node())
        kind = NodeKind.COLLECTION if items else NodeKind.IRI  # () is rdf:nil
        return Node(start, self.last.end, kind, "()", tuple(items))

    def _property_list(self, start: int) -> Node:
        if self.take_op("]"):
            return Node(start, self.last.end, NodeKind.BLANK)
        with self.deeper():
            properties = self._properties()
        self.need_op("]")
        return Node(start, self.last.end, NodeKind.PROPERTIES, properties=properties)

    def _properties(self) -> tuple[Property, ...]:
        properties = [self._property()]
        while self.take_op(";"):
            if self._at_verb():
                properties.append(self._property())
        return tuple(properties)

    def _at_verb(self) -> bool:
        token = self.peek()
        named = token.kind in (Kind.VAR, Kind.IRI, Kind.PNAME) or token.text == "a"
        return named or token.is_op("(", "^", "!")

    def _property(self) -> Property:
        verb: Path | Node = self.node() if self.peek().kind is Kind.VAR else self.path()
        objects = [self.node()]
        while self.take_op(","):
            objects.append(self.node())
        return Property(verb.start, objects[-1].end, verb, tuple(objects))
