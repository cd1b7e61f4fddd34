"""Compiled shapes: what pySHACL does not do, or what a store makes different."""

from __future__ import annotations

import pytest
from compiled_checks import AS_OF, EX, check, foci, shapes, store_of, triples, values

from kg.errors import Unsupported
from kg.shacl.compiled.plan import make_plan
from kg.shacl.engines import validate_store
from kg.shacl.model import Shape, targets
from kg.shacl.model.paths import predicates
from kg.shacl.rdflib_bridge import to_graph
from kg.shacl.reference import validate
from kg.terms import NamedNode

LITERALS = 'ex:a ex:p "300"^^xsd:byte , "7"^^xsd:byte , "07"^^xsd:byte , 7 , "five"^^xsd:integer .'


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("sh:datatype xsd:byte", ['"300"^^<byte>', '"7"^^<integer>', '"five"^^<integer>']),
        (
            "sh:datatype xsd:integer",
            ['"07"^^<byte>', '"300"^^<byte>', '"7"^^<byte>', '"five"^^<integer>'],
        ),
        ("sh:in ( 7 )", ['"07"^^<byte>', '"300"^^<byte>', '"7"^^<byte>', '"five"^^<integer>']),
        ("sh:maxLength 1", ['"07"^^<byte>', '"300"^^<byte>', '"five"^^<integer>']),
        ("sh:maxInclusive 7", ['"300"^^<byte>', '"five"^^<integer>']),
    ],
)
def test_literals_of_files_are_judged_to_the_letter(constraint: str, wrong: list[str]) -> None:
    """What the engine would normalise is told apart, and reported as it was written."""
    report = check(
        LITERALS, f"ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; {constraint} ] ."
    )

    assert [
        value.replace("http://www.w3.org/2001/XMLSchema#", "") for value in values(report)
    ] == wrong


def test_in_a_store_a_derived_integer_type_is_its_range() -> None:
    """The store keeps xsd:integer for all of them, so a value in the range is of the type."""
    store = store_of('ex:a ex:p "5"^^xsd:nonNegativeInteger , 6 , -7 , "x" .')
    wanted = shapes(
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; "
        "sh:datatype xsd:nonNegativeInteger ] ."
    )

    report = validate_store(store, wanted, AS_OF)

    assert values(report) == ['"-7"^^<http://www.w3.org/2001/XMLSchema#integer>', '"x"']


def test_a_triple_in_two_graphs_counts_once() -> None:
    """Counts, pairs and solutions of SPARQL constraints are of the union without repetition."""
    store = store_of("ex:a ex:p 1 , 2 ; ex:q 1 .")
    wanted = shapes("""
        ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:maxCount 2 ] ,
            [ sh:path ex:p ; sh:minCount 3 ] , [ sh:path ex:p ; sh:lessThan ex:q ] ;
        sh:sparql [ sh:select "SELECT $this ?value { $this <https://example.org/q> ?value }" ] .
    """)

    report = validate_store(store, wanted, AS_OF)

    names = sorted(r.component.value.partition("#")[2] for r in report.results)
    assert names == ["LessThanConstraintComponent"] * 2 + [
        "MinCountConstraintComponent",
        "SPARQLConstraintComponent",
    ]


def test_given_focus_nodes_alone_are_asked_about() -> None:
    """Those among them that are targets, in nested shapes too; other nodes are left alone."""
    data = "ex:a a ex:T ; ex:p ex:x . ex:b a ex:T ; ex:p ex:y . ex:c ex:p ex:z ."
    wanted = shapes("""
        ex:S sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:node ex:N ; sh:maxCount 0 ] ;
            sh:sparql [ sh:select "SELECT $this { $this ?any ?thing }" ] .
        ex:N sh:property [ sh:path ex:q ; sh:minCount 2 ] .
    """)
    given = [NamedNode(EX + name) for name in ("a", "c")]

    report = validate_store(store_of(data), wanted, AS_OF, focus_nodes=given)
    whole = validate_store(store_of(data), wanted, AS_OF)

    assert foci(report) == ["a", "a", "a"]
    assert [r for r in whole.results if r.focus in given] == list(report.results)


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ('ex:S sh:targetNode "x" ; sh:pattern "x(?!y)" .', "pattern"),
        (
            "ex:S sh:targetSubjectsOf ex:p ; sh:sparql [ sh:select "
            '"SELECT $this { $this ?p ?o } LIMIT 1" ] .',
            "LIMIT",
        ),
        (
            "ex:S sh:targetSubjectsOf ex:p ; sh:sparql [ sh:select "
            '"SELECT $this (COUNT(?o) AS ?n) { $this ?p ?o }" ] .',
            "aggregates",
        ),
        ("ex:S sh:targetNode [ ] ; sh:nodeKind sh:Literal .", "blank node"),
    ],
)
def test_what_is_not_compiled_is_validated_by_pyshacl_and_said(shape: str, reason: str) -> None:
    """The report holds the same results as pySHACL's, beside those of compiled shapes."""
    data = 'ex:a ex:p 1 , "x" .'
    other = "ex:Other sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] ."

    report = check(data, shape + other)
    reference = validate(to_graph(triples(data)), shapes(shape + other), AS_OF)

    assert [(str(left.shape), reason in left.reason) for left in report.not_compiled] == [
        (f"<{EX}S>", True)
    ]
    assert sorted(r.component.value for r in report.results) == sorted(
        r.component.value for r in reference.results
    )


