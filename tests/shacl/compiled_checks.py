"""Writing data and shapes in Turtle and checking the one by the other, compiled."""

from __future__ import annotations

from datetime import UTC, datetime

from kg.rdfio import parse_quads
from kg.shacl import Report, Shapes
from kg.shacl.compiled.sources import ScratchSource
from kg.shacl.compiled.validate import validate_source
from kg.shacl.rdflib_bridge import to_graph, triples_of
from kg.store import EmbeddedStore
from kg.terms import NamedNode, Quad, RdfFormat, Triple

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
PREFIXES = """
@prefix ex: <https://example.org/> .
@prefix mlg: <https://w3id.org/mlg#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
EX = "https://example.org/"


def triples(text: str) -> list[Triple]:
    return [q.triple for q in parse_quads((PREFIXES + text).encode(), RdfFormat.TURTLE, where="t")]


def shapes(text: str) -> Shapes:
    return Shapes(to_graph(triples(text)))


def check(data: str, text: str) -> Report:
    known = shapes(text)
    return validate_source(ScratchSource(triples(data), triples_of(known.graph)), known, AS_OF)


def foci(report: Report) -> list[str]:
    return [result.focus.value.removeprefix(EX) for result in report.results]


def values(report: Report) -> list[str]:
    return sorted(str(result.value) for result in report.results)


def store_of(data: str, graphs: tuple[str, ...] = ("g", "h")) -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    found = triples(data)
    named = [NamedNode(EX + graph) for graph in graphs]
    store.load((Quad(t.subject, t.predicate, t.object, g) for t in found for g in named), 1)
    return store
