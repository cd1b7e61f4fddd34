"""The report as a graph in the store: a sh:ValidationReport that SPARQL can be asked of.

A result is named by the identity of its finding, so what stays found keeps its name. Blank nodes
of shapes files (paths, unnamed shapes) are left out: their names mean nothing in another graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from kg.model import literal
from kg.namespaces import MLG, ONTOLOGY_IRI, PROV, RDF, SH
from kg.shacl import Result
from kg.store import REPORT_GRAPH
from kg.terms import Literal, NamedNode, Quad, Term

REPORT: Final = NamedNode(f"{ONTOLOGY_IRI}/live-report")
"""The report that is kept."""


def result_node(identity: str) -> NamedNode:
    """The name of the result of a finding."""
    return NamedNode(f"{ONTOLOGY_IRI}/finding/{identity}")


def result_quads(identity: str, result: Result) -> Iterator[Quad]:
    """A result and its place in the report."""
    node = result_node(identity)
    yield Quad(REPORT, SH.result, node, REPORT_GRAPH)
    said: list[tuple[NamedNode, Term | None]] = [
        (RDF.type, SH.ValidationResult),
        (SH.focusNode, result.focus),
        (SH.value, result.value),
        (SH.resultPath, result.path),
        (SH.sourceShape, result.shape),
        (SH.sourceConstraint, result.constraint),
        (SH.sourceConstraintComponent, result.component),
        (SH.resultSeverity, result.severity),
        *((SH.resultMessage, message) for message in result.messages),
    ]
    for predicate, value in said:
        if isinstance(value, NamedNode | Literal):
            yield Quad(node, predicate, value, REPORT_GRAPH)


def head_quads(revision: int, as_of: datetime, *, conforms: bool) -> list[Quad]:
    """What the report says of itself: of which revision and instant it is."""
    said: Iterable[tuple[NamedNode, Term]] = (
        (RDF.type, SH.ValidationReport),
        (SH.conforms, Literal(conforms)),
        (MLG.revision, Literal(revision)),
        (PROV.generatedAtTime, literal(as_of)),
    )
    return [Quad(REPORT, predicate, value, REPORT_GRAPH) for predicate, value in said]
