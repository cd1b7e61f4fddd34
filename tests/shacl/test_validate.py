"""Validation as the product offers it: reports, rules, instants and errors."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import rdflib

from kg.assets import asset
from kg.errors import InputError, NotFound, QueryRefused, Unsupported
from kg.rdfio import parse_quads
from kg.shacl import Shapes, load_shapes
from kg.shacl.engines import validate_files
from kg.shacl.rdflib_bridge import to_graph
from kg.shacl.reference import validate
from kg.terms import RdfFormat

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
PREFIXES = """
@prefix ex: <https://example.org/> .
@prefix mlg: <https://w3id.org/mlg#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
DATA = "ex:a ex:p 1 , 2 ; mlg:ownedBy ex:team . ex:b ex:p 3 ; ex:partOf ex:a ."
SEVERITIES = """
ex:Milder a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:severity sh:Info ;
    sh:property [ sh:path ex:p ; sh:maxInclusive 2 ; sh:severity sh:Info ] .
ex:Worse a sh:NodeShape ; rdfs:label "One value" ; mlg:remedy "Remove one." ;
    sh:targetSubjectsOf ex:p ;
    sh:property [ sh:path ex:p ; sh:maxCount 1 ] ,
        [ sh:path ex:q ; sh:minCount 1 ; sh:severity sh:Warning ] .
"""


def graph(text: str) -> rdflib.Graph:
    quads = parse_quads((PREFIXES + text).encode(), RdfFormat.TURTLE, where="test")
    return to_graph(quad.triple for quad in quads)


def shapes(text: str) -> Shapes:
    return Shapes(graph(text))


def query(text: str, more: str = "") -> Shapes:
    return shapes(
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:sparql ex:C . "
        f'ex:C sh:message "seen" ; sh:select """{text}""" . {more}'
    )


def test_results_come_worst_first_and_in_the_same_order_each_time() -> None:
    """Severity decides, then rule and focus node; two runs give the same list."""
    first, second = (validate(graph(DATA), shapes(SEVERITIES)) for _ in range(2))

    assert [r.level for r in first.results] == ["Violation", "Warning", "Warning", "Info"]
    assert [r.sort_key() for r in first.results] == [r.sort_key() for r in second.results]
    assert first.counts == {"Violation": 1, "Warning": 2, "Info": 1}


def test_a_warning_alone_already_breaks_conformance() -> None:
    """SHACL 3.6.1.1: a report conforms only when there are no results at all."""
    report = validate(graph(DATA), shapes(SEVERITIES.split("ex:Worse")[0]))

    assert (report.conforms, report.violations) == (False, 0)


def test_a_result_of_an_unnamed_property_shape_belongs_to_its_rule() -> None:
    """Title and remedy are found from the nested shape, the owner from the focus node."""
    result = validate(graph(DATA), shapes(SEVERITIES)).results[0]

    assert result.rule.title == "One value"
    assert result.remedy == "Remove one."
    assert [owner.value for owner in result.owners] == ["https://example.org/team"]


def test_the_data_graph_is_left_as_it_was() -> None:
    """Instant and settings stand beside the data only while it is validated."""
    data = graph(DATA)
    before = set(data)

    validate(data, shapes(SEVERITIES + "ex:Worse mlg:maximumAge 3 ."), AS_OF)

    assert before == set(data)


def test_a_rule_can_ask_for_the_instant_and_for_its_settings() -> None:
    """Both are in the data graph under the names that rules use."""
    asked = query(
        "SELECT $this WHERE { <https://w3id.org/mlg/report> <https://w3id.org/mlg#asOf> ?t . "
        "<https://example.org/S> <https://w3id.org/mlg#maximumAge> ?age }",
        more="ex:S mlg:maximumAge 3 .",
    )

    assert len(validate(graph(DATA), asked, AS_OF).results) == 2
    assert validate(graph(DATA), asked).conforms


@pytest.mark.parametrize(
    "text",
    [
        "SELECT $this WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT $this FROM <file:///etc/passwd> WHERE { ?s ?p ?o }",
        "SELECT $this WHERE { $this ?p ?o . # ' \n service <http://127.0.0.1:9/> { ?s ?q 'x' } }",
        'SELECT $this WHERE { $this ?p \\"x\\".SERVICE <http://127.0.0.1:9/> { ?s ?q ?o } }',
    ],
)
def test_a_constraint_that_reaches_outside_the_data_is_refused(text: str) -> None:
    """Shapes may come from others; none may read files or the network, however it is spelt."""
    with pytest.raises(QueryRefused):
        query(text)


def test_words_that_only_look_like_keywords_are_allowed() -> None:
    """Names, texts, variables and comments may contain them."""
    text = "SELECT $this WHERE { $this ?from ?o . # from here\n FILTER (?o != 'service') }"

    assert len(validate(graph(DATA), query(text)).results) == 2


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT $this WHERE { broken", InputError),
        ("SELECT $this WHERE { $this ?p ?o MINUS { $this ?p 1 } }", InputError),
        ("SELECT $this WHERE { GRAPH $shapesGraph { $this ?p ?o } }", Unsupported),
    ],
)
def test_shapes_that_cannot_be_evaluated_are_an_error_of_one_line(
    text: str, error: type[InputError]
) -> None:
    """Neither a traceback nor a report that claims to conform."""
    with pytest.raises(error) as caught:
        validate(graph(DATA), query(text))

    assert "\n" not in str(caught.value)


def test_files_are_validated_together(tmp_path: Path) -> None:
    """Data and shapes may lie in several files of several formats."""
    (tmp_path / "a.ttl").write_text(PREFIXES + "ex:a ex:p 1 .")
    (tmp_path / "b.nt").write_text("<https://example.org/a> <https://example.org/p> <x:y> .\n")
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "s.ttl").write_text(PREFIXES + SEVERITIES)

    report = validate_files([tmp_path / "a.ttl", tmp_path / "b.nt"], [tmp_path / "shapes"])

    assert report.violations == 1


def test_shapes_that_are_not_there_or_not_turtle_are_named(tmp_path: Path) -> None:
    """The message says which path."""
    broken = tmp_path / "broken.ttl"
    broken.write_text("this is not turtle")
    empty = tmp_path / "empty"
    empty.mkdir()

    with pytest.raises(NotFound, match="nowhere"):
        load_shapes(tmp_path / "nowhere")
    with pytest.raises(NotFound, match="no shapes"):
        load_shapes(empty)
    with pytest.raises(InputError, match=r"broken\.ttl"):
        load_shapes(broken)


def test_every_governance_rule_says_what_it_is_and_what_to_do() -> None:
    """Title, definition, remedy and sources; what is superseded names its successor."""
    rules = load_shapes(asset("shapes", "governance")).rules.values()

    for rule in rules:
        assert all((rule.title, rule.definition, rule.remedy, rule.sources)), rule.name
        assert all(source.title != source.iri for source in rule.sources), rule.name
    superseded = {s.title: s.replaced_by for r in rules for s in r.sources if s.replaced_by}
    assert list(superseded) == ["Federal Reserve SR 11-7"]
