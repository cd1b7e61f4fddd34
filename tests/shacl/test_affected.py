"""Which focus nodes a changed triple concerns, by each way in which a shape reads the data."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from compiled_checks import shapes, triples
from kept_results import KeptResults

from kg.shacl.affected.asking import AskedShapes

DATA = """
ex:a a ex:T ; ex:p ex:b . ex:b ex:q ex:c . ex:c ex:r ex:d ; ex:time 1 .
ex:k a ex:T ; ex:p ex:l . ex:l ex:q ex:m . ex:m ex:r ex:n ; ex:time 2 .
ex:z a ex:T .
"""
CASES = yaml.safe_load((Path(__file__).parent / "affected.yaml").read_text(encoding="utf-8"))


def asked_about(text: str, changed: str) -> list[str] | str:
    known = shapes(f"ex:Shape sh:targetClass ex:T ; {text} . ex:rule mlg:setting 7 .")
    live = KeptResults(AskedShapes(known), triples(DATA))
    live.change(triples(changed), untold=frozenset())
    assert live.kept() == live.full()
    nodes = live.asked_about("Shape")
    return "all" if nodes is None else sorted(nodes)


@pytest.mark.parametrize("case", CASES["core"])
def test_core_constraints(case: str) -> None:
    """Only what the triple concerns is asked about; whether it is a target is told later."""
    given = CASES["core"][case]

    assert asked_about(given["shape"], given["change"]) == given["asked"]


@pytest.mark.parametrize("case", CASES["queries"])
def test_queries(case: str) -> None:
    """Patterns are followed back along what their solutions need; else all are asked about."""
    given = CASES["queries"][case]
    prefix = "PREFIX ex: <https://example.org/> PREFIX mlg: <https://w3id.org/mlg#>"
    text = f'sh:sparql [ sh:select """{prefix} SELECT $this WHERE {{ {given["pattern"]} }}""" ]'

    assert asked_about(text, given["change"]) == given["asked"]


def test_a_component_in_sparql() -> None:
    """Its value nodes are known in an ASK, its parameters are what the shape gives."""
    component = """
    ex:Component a sh:ConstraintComponent ;
        sh:parameter [ sh:path ex:needs ] ;
        sh:validator [ sh:ask "ASK { $value $needs ?any }" ] .
    """
    known = shapes(
        f"ex:Shape sh:targetClass ex:T ; sh:property [ sh:path ex:p ; ex:needs ex:q ] . {component}"
    )
    live = KeptResults(AskedShapes(known), triples(DATA))
    live.change(triples("ex:b ex:q ex:c ."))

    assert live.asked_about("Shape") == {"a"}
    assert live.kept() == live.full()


def test_a_target_in_sparql() -> None:
    """A change of what makes a node a target is followed back to it."""
    select = "SELECT ?this WHERE { ?this <https://example.org/p>/<https://example.org/q> ?x }"
    known = shapes(
        f'ex:Shape sh:target [ sh:select "{select}" ] ;'
        " sh:property [ sh:path ex:missing ; sh:minCount 1 ] ."
    )
    live = KeptResults(AskedShapes(known), triples(DATA))
    live.change(triples("ex:l ex:q ex:m ."))

    assert live.asked_about("Shape") == {"k"}
    assert live.kept() == live.full()


def test_a_target_that_the_engine_writes_otherwise() -> None:
    """A literal that is not named as it is kept, which a full run finds all the same."""
    known = shapes(
        "ex:Shape sh:targetNode 01 ;"
        " sh:property [ sh:path [ sh:inversePath ex:q ] ; sh:class ex:A ] ."
    )
    live = KeptResults(AskedShapes(known), ())
    live.change(triples("ex:b ex:q 1 ."))

    assert live.kept()
    assert live.kept() == live.full()
