"""Terms and triples of a query, each with its place in the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from kg.sparql.reader.paths import Path
from kg.sparql.reader.span import Span


class NodeKind(Enum):
    """What a node is."""

    VARIABLE = "variable"
    IRI = "IRI"
    LITERAL = "literal"
    BLANK = "blank node"
    COLLECTION = "collection"
    PROPERTIES = "blank node property list"


@dataclass(frozen=True)
class Node(Span):
    """A subject or object; ``text`` is a variable's name, else an IRI as written."""

    kind: NodeKind
    text: str = ""
    items: tuple[Node, ...] = ()
    properties: tuple[Property, ...] = ()

    @property
    def is_variable(self) -> bool:
        """Whether this is a variable."""
        return self.kind is NodeKind.VARIABLE

    @property
    def is_plain(self) -> bool:
        """Whether this is a variable, an IRI or a literal: nothing that is a triple itself."""
        return self.kind in (NodeKind.VARIABLE, NodeKind.IRI, NodeKind.LITERAL)


@dataclass(frozen=True)
class Property(Span):
    """A verb with its objects; a variable as verb is a node."""

    verb: Path | Node
    objects: tuple[Node, ...]


@dataclass(frozen=True)
class Statement(Span):
    """Triples of one subject."""

    subject: Node
    properties: tuple[Property, ...]

    @property
    def is_plain(self) -> bool:
        """Whether no blank node, collection or nested list is in it."""
        return self.subject.is_plain and all(
            node.is_plain for prop in self.properties for node in prop.objects
        )


def properties_of(node: Node) -> Iterator[Property]:
    """All properties stated inside a node, at any depth."""
    for prop in node.properties:
        yield from properties_in(prop)
    for item in node.items:
        yield from properties_of(item)


def properties_in(prop: Property) -> Iterator[Property]:
    """A property and those stated inside its objects."""
    yield prop
    for node in prop.objects:
        yield from properties_of(node)
