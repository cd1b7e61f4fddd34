"""What the dataset is said to hold (VoID), from counts that commits keep; asking costs nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, url_for
from werkzeug.exceptions import NotAcceptable

from kg.app import KnowledgeGraph
from kg.namespaces import DCT, PREFIXES, RDF, VOID, XSD
from kg.terms import Literal, NamedNode, RdfFormat, Triple, parse
from kg.web.rdf import HTML, document, preferred
from kg.web.site import Site

_DESCRIPTION: Final = Path(__file__).with_name("service-description.ttl")
_PREFIXES: Final = {
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "formats": "http://www.w3.org/ns/formats/",
    **{prefix: PREFIXES[prefix] for prefix in ("dct", "foaf", "mlg", "void", "xsd")},
}
_EXAMPLES: Final = 3


def blueprint(site: Site) -> Blueprint:
    """The routes of the dataset's description, the well-known one among them (VoID, 7.2)."""
    routes = Blueprint("dataset", __name__)

    def void() -> Response:
        media_type = preferred()
        if media_type == HTML:
            raise NotAcceptable("the description is RDF: send Accept: text/turtle")
        return describe(site.graph, media_type)

    routes.add_url_rule("/void", "void", void)
    routes.add_url_rule("/.well-known/void", "well_known", void)
    return routes


def describe(graph: KnowledgeGraph, media_type: str) -> Response:
    """The services and the dataset they answer from."""
    url = url_for("sparql.endpoint", _external=True)
    said = [quad.triple for quad in parse(path=_DESCRIPTION, format=RdfFormat.TURTLE, base_iri=url)]
    root = url_for("dataset.void", _external=True)
    kept = (*_counts(graph, root), *_history(graph, root), *_links(graph, root))
    return document([*said, *kept], media_type, _PREFIXES)


def _counts(graph: KnowledgeGraph, root: str) -> Iterator[Triple]:
    dataset, statistics = NamedNode(f"{root}#dataset"), graph.journal.statistics()
    for name, number in (
        ("triples", statistics.triples),
        ("entities", statistics.entities),
        ("documents", graph.journal.record_count()),
        ("properties", len(statistics.properties)),
        ("classes", len(statistics.classes)),
    ):
        yield Triple(dataset, VOID[name], _number(number))
    for iri in sorted({_namespace(iri) for iri in (*statistics.properties, *statistics.classes)}):
        yield Triple(dataset, VOID.vocabulary, NamedNode(iri))
    for part, term, count, counted in (
        ("propertyPartition", VOID.property, VOID.triples, statistics.properties),
        ("classPartition", VOID["class"], VOID.entities, statistics.classes),
    ):
        yield from _partitions(root, (dataset, VOID[part], term, count), counted)


def _history(graph: KnowledgeGraph, root: str) -> Iterator[Triple]:
    """When the dataset came to be and changed last."""
    first, newest = graph.journal.first(), next(iter(graph.journal.log(1)), None)
    for term, revision in ((DCT.created, first), (DCT.modified, newest)):
        if revision is not None:
            at = Literal(revision.at, datatype=XSD.dateTime)
            yield Triple(NamedNode(f"{root}#dataset"), term, at)


def _links(graph: KnowledgeGraph, root: str) -> Iterator[Triple]:
    """Where its things are, and some to begin with."""
    dataset, own = NamedNode(f"{root}#dataset"), NamedNode(f"{root}#things")
    yield Triple(own, VOID.uriSpace, Literal(graph.names.instances))
    for subject in islice(graph.journal.subjects(), _EXAMPLES):
        yield Triple(dataset, VOID.exampleResource, subject)


def _namespace(iri: str) -> str:
    """The vocabulary that a term is of: what stands before its local name."""
    return re.sub(r"[^/#:]+\Z", "", iri)


def _partitions(
    root: str, terms: tuple[NamedNode, NamedNode, NamedNode, NamedNode], counted: Mapping[str, int]
) -> Iterator[Triple]:
    dataset, part, term, count = terms
    for iri, number in counted.items():
        digest = hashlib.sha256(f"{part.value} {iri}".encode()).hexdigest()[:12]
        partition = NamedNode(f"{root}#{digest}")
        yield Triple(dataset, part, partition)
        yield Triple(partition, RDF.type, VOID.Dataset)
        yield Triple(partition, term, NamedNode(iri))
        yield Triple(partition, count, _number(number))


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)
