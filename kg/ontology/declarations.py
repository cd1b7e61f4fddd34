"""What Turtle files declare: their triples, read once and looked up by property."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg.errors import InputError
from kg.namespaces import OWL, RDF
from kg.terms import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

Node = NamedNode | BlankNode | Literal | Triple
"""What stands as a subject or an object of a triple."""

Chain = tuple[NamedNode, NamedNode]
"""Two properties that, one after the other, amount to a third."""


@dataclass(frozen=True)
class Declarations:
    """The triples of some files, blank nodes labelled canonically (RDFC-1.0)."""

    triples: frozenset[Triple]

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Declarations:
        """Read Turtle files; raises :class:`InputError` for one that is missing or malformed."""
        return cls.of(quad for path in paths for quad in _quads(path))

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> Declarations:
        """The declarations that quads make."""
        dataset = Dataset(Quad(q.subject, q.predicate, q.object) for q in quads)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        return cls(frozenset(quad.triple for quad in dataset))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical triples: equal exactly when the files say the same."""
        lines = sorted(f"{triple} .\n" for triple in self.triples)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def statements(self, prop: NamedNode) -> Iterator[tuple[NamedNode, Node]]:
        """Subject and object of each triple of a property whose subject is an IRI."""
        for subject, value in self._by_property.get(prop, ()):
            if isinstance(subject, NamedNode):
                yield subject, value

    def relation(self, prop: NamedNode) -> dict[NamedNode, set[NamedNode]]:
        """The IRIs that a property leads to, by the IRI it starts from."""
        found: defaultdict[NamedNode, set[NamedNode]] = defaultdict(set)
        for subject, value in self.statements(prop):
            if isinstance(value, NamedNode):
                found[subject].add(value)
        return dict(found)

    @cached_property
    def chains(self) -> dict[NamedNode, frozenset[Chain]]:
        """The chains of two properties (``owl:propertyChainAxiom``), by what they amount to."""
        found: defaultdict[NamedNode, set[Chain]] = defaultdict(set)
        for prop, head in self.statements(OWL.propertyChainAxiom):
            match self._members(head):
                case [NamedNode() as first, NamedNode() as second]:
                    found[prop].add((first, second))
        return {prop: frozenset(chains) for prop, chains in found.items()}

    def _members(self, head: Node) -> list[Node]:
        """The members of an RDF list."""
        first = dict(self._by_property.get(RDF.first, ()))
        rest = dict(self._by_property.get(RDF.rest, ()))
        members: list[Node] = []
        while head in first and len(members) < len(first):
            members.append(first[head])
            head = rest.get(head, RDF.nil)
        return members

    @cached_property
    def _by_property(self) -> dict[NamedNode, list[tuple[Node, Node]]]:
        found: defaultdict[NamedNode, list[tuple[Node, Node]]] = defaultdict(list)
        for subject, prop, value in self.triples:
            found[prop].append((subject, value))
        return dict(found)


def _quads(path: Path) -> Iterator[Quad]:
    try:
        yield from parse(path=path, format=RdfFormat.TURTLE)
    except OSError as error:
        raise InputError(f"cannot read the ontology: {error}", where=str(path)) from error
    except (SyntaxError, ValueError) as error:
        raise InputError(f"not valid Turtle: {error}", where=str(path)) from error
