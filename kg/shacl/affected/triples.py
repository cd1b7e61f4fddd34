"""The triple patterns of a query that somebody else wrote, as walks from one place to another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from kg.namespaces import RDF
from kg.shacl.model import paths as model
from kg.sparql.reader import paths as written
from kg.sparql.reader.nodes import Node, NodeKind, Property, Statement
from kg.sparql.reader.queries import Query
from kg.terms import NamedNode

_REPEATED: Final[dict[str, Callable[[model.Path], model.Path]]] = {
    "?": model.ZeroOrOne,
    "*": model.ZeroOrMore,
    "+": model.OneOrMore,
}


@dataclass(frozen=True)
class Variable:
    """A variable, or a blank node, which is one without a name that anybody else can use."""

    name: str


Place: TypeAlias = Variable | NamedNode | None
"""An end of a pattern; ``None`` for a literal, which need not be told from others."""


@dataclass(frozen=True)
class Pattern:
    """A walk between two places; ``verb`` is the variable of a pattern that has one as property."""

    subject: Place
    path: model.Path
    object: Place
    verb: Variable | None = None

    @property
    def ends(self) -> tuple[Place, Place]:
        """Its subject and its object."""
        return self.subject, self.object

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables that a match binds."""
        places = (*self.ends, self.verb)
        return frozenset(place.name for place in places if isinstance(place, Variable))


class NotFollowed(Exception):
    """A form of triples that is not taken apart here."""


def patterns_of(query: Query, statement: Statement) -> Iterator[Pattern]:
    """The patterns of a statement, those in blank node property lists too.

    Raises :class:`NotFollowed` for collections.
    """
    for prop in statement.properties:
        yield from _property(query, statement.subject, prop)
    yield from _inside(query, statement.subject)


def _property(query: Query, subject: Node, prop: Property) -> Iterator[Pattern]:
    verb = _place(query, prop.verb) if isinstance(prop.verb, Node) else None
    path = model.AnyProperty() if isinstance(prop.verb, Node) else _path(query, prop.verb)
    for node in prop.objects:
        named = verb if isinstance(verb, Variable) else None
        yield Pattern(_place(query, subject), path, _place(query, node), named)
        yield from _inside(query, node)


def _inside(query: Query, node: Node) -> Iterator[Pattern]:
    for prop in node.properties:
        yield from _property(query, node, prop)


def _place(query: Query, node: Node) -> Place:
    match node.kind:
        case NodeKind.VARIABLE:
            return Variable(node.text)
        case NodeKind.BLANK | NodeKind.PROPERTIES:
            return Variable(node.text or f"[]{node.start}")
        case NodeKind.COLLECTION:
            raise NotFollowed("a collection")
        case NodeKind.LITERAL:
            return None
        case NodeKind.IRI:
            return _iri(query, node.text)


def _iri(query: Query, text: str) -> NamedNode | None:
    return RDF.nil if text == "()" else query.named_node(text)


def _path(query: Query, path: written.Path) -> model.Path:
    match path:
        case written.Step(text=text):
            iri = RDF.type if text == "a" else _iri(query, text)
            return model.AnyProperty() if iri is None else model.Predicate(iri)
        case written.Negated():
            return model.Alternative((model.AnyProperty(), model.Inverse(model.AnyProperty())))
        case written.Inverse(path=inner):
            return model.Inverse(_path(query, inner))
        case written.Sequence(parts=parts):
            return model.Sequence(tuple(_path(query, part) for part in parts))
        case written.Alternative(parts=parts):
            return model.Alternative(tuple(_path(query, part) for part in parts))
        case written.Repeated(path=inner, mark=mark):
            return _REPEATED[mark](_path(query, inner))
