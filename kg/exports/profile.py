"""Application profiles: which properties an export may say of which class, and how.

A profile is a shapes graph (``shapes/profiles/*.ttl``) in a small part of SHACL Core: target
classes; property shapes with minCount, maxCount 1, class, datatype, nodeKind and defaultValue;
``sh:node`` for what shapes share; ``sh:or`` for a choice of datatypes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.namespaces import RDF, SH
from kg.rdfio import read_quads
from kg.terms import Literal, NamedNode, Term

Shapes = dict[object, dict[NamedNode, list[Term]]]


@dataclass(frozen=True)
class PropertyRule:
    """What a profile demands of the values of one property.

    Without ``class_``, ``datatypes`` or ``literal`` a value is any IRI. ``default`` stands in
    for a missing required text; a text without default is replaced by the node's name.
    """

    path: NamedNode
    class_: NamedNode | None = None
    datatypes: tuple[NamedNode, ...] = ()
    literal: bool = False
    required: bool = False
    single: bool = False
    default: Literal | None = None
    silent: bool = False

    @property
    def is_label(self) -> bool:
        """Whether this is a text that every node of the class must have."""
        return self.literal and self.required and not self.datatypes


Profile = dict[NamedNode, tuple[PropertyRule, ...]]
"""The rules of each class, in the order in which an export states the properties."""


def load_profile(path: Path) -> Profile:
    """Read a profile from Turtle; raises :class:`kg.errors.InputError` if it does not parse."""
    shapes: Shapes = defaultdict(lambda: defaultdict(list))
    for quad in read_quads(path):
        shapes[quad.subject][quad.predicate].append(quad.object)  # type: ignore[arg-type]
    return {
        target: tuple(_rules(shapes, shape))
        for shape in list(shapes)
        for target in _nodes(shapes, shape, SH.targetClass)
    }


def _rules(shapes: Shapes, shape: object) -> Iterator[PropertyRule]:
    for shared in shapes[shape][SH.node]:
        yield from _rules(shapes, shared)
    for node in shapes[shape][SH.property]:
        yield _rule(shapes, node)


def _rule(shapes: Shapes, node: object) -> PropertyRule:
    stated = shapes[node]
    datatypes = tuple(_datatypes(shapes, node))
    defaults = [term for term in stated[SH.defaultValue] if isinstance(term, Literal)]
    return PropertyRule(
        path=_nodes(shapes, node, SH.path)[0],
        class_=next(iter(_nodes(shapes, node, SH["class"])), None),
        datatypes=datatypes,
        literal=bool(datatypes) or SH.Literal in stated[SH.nodeKind],
        required=Literal(1) in stated[SH.minCount],
        single=Literal(1) in stated[SH.maxCount],
        default=next(iter(defaults), None),
        silent=SH.Info in stated[SH.severity],
    )


def _datatypes(shapes: Shapes, node: object) -> Iterator[NamedNode]:
    yield from _nodes(shapes, node, SH.datatype)
    for shared in shapes[node][SH.node]:
        yield from _datatypes(shapes, shared)
    for alternatives in shapes[node][SH["or"]]:
        for alternative in _members(shapes, alternatives):
            yield from _nodes(shapes, alternative, SH.datatype)


def _members(shapes: Shapes, head: Term) -> Iterator[Term]:
    while head != RDF.nil:
        yield shapes[head][RDF.first][0]
        head = shapes[head][RDF.rest][0]


def _nodes(shapes: Shapes, node: object, predicate: NamedNode) -> list[NamedNode]:
    return [term for term in shapes[node][predicate] if isinstance(term, NamedNode)]
