"""Terms and graphs between our parser and rdflib, which pySHACL needs.

rdflib's own parsers read local files and the network when a text asks them to; so text is
always parsed by ``kg.terms.parse`` and only finished terms pass through here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

import rdflib

from kg.errors import Unsupported
from kg.namespaces import XSD
from kg.terms import BlankNode, Literal, NamedNode, Term, Triple

Node = rdflib.term.Node

# rdflib logs a traceback for every ill-typed literal; such literals are the shapes' to report.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)


def to_rdflib(term: Term | Triple) -> Node:
    """The rdflib term for one of ours, its lexical form untouched.

    ``xsd:string`` becomes a plain literal: rdflib takes ``"A"`` and ``"A"^^xsd:string`` for two
    terms although RDF 1.1 (Concepts, 3.3) makes them one, which turns ``sh:in`` and
    ``sh:hasValue`` wrong. Raises :class:`Unsupported` for a triple term (RDF 1.2).
    """
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, Literal):
        return _literal(term)
    raise Unsupported("triple terms of RDF 1.2 cannot be validated", hint="use a qualified node")


def _literal(term: Literal) -> rdflib.Literal:
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype == XSD.string:
        return rdflib.Literal(term.value)
    datatype = rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


def from_rdflib(node: Node) -> Term:
    """Our term for one of rdflib's."""
    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(node.datatype) if node.datatype else None)
    return BlankNode(str(node)) if isinstance(node, rdflib.BNode) else NamedNode(str(node))


def to_graph(triples: Iterable[Triple]) -> rdflib.Graph:
    """A plain in-memory rdflib graph of the triples."""
    graph = rdflib.Graph()
    terms: dict[Term | Triple, Node] = {}
    for triple in triples:
        graph.add(tuple(_cached(term, terms) for term in triple))  # type: ignore[arg-type]
    return graph


def _cached(term: Term | Triple, terms: dict[Term | Triple, Node]) -> Node:
    node = terms.get(term)
    if node is None:
        node = terms[term] = to_rdflib(term)
    return node


def triples_of(graph: Iterable[tuple[Node, Node, Node]]) -> Iterator[Triple]:
    """The triples of an rdflib graph as ours."""
    for subject, predicate, object_ in graph:
        yield Triple(*(from_rdflib(node) for node in (subject, predicate, object_)))  # type: ignore[arg-type]
