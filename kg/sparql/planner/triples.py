"""The single triple patterns of a run of statements, and its text without some of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from kg.sparql.reader.nodes import Node, Property, Statement
from kg.sparql.reader.patterns import Triples
from kg.sparql.reader.queries import Query


@dataclass(frozen=True)
class TriplePattern:
    """A subject, a property with its list of objects, and one of these."""

    subject: Node
    property: Property
    object: Node


def triples_of(block: Triples) -> Iterator[TriplePattern]:
    """The triple patterns as they stand, those inside nested nodes left in these."""
    for statement in block.statements:
        for prop in statement.properties:
            for target in prop.objects:
                yield TriplePattern(statement.subject, prop, target)


def text_without(query: Query, block: Triples, taken: Collection[TriplePattern]) -> str:
    """The text of the statements, some of their triple patterns left out."""
    kept = (_kept(query, statement, taken) for statement in block.statements)
    return " . ".join(text for text in kept if text)


def _kept(query: Query, statement: Statement, taken: Collection[TriplePattern]) -> str:
    subject, text = statement.subject, query.text
    properties = []
    touched = False
    for prop in statement.properties:
        objects = [o for o in prop.objects if TriplePattern(subject, prop, o) not in taken]
        touched |= len(objects) < len(prop.objects)
        if objects:
            written = ", ".join(text[node.start : node.end] for node in objects)
            properties.append(f"{text[prop.verb.start : prop.verb.end]} {written}")
    if not touched:
        return text[statement.start : statement.end]
    if not properties and subject.is_plain:
        return ""
    return f"{text[subject.start : subject.end]} {' ; '.join(properties)}".rstrip()