@pytest.mark.parametrize(
    "text",
    [
        "ex:S sh:targetNode ex:a ; sh:node ex:S .",
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:node ex:S ] .",
        "ex:S sh:targetNode ex:a ; sh:not ex:T . ex:T sh:or ( ex:S ex:U ) .",
    ],
)
def test_a_shape_that_refers_to_itself_is_refused(text: str) -> None:
    """SHACL leaves recursion undefined (3.4.3), so there is no answer that could be right."""
    with pytest.raises(Unsupported, match="refers to itself"):
        check("", text)


def test_a_result_of_sh_node_has_the_results_behind_it_as_details() -> None:
    """One nested result for each thing that is wrong with the value."""
    report = check(
        "ex:a ex:p ex:b .",
        """ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:node ex:N ] .
        ex:N sh:nodeKind sh:Literal ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .""",
    )

    (result,) = report.results
    assert sorted(detail.component.value.partition("#")[2] for detail in result.details) == [
        "MinCountConstraintComponent",
        "NodeKindConstraintComponent",
    ]


def test_deactivated_shapes_and_constraints_are_not_asked() -> None:
    """A shape by itself, one that another refers to, and a SPARQL constraint."""
    report = check(
        "ex:a ex:p 1 .",
        """
        ex:S sh:targetNode ex:a ; sh:deactivated true ; sh:nodeKind sh:Literal .
        ex:T sh:targetNode ex:a ; sh:not [ sh:deactivated true ; sh:nodeKind sh:Literal ] ;
            sh:sparql [ sh:deactivated true ; sh:select "SELECT $this { $this ?p ?o }" ] .
        """,
    )

    assert [r.component.value.partition("#")[2] for r in report.results] == [
        "NotConstraintComponent"
    ]


def test_a_plan_can_be_looked_into() -> None:
    """Targets, paths and nested shapes are there for who wants to know what a shape reads."""
    graph = shapes("""
        ex:S sh:targetClass ex:T ; sh:targetObjectsOf ex:r ;
            sh:property [ sh:path ( ex:p [ sh:inversePath ex:q ] ) ; sh:node ex:N ] .
        ex:N sh:class ex:C .
    """).graph

    plan = make_plan(graph)

    (shape,) = plan.compiled
    assert set(shape.targets) == {
        targets.TargetClass(NamedNode(EX + "T")),
        targets.TargetObjectsOf(NamedNode(EX + "r")),
    }
    paths = [part.path for part in plan.shapes() if part.path is not None]
    assert [list(predicates(path)) for path in paths] == [
        [NamedNode(EX + "p"), NamedNode(EX + "q")]
    ]
    assert all(isinstance(part, Shape) for part in plan.shapes())


def test_the_empty_walk_begins_at_nodes_that_the_data_does_not_have() -> None:
    """zeroOrMore and zeroOrOne lead from a focus node to itself, a literal too."""
    text = """
        ex:S sh:targetNode ex:nowhere , "text" ; sh:path [ sh:zeroOrMorePath ex:p ] ;
            sh:minCount 2 ; sh:datatype xsd:string .
    """
    report = check("ex:a ex:p ex:b .", text)
    reference = validate(to_graph(triples("ex:a ex:p ex:b .")), shapes(text))

    assert foci(report) == foci(reference)
    assert len(report.results) == 3
