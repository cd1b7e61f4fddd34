"""Compliance reports in each format, made from one report of real validation."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pyshacl
import pytest
import rdflib
from rdflib.compare import isomorphic

from kg.compliance import FORMATS, render
from kg.errors import InputError
from kg.iri import Names
from kg.rdfio import parse_quads
from kg.shacl import Report, Shapes
from kg.shacl.rdflib_bridge import to_graph
from kg.shacl.reference import validate
from kg.terms import RdfFormat

NAMES = Names("http://localhost:7077")
AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
PREFIXES = """
@base <http://localhost:7077/id/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/> .
@prefix mlg: <https://w3id.org/mlg#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
DATA = """
<model/mlflow/churn> dct:title "<script>alert(1)</script>\\u001b[31m" ;
    dct:replaces <model/mlflow/old> ; mlg:ownedBy <team/org/risk-ml> .
<model/mlflow/old> dct:creator "somebody" .
"""
SHAPES = """
ex:R90 a sh:NodeShape ; rdfs:label "Plain titles & names"@en ; mlg:remedy "Rename it." ;
    dct:source ex:law ; mlg:effectiveFrom "2027-01-01" ;
    sh:targetSubjectsOf dct:replaces ;
    sh:property [ sh:path dct:title ; sh:maxLength 5 ; sh:message "a title is too long" ] ,
        [ sh:path ( dct:replaces [ sh:alternativePath ( dct:creator dct:publisher ) ] ) ;
          sh:nodeKind sh:IRI ; sh:severity sh:Warning ] ;
    sh:sparql [ sh:prefixes ex: ; sh:message "{$this} replaces {?value}, titled {?title}" ;
        sh:select "SELECT $this ?value ?title { $this d:replaces ?value ; d:title ?title }" ] .
ex: sh:declare [ sh:prefix "d" ; sh:namespace "http://purl.org/dc/terms/" ] .
ex:law dct:bibliographicCitation "A law, Article 1" .
ex:Held a sh:NodeShape ; sh:targetNode ex:nothing .
"""
REPORT_SHAPES = """
ex:Report a sh:NodeShape ; sh:targetClass sh:ValidationReport ;
    sh:property [ sh:path sh:conforms ; sh:minCount 1 ; sh:maxCount 1 ;
            sh:datatype <http://www.w3.org/2001/XMLSchema#boolean> ] ,
        [ sh:path sh:result ; sh:class sh:ValidationResult ; sh:minCount 3 ] .
ex:Result a sh:NodeShape ; sh:targetClass sh:ValidationResult ;
    sh:property [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ] ,
        [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path sh:sourceConstraintComponent ; sh:minCount 1 ; sh:maxCount 1 ] ,
        [ sh:path sh:resultPath ; sh:maxCount 1 ] ,
        [ sh:path sh:value ; sh:maxCount 1 ] ,
        [ sh:path sh:sourceShape ; sh:minCount 1 ; sh:maxCount 1 ] .
"""


def read(text: str) -> rdflib.Graph:
    quads = parse_quads((PREFIXES + text).encode(), RdfFormat.TURTLE, where="test")
    return to_graph(quad.triple for quad in quads)


@pytest.fixture
def report() -> Report:
    return validate(read(DATA), Shapes(read(SHAPES)), AS_OF, 12)


@pytest.fixture
def conforming() -> Report:
    return validate(read(DATA), Shapes(read("ex:Held a sh:NodeShape ; sh:targetNode ex:a .")))


def test_turtle_says_what_the_report_of_pyshacl_says(report: Report) -> None:
    """The graphs are isomorphic, unnamed shapes and complex paths included."""
    _, outcome, _ = pyshacl.validate(read(DATA), shacl_graph=read(SHAPES), advanced=False)

    written = rdflib.Graph().parse(data=render(report, "turtle", NAMES), format="turtle")

    assert isomorphic(written, outcome)


def test_turtle_is_a_validation_report_by_the_specification(report: Report) -> None:
    """Cardinalities and node kinds of SHACL 3.6 hold for report and results."""
    written = read(render(report, "turtle", NAMES))

    assert validate(written, Shapes(read(REPORT_SHAPES))).conforms


