"""Scans: a property looked through as a whole gives the results of going node by node."""

from __future__ import annotations

import pytest
from compiled_checks import AS_OF, EX, shapes, store_of

from kg.shacl.compiled import scans
from kg.shacl.engines import validate_store
from kg.terms import BlankNode, Term

DATA = """
ex:Sub rdfs:subClassOf ex:T .
ex:a a ex:T ; ex:p ex:x , ex:y ; ex:late 1 ; ex:early 2 .
ex:b a ex:Sub ; ex:p "text" ; ex:late 5 ; ex:early 2 , 9 .
ex:c a ex:T , ex:Sub ; ex:late 5 ; ex:early 5 .
ex:stranger ex:p "text" , "more" ; ex:late 1 ; ex:early 2 .
ex:x a ex:T . ex:y a ex:U .
[] a ex:T ; ex:p ex:x , [] .
"""
CLASS = "sh:targetClass ex:T"
OTHERS = "sh:targetSubjectsOf ex:p ; sh:targetObjectsOf ex:p ; sh:targetNode ex:c"
FOUND = {
    (CLASS, "ex:p ; sh:nodeKind sh:IRI"): ["_ _", "b text"],
    (CLASS, "ex:p ; sh:class ex:U"): ["_ _", "_ x", "a x", "b text"],
    (CLASS, "ex:p ; sh:not [ sh:class ex:T ]"): ["_ x", "a x"],
    (CLASS, "ex:p ; sh:minCount 1"): ["c", "x"],
    (CLASS, "ex:p ; sh:minCount 2"): ["b", "c", "x"],
    (CLASS, "ex:p ; sh:maxCount 1"): ["_", "a"],
    (CLASS, "ex:p ; sh:maxCount 0"): ["_", "a", "b"],
    (CLASS, "[ sh:inversePath ex:p ] ; sh:maxCount 1"): ["x"],
    (CLASS, "[ sh:inversePath ex:p ] ; sh:nodeKind sh:Literal"): ["x _", "x a"],
    (CLASS, "ex:early ; sh:lessThan ex:late"): ["a 2", "b 9", "c 5"],
    (CLASS, "ex:early ; sh:lessThanOrEquals ex:late"): ["a 2", "b 9"],
    (OTHERS, "ex:p ; sh:nodeKind sh:IRI"): ["_ _", "b text", "stranger more", "stranger text"],
    (OTHERS, "ex:early ; sh:maxInclusive 4"): ["b 9", "c 5"],
    (OTHERS, "[ sh:inversePath ex:p ] ; sh:maxCount 1"): ["text", "x"],
    (OTHERS, "ex:p ; sh:minCount 1"): ["_", "c", "more", "text", "x", "y"],
}
WAYS = {
    "by node": {"RATIO": 0},
    "many values at a time": {"RATIO": 1_000},
    "triple by triple": {"RATIO": 1_000, "HELD": 1},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("targets", "constraint"), FOUND)
def test_a_scan_finds_what_going_by_node_finds(
    way: str, targets: str, constraint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nodes that are no targets are left out; blank nodes and triples in two graphs count once."""
    for name, value in WAYS[way].items():
        monkeypatch.setattr(scans, name, value)
    text = f"ex:S {targets} ; sh:property [ sh:path {constraint} ] ."

    report = validate_store(store_of(DATA), shapes(text), AS_OF)

    assert not report.not_compiled
    found = [(_short(result.focus), _short(result.value)) for result in report.results]
    assert sorted(" ".join(pair).rstrip() for pair in found) == FOUND[targets, constraint]


def _short(term: Term | None) -> str:
    if isinstance(term, BlankNode):
        return "_"
    return "" if term is None else term.value.removeprefix(EX)
