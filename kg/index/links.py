"""What a record says of lineage: one-hop dependencies, version steps, and what things are called.

A record makes ``x`` depend on ``y`` where ``x mlg:directlyDependsOn y`` is asserted or entailed.
The relations of the two are the lineage properties that the record asserts between them, each in
the direction of lineage; where it asserts none (a chain of two properties, say), those that
follow from it; and where there is none of these either, ``mlg:directlyDependsOn`` itself.

What an answer says of each thing beside its edges is a link too: types, titles and ends as they
are asserted, and who owns it or answers for it, asserted or entailed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from itertools import chain
from typing import Final, NamedTuple, Protocol

from kg.namespaces import DCAT, DCT, FOAF, MLG, PROV, RDF, RDFS
from kg.ontology import Ontology
from kg.terms import Literal, NamedNode, Quad

_DEPENDS = MLG.directlyDependsOn
_VERSION_OF = DCAT.isVersionOf
_ENDED = PROV.endedAtTime

Pair = tuple[str, str]


class Family(IntEnum):
    """What a link is: a dependency, or a step from a version to the asset it is of."""

    DEPENDENCY = 0
    VERSION = 1
    DESCRIPTION = 2
    FACT = 3
    """What queries are answered by and nobody is shown."""


DESCRIBED: Final = "described"
"""The relation of a thing to itself where a record says of it none of what is kept here."""

NAMING: Final = frozenset(
    p.value for p in (RDF.type, DCT.title, FOAF.name, RDFS.label, PROV.endedAtTime)
)
"""What is kept of what records assert of a thing."""

OWNING: Final = frozenset(
    p.value for p in (MLG.ownedBy, MLG.executes, MLG.servedBy, MLG.cellOf, DCT.isPartOf)
)
"""Who owns a thing, and what it belongs to (the asset of a version aside)."""

KEPT: Final = OWNING | {
    p.value for p in (RDF.type, PROV.endedAtTime, DCAT.isVersionOf, MLG.directlyDependsOn)
}
"""The properties of which the index knows each statement, or of which things there is one."""

LITERAL: Final = "literal"
"""The relation of such a property to itself where a record gives it a literal in place of a node:
the statement itself is not kept."""

_SKOLEM: Final = "/.well-known/genid/"  # RDF 1.1 Concepts, section 3.5


class Link(NamedTuple):
    """A link that one record makes, by the IRIs of its ends and relation.

    Where the target is a literal, it is the text after a quotation mark.
    """

    family: Family
    source: str
    target: str
    relation: str


class Said(Protocol):
    """What a record graph says and what follows from it."""

    @property
    def asserted(self) -> Iterable[Quad]:
        """What the record says."""
        ...

    @property
    def entailed(self) -> Iterable[Quad]:
        """What the ontology entails from it."""
        ...


class LinkReader:
    """Reads the links of records; linear in what a record says."""

    def __init__(self, ontology: Ontology) -> None:
        self._digest = ontology.digest
        self._forward = {relation.value for relation in ontology.lineage}
        self._backward = {
            relation.value: {i.value for i in ontology.inverses(relation) & ontology.lineage}
            for relation in ontology.lineage_inverse
        }
        self.ontology = ontology
        self._telling = {_DEPENDS, _VERSION_OF} | ontology.lineage | ontology.lineage_inverse

    @property
    def digest(self) -> str:
        """The digest of the ontology by which records are read."""
        return self._digest

    def links(self, said: Said) -> set[Link]:
        """The links that a record makes."""
        asserted = list(self._between_nodes(said.asserted))
        quads = [*asserted, *self._between_nodes(said.entailed)]
        found = {
            Link(Family.VERSION, s, o, _VERSION_OF.value)
            for s, p, o in quads
            if p == _VERSION_OF.value
        }
        found |= self._descriptions(said) | self._facts(said)
        pairs = {(s, o) for s, p, o in quads if p == _DEPENDS.value}
        if pairs:
            stated, implied = self._relations(asserted, pairs), self._relations(quads, pairs)
            for pair in pairs:
                relations = stated.get(pair) or implied.get(pair) or {_DEPENDS.value}
                found |= {Link(Family.DEPENDENCY, *pair, relation) for relation in relations}
        return found

    def _descriptions(self, said: Said) -> set[Link]:
        found: set[Link] = set()
        silent: set[str] = set()
        for quad in said.asserted:
            subject, prop = quad.subject, quad.predicate.value
            if isinstance(subject, NamedNode) and _SKOLEM not in subject.value:
                silent.add(subject.value)
                if prop in NAMING or prop in OWNING:
                    found |= _description(subject.value, quad)
        silent -= {link.source for link in found if link.relation in NAMING}
        found |= {Link(Family.DESCRIPTION, name, name, DESCRIBED) for name in silent}
        for quad in said.entailed:
            if quad.predicate.value in OWNING and isinstance(quad.subject, NamedNode):
                found |= _description(quad.subject.value, quad)
        return found

    @staticmethod
    def _facts(said: Said) -> set[Link]:
        """What descriptions leave out: those of blank nodes, and that literals stand for nodes."""
        found: set[Link] = set()
        for quad in said.asserted:
            subject, said_of = quad.subject, quad.predicate.value
            blank = isinstance(subject, NamedNode) and _SKOLEM in subject.value
            if blank and said_of in KEPT and (said_of in NAMING or said_of in OWNING):
                found |= _description(str(subject)[1:-1], quad, Family.FACT)
        for quad in chain(said.asserted, said.entailed):
            prop = quad.predicate
            if prop.value in KEPT and prop != _ENDED and not isinstance(quad.object, NamedNode):
                found.add(Link(Family.FACT, prop.value, prop.value, LITERAL))
        return found

    def _relations(
        self, triples: Iterable[tuple[str, str, str]], pairs: set[Pair]
    ) -> dict[Pair, set[str]]:
        """The lineage properties by which triples link the pairs, in the direction of lineage."""
        found: dict[Pair, set[str]] = {}
        for source, prop, target in triples:
            if prop in self._forward and (source, target) in pairs:
                found.setdefault((source, target), set()).add(prop)
            if prop in self._backward and (target, source) in pairs:
                found.setdefault((target, source), set()).update(self._backward[prop])
        return found

    def _between_nodes(self, quads: Iterable[Quad]) -> Iterator[tuple[str, str, str]]:
        for quad in quads:
            if quad.predicate in self._telling:
                source, target = quad.subject, quad.object
                if isinstance(source, NamedNode) and isinstance(target, NamedNode):
                    yield source.value, quad.predicate.value, target.value


def _description(subject: str, quad: Quad, family: Family = Family.DESCRIPTION) -> set[Link]:
    match quad.object:
        case NamedNode(value=text):
            pass
        case Literal(value=text):
            text = f'"{text}'
        case _:
            return set()
    return {Link(family, subject, text, quad.predicate.value)}