def test_json_has_one_object_a_result_with_all_that_is_known(report: Report) -> None:
    """Short identifiers for people, the IRI for programs, owners and remedy for whoever mends."""
    document = json.loads(render(report, "json", NAMES))

    assert {"conforms": False, "revision": 12, "asOf": "2026-11-01T00:00:00Z"}.items() <= (
        document.items()
    )
    assert document["counts"] == {"Violation": 2, "Warning": 1, "Info": 0}
    assert document["results"][0] == {
        "focus": "model:mlflow/churn",
        "focusIri": "http://localhost:7077/id/model/mlflow/churn",
        "rule": "R90",
        "severity": "Violation",
        "message": "model:mlflow/churn replaces model:mlflow/old, "
        "titled <script>alert(1)</script> [31m",
        "path": None,
        "value": "model:mlflow/old",
        "shape": "https://example.org/R90",
        "component": "SPARQLConstraintComponent",
        "remedy": "Rename it.",
        "owners": ["team:org/risk-ml"],
        "domains": [],
        "riskLevels": [],
        "effectiveFrom": "2027-01-01",
        "packs": [],
        "frameworks": ["A law"],
        "evidence": [],
        "waiver": None,
        "waiversNotCounting": [],
    }
    assert document["results"][2]["path"] == "dct:replaces/(dct:creator|dct:publisher)"


def test_html_needs_nothing_from_outside(report: Report) -> None:
    """No script, style sheet, font, image or link is fetched: the page can be filed."""
    page = render(report, "html", NAMES)

    assert not re.search(r"<(script|link|img|iframe|object)\b", page)
    assert not re.search(r"(?:src|href|action)\s*=|@import|url\(", page)


def test_html_escapes_what_the_data_holds(report: Report) -> None:
    """Data is shown, never run."""
    page = render(report, "html", NAMES)

    assert "<script>" not in page
    assert "titled &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Plain titles &amp; names" in page


def test_html_shows_rule_remedy_source_and_what_held(report: Report) -> None:
    """An auditor finds the text a rule rests on, since when it binds, and what was not broken."""
    page = render(report, "html", NAMES)

    for words in ("R90", "Rename it.", "A law, Article 1", "2027-01-01", "Held", "revision 12"):
        assert words.lower() in page.lower()


def test_text_puts_the_summary_first_and_the_worst_on_top(report: Report) -> None:
    """Who reads only the head knows the verdict; every finding has its subject and remedy."""
    lines = render(report, "text", NAMES).splitlines()

    assert lines[0] == "Compliance report, revision 12, as of 2026-11-01 00:00:00 UTC"
    assert lines[1] == "Does not conform: 2 violations, 1 warning."
    levels = [line.split()[0] for line in lines if re.match(r"  (violation|warning) ", line)]
    assert levels == ["violation", "violation", "warning"]
    assert any("What to do: Rename it." in line for line in lines)
    assert lines[-1] == "Nothing found by 1 of 2 rules."


def test_text_carries_no_control_character_to_the_terminal(report: Report) -> None:
    """A title with an escape sequence cannot recolour or rewrite the screen."""
    assert "\x1b" in report.results[0].message

    assert "\x1b" not in render(report, "text", NAMES)
    assert "\x1b[31m" not in render(report, "text", NAMES, color=True)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_report_without_findings_says_so(conforming: Report, format_: str) -> None:
    """Conforming is stated in each format, also without instant and revision."""
    words = {
        "text": "Conforms: no findings.",
        "html": "Conforms: no findings.",
        "json": '"conforms": true',
        "turtle": "sh:conforms true",
        "json-ld": '"@type":"http://www.w3.org/2001/XMLSchema#boolean","@value":"true"',
        "csv": "severity,rule",
        "sarif": '"results": []',
        "junit": 'failures="0"',
    }

    assert words[format_] in render(conforming, format_, NAMES)


@pytest.mark.parametrize("format_", FORMATS)
def test_equal_reports_are_written_equally(format_: str) -> None:
    """A report can be compared with the last one by a plain diff, save for blank node labels."""
    shapes = Shapes(read(SHAPES))
    texts = [render(validate(read(DATA), shapes, AS_OF), format_, NAMES) for _ in range(2)]

    if format_ in ("turtle", "json-ld"):
        rdf = RdfFormat.TURTLE if format_ == "turtle" else RdfFormat.JSON_LD
        parsed = [parse_quads(text.encode(), rdf, where="report") for text in texts]
        first, second = (to_graph(quad.triple for quad in quads) for quads in parsed)
        assert isomorphic(first, second)
    else:
        assert texts[0] == texts[1]


def test_an_unknown_format_is_an_error_that_lists_the_known() -> None:
    """One line, with the choices."""
    with pytest.raises(InputError, match="text, json, csv, sarif, junit, turtle, json-ld, html"):
        render(Report(()), "pdf", NAMES)
