"""Strings that come from the store are compared as RDF 1.1 says: plain and xsd:string are one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import rdflib

from kg.errors import Unsupported
from kg.namespaces import DCT, XSD
from kg.shacl import load_shapes
from kg.shacl.engines import validate_store
from kg.shacl.extract import extract
from kg.shacl.rdflib_bridge import from_rdflib, to_rdflib
from kg.shacl.reference import validate
from kg.store import EmbeddedStore
from kg.terms import BlankNode, Literal, NamedNode, Quad, Triple

SHAPES = """
@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:Region a sh:NodeShape ;
    sh:targetSubjectsOf <http://purl.org/dc/terms/coverage> ;
    sh:property [
        sh:path <http://purl.org/dc/terms/coverage> ;
        sh:in ( "north" "south" ) ;
        sh:hasValue "north" ] .
"""
NODE = NamedNode("https://example.org/a")
GRAPH = NamedNode("https://example.org/graph")


def store_with(*values: str) -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    quads = (Quad(NODE, DCT.coverage, Literal(v, datatype=XSD.string), GRAPH) for v in values)
    store.load(quads, revision=3)
    return store


def shapes_file(folder: Path) -> Path:
    path = folder / "region.ttl"
    path.write_text(SHAPES)
    return path


def test_a_typed_string_of_the_store_satisfies_sh_in_and_sh_has_value(tmp_path: Path) -> None:
    """No false violation: "north"^^xsd:string is "north"."""
    data = extract(store_with("north"))

    assert validate(data, load_shapes(shapes_file(tmp_path))).conforms


def test_a_string_outside_the_list_is_still_reported(tmp_path: Path) -> None:
    """No silent pass: what breaks sh:in and sh:hasValue is found, once each."""
    report = validate(extract(store_with("north", "east")), load_shapes(shapes_file(tmp_path)))

    assert [result.component.value.rpartition("#")[2] for result in report.results] == [
        "InConstraintComponent"
    ]


def test_the_trap_is_real() -> None:
    """Were typed strings handed on as they are, rdflib would hold them to be other terms."""
    typed = rdflib.Literal("north", datatype=rdflib.XSD.string)

    assert rdflib.Literal("north") != typed
    assert rdflib.Literal("north") == to_rdflib(Literal("north", datatype=XSD.string))


def test_a_triple_in_two_graphs_is_one_triple_of_the_data() -> None:
    """The data graph is the union, without repetition."""
    store = EmbeddedStore.in_memory()
    other = NamedNode("https://example.org/other")
    label = Literal("north")
    store.load([Quad(NODE, DCT.coverage, label, g) for g in (GRAPH, other)], revision=1)

    assert len(list(extract(store).triples((to_rdflib(NODE), None, None)))) == 1


def test_a_report_on_a_store_bears_the_revision_of_the_store(tmp_path: Path) -> None:
    """Whoever reads the report can tell which state was judged."""
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    report = validate_store(store_with("north"), load_shapes(shapes_file(tmp_path)), moment)

    assert (3, moment) == (report.revision, report.as_of)


def test_terms_survive_the_way_to_rdflib_and_back() -> None:
    """IRIs, blank nodes and literals come back as they went, lexical form and all."""
    terms = [
        NODE,
        BlankNode("b1"),
        Literal("x"),
        Literal("x", language="en"),
        Literal("01", datatype=XSD.integer),
        Literal("1.50", datatype=XSD.decimal),
        Literal("not a number", datatype=XSD.integer),
        Literal("2026-01-01T00:00:00.000+00:00", datatype=XSD.dateTime),
    ]

    assert terms == [from_rdflib(to_rdflib(term)) for term in terms]


def test_a_triple_term_is_refused_in_one_line() -> None:
    """RDF 1.2 triple terms cannot be validated and are not dropped in silence."""
    with pytest.raises(Unsupported):
        to_rdflib(Triple(NODE, DCT.title, Literal("x")))
