"""SPARQL of a shapes graph, asked of all focus nodes at once."""

from __future__ import annotations

import pytest
from compiled_checks import AS_OF, EX, check, foci, shapes, store_of, triples, values

from kg.errors import InputError
from kg.shacl.engines import validate_store
from kg.shacl.rdflib_bridge import to_graph
from kg.shacl.reference import validate
from kg.terms import Literal, NamedNode


def test_counting_over_several_graphs_is_left_to_pyshacl() -> None:
    """A COUNT that is not DISTINCT would count a triple once for each graph."""
    wanted = shapes("""ex:S sh:targetSubjectsOf ex:p ; sh:sparql [ sh:select
        "SELECT $this { $this ?p ?o } GROUP BY $this HAVING (COUNT(?o) > 1)" ] .""")

    report = validate_store(store_of("ex:a ex:p 1 ."), wanted, AS_OF)

    assert report.conforms
    assert [left.reason for left in report.not_compiled] == [
        "it counts triples that several graphs may hold"
    ]


@pytest.mark.parametrize(
    ("select", "words"),
    [
        ("SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }", "MINUS"),
        ("SELECT $this { VALUES ?x { 1 } }", "VALUES"),
        ("SELECT $this { BIND (1 AS $this) }", "bound again"),
        ("SELECT $this { { SELECT ?o { ?s ?p ?o } } }", "does not project"),
        ("SELECT $this { broken", "cannot be evaluated|not understood|no SPARQL"),
        ("SELECT $this (true AS ?failure) { }", "failure"),
        ("SELECT $this { $this $PATH ?value }", "PATH"),
    ],
)
def test_a_constraint_that_cannot_be_asked_is_an_error_that_names_it(
    select: str, words: str
) -> None:
    """Never a silent pass; one line with shape and constraint."""
    with pytest.raises(InputError, match=words) as caught:
        check(
            "ex:a ex:p 1 .",
            f'ex:S sh:targetNode ex:a ; sh:sparql ex:C . ex:C sh:select """{select}""" .',
        )

    assert "\n" not in str(caught.value)


def test_results_of_sparql_constraints_bear_annotations_and_filled_in_messages() -> None:
    """sh:resultAnnotation by variable, by its property's name, and by a constant."""
    report = check(
        'ex:a ex:p 1 ; ex:time "soon" .',
        """
        ex:S sh:targetNode ex:a ; sh:sparql [
            sh:message "{$this} has {?value} at {?time}, not {?other}"@en ;
            sh:resultAnnotation [ sh:annotationProperty ex:time ] ,
                [ sh:annotationProperty ex:at ; sh:annotationVarName "time" ] ,
                [ sh:annotationProperty ex:kind ; sh:annotationValue ex:Late ] ;
            sh:select '''SELECT $this ?value ?time { $this <https://example.org/p> ?value ;
                <https://example.org/time> ?time }''' ] .
        """,
    )

    (result,) = report.results
    assert result.messages == (Literal(f"{EX}a has 1 at soon, not {{?other}}", language="en"),)
    assert dict(result.annotations) == {
        NamedNode(EX + "at"): (Literal("soon"),),
        NamedNode(EX + "kind"): (NamedNode(EX + "Late"),),
        NamedNode(EX + "time"): (Literal("soon"),),
    }


SPARQL_TARGET = """
    ex:S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ; sh:prefixes ex: ; sh:select
        "SELECT ?this { ?this e:p ?n FILTER (?n > 1) }" ] ; sh:nodeKind sh:Literal .
    ex: sh:declare [ sh:prefix "e" ; sh:namespace "https://example.org/"^^xsd:anyURI ] .
"""


def test_a_sparql_target_gives_the_focus_nodes_that_pyshacl_gives() -> None:
    """SHACL-AF, 3.1."""
    data = "ex:a ex:p 1 . ex:b ex:p 2 . ex:c ex:p 3 ."

    reference = validate(to_graph(triples(data)), shapes(SPARQL_TARGET))

    assert foci(check(data, SPARQL_TARGET)) == foci(reference) == ["b", "c"]


def test_settings_and_instant_are_seen_under_constant_and_variable_subjects() -> None:
    """As pySHACL sees them, and in union with the data where it has the property."""
    text = """
        ex:S sh:targetNode ex:a ; mlg:limit 2 ; sh:sparql [ sh:select '''
            PREFIX mlg: <https://w3id.org/mlg#>
            SELECT $this ?value { <https://w3id.org/mlg/report> mlg:asOf ?now .
                ?rule mlg:limit ?value . FILTER (YEAR(?now) = 2026) }''' ] .
    """

    assert values(check("ex:a ex:p 1 .", text)) == [
        '"2"^^<http://www.w3.org/2001/XMLSchema#integer>'
    ]
    assert len(check("ex:other mlg:limit 9 .", text).results) == 2


SUM = """ex:S sh:targetObjectsOf ex:of ; sh:sparql [ sh:select
    'SELECT $this (SUM(?n) AS ?value) { %s } GROUP BY $this' ] ."""


@pytest.mark.parametrize(
    "pattern",
    [
        "$this <https://example.org/n> ?n",
        "{ SELECT DISTINCT $this ?n { $this <https://example.org/n> ?n } }",
    ],
)
def test_a_focus_node_that_is_a_target_twice_is_counted_once(pattern: str) -> None:
    """Neither two triples that make it a target nor two graphs double what is summed."""
    data = "ex:a ex:of ex:c . ex:b ex:of ex:c . ex:c ex:n 2 , 3 ."
    over_graphs = validate_store(store_of(data), shapes(SUM % pattern), AS_OF)

    assert values(check(data, SUM % pattern)) == values(over_graphs)
    assert [v.partition("^")[0] for v in values(over_graphs)] == ['"5"']
    assert bool(over_graphs.not_compiled) == (not pattern.startswith("{"))
