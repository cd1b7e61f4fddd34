"""A report as RDF: the standard ``sh:ValidationReport`` (SHACL, section 3.6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kg.namespaces import MLG, PREFIXES, RDF, SH, XSD
from kg.shacl import Report, Result
from kg.terms import BlankNode, Literal, NamedNode, RdfFormat, Term, Triple, serialize

_PREFIXES: Final = {name: PREFIXES[name] for name in ("mlg", "sh", "xsd")}


def to_turtle(report: Report) -> str:
    """The validation report in Turtle."""
    return _serialized(report, RdfFormat.TURTLE)


def to_json_ld(report: Report) -> str:
    """The validation report in JSON-LD."""
    return _serialized(report, RdfFormat.JSON_LD)


def _serialized(report: Report, format_: RdfFormat) -> str:
    text = serialize(report_triples(report), format=format_, prefixes=_PREFIXES)
    return (text or b"").decode()


def report_triples(report: Report) -> Iterator[Triple]:
    """The triples of the report, results in its order."""
    node = BlankNode("validation-report")
    conforms = Literal(str(report.conforms).lower(), datatype=XSD.boolean)
    yield Triple(node, RDF.type, SH.ValidationReport)
    yield Triple(node, SH.conforms, conforms)
    named = [
        (BlankNode(f"validation-result-{number}"), result)
        for number, result in enumerate(report.results, start=1)
    ]
    later = [
        (BlankNode(f"upcoming-result-{number}"), result)
        for number, result in enumerate(report.upcoming, start=1)
    ]
    yield from (Triple(node, SH.result, name) for name, _ in named)
    yield from (Triple(node, MLG.upcoming, name) for name, _ in later)
    for name, result in (*named, *later):
        yield from _result(name, result)
    yield from sorted(report.details, key=str)


def _result(name: BlankNode, result: Result) -> Iterator[Triple]:
    for predicate, value in _statements(result):
        yield Triple(name, predicate, value)
    for detail in result.details:
        nested = BlankNode()
        yield Triple(name, SH.detail, nested)
        yield from _result(nested, detail)


def _statements(result: Result) -> Iterator[tuple[NamedNode, Term]]:
    yield RDF.type, SH.ValidationResult
    yield SH.focusNode, result.focus
    yield SH.resultSeverity, result.severity
    yield SH.sourceConstraintComponent, result.component
    yield SH.sourceShape, result.shape
    optional = (
        (SH.resultPath, result.path),
        (SH.value, result.value),
        (SH.sourceConstraint, result.constraint),
    )
    yield from ((predicate, value) for predicate, value in optional if value is not None)
    if result.waived is not None:
        yield MLG.waivedBy, result.waived.waiver.iri
        yield MLG.waivedSeverity, result.waived.severity
    for message in result.messages:
        yield SH.resultMessage, message
    for annotation, values in result.annotations:
        yield from ((annotation, value) for value in values)
