"""What look-ups tell of a text before it is asked: that it has no solutions, and never wrongly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.shacl.affected.required import MOST, Finder
from kg.shacl.compiled.beside import Context
from kg.store import EmbeddedStore
from kg.store.solutions import select
from kg.terms import BlankNode, Literal, NamedNode, Quad, Term, Triple

GRAPH = NamedNode("urn:g")
LIMIT = NamedNode("urn:limit")


def iri(name: str) -> NamedNode:
    return NamedNode(f"urn:{name}")


NODES: list[Term] = [iri("a"), iri("b"), iri("c"), BlankNode("x"), Literal("1")]
PROPERTIES = [iri("p"), iri("q"), iri("r")]

TEXTS = [
    "SELECT $this { $this <urn:p> ?x . ?x <urn:q> <urn:b> }",
    "SELECT $this { ?x <urn:p> $this . ?x <urn:q> ?y . ?y <urn:r> $this }",
    "SELECT $this { $this <urn:p>/<urn:q> ?x . ?x (<urn:q>|^<urn:r>)/<urn:p>? ?y }",
    "SELECT $this { $this <urn:p>+ ?x . ?x <urn:q> 1 . $this ?verb ?z . ?z <urn:r> ?x }",
    "SELECT $this { $this <urn:p> [ <urn:q> ?x ; <urn:r> <urn:c> ] }",
    "SELECT $this { OPTIONAL { $this <urn:p> ?x } ?x <urn:q> ?y }",
    "SELECT $this { $this <urn:p> ?x FILTER EXISTS { ?x <urn:q> ?y . ?y <urn:r> $this } }",
    "SELECT $this { $this <urn:p> ?x FILTER NOT EXISTS { ?x <urn:q> ?y } }",
    "SELECT $this { $this <urn:p> ?x FILTER (?x = <urn:b> || EXISTS { ?x <urn:q> ?y }) }",
    "SELECT $this { { $this <urn:p> ?x } UNION { ?x <urn:q> $this } ?x <urn:r> ?y }",
    "SELECT $this { $this <urn:p> ?x BIND (<urn:c> AS ?y) FILTER EXISTS { ?x <urn:q> ?y } }",
    "SELECT $this (COUNT(DISTINCT ?x) AS ?n) { $this <urn:p> ?x } GROUP BY $this",
    "SELECT $this { { SELECT $this { $this <urn:p> ?x } } $this ^<urn:q> ?y }",
    "SELECT $this { $this (^<urn:p>)?/<urn:q> ?x . <urn:a> <urn:r> ?x }",
]

triples = st.builds(
    Triple,
    st.sampled_from(NODES[:4]),  # type: ignore[arg-type]
    st.sampled_from(PROPERTIES),
    st.sampled_from(NODES),
)


def store_of(found: list[Triple]) -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    store.extend(Quad(t.subject, t.predicate, t.object, GRAPH) for t in found)
    return store


def rows(store: EmbeddedStore, text: str, nodes: list[Term]) -> int:
    given_ = " ".join(map(str, nodes))
    where = text.index("{") + 1
    asked = select(store, f"{text[:where]} VALUES ?this {{ {given_} }} {text[where:]}")
    return len(list(asked.rows))


@given(
    st.lists(triples, max_size=9),
    st.sampled_from(TEXTS),
    st.lists(st.sampled_from([*NODES[:3], NODES[4]]), min_size=1, max_size=2, unique=True),
)
@settings(max_examples=400, deadline=None)
def test_what_has_a_solution_is_never_left_out(
    found: list[Triple], text: str, nodes: list[Term]
) -> None:
    """The engine has nothing to say where look-ups say so."""
    store = store_of(found)
    if Finder(store, Context([])).lacks(text, nodes):
        assert rows(store, text, nodes) == 0


A, B, C = iri("a"), iri("b"), iri("c")
P, Q, R = PROPERTIES
PATH = [Triple(A, P, B), Triple(B, Q, C)]


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("SELECT $this { $this <urn:p> ?x . ?x <urn:q> <urn:b> }", True),
        ("SELECT $this { $this <urn:p> ?x . ?x <urn:q> <urn:c> }", False),
        ("SELECT $this { $this <urn:r> ?x }", True),
        ("SELECT $this { $this <urn:p>/<urn:r> ?x }", True),
        ("SELECT $this { $this <urn:p> ?x FILTER EXISTS { ?x <urn:r> ?y } }", True),
        ("SELECT $this { $this <urn:p> ?x FILTER (!EXISTS { ?x <urn:r> ?y }) }", False),
        ("SELECT $this { OPTIONAL { $this <urn:r> ?x } }", False),
        ("SELECT $this { $this <urn:p> ?x . <urn:rule> <urn:limit> ?x }", False),
        ("SELECT $this { $this <urn:p>/<urn:q> ?x . <urn:rule> <urn:limit> ?x }", True),
    ],
)
def test_what_is_told(text: str, lacks: bool) -> None:
    """What is demanded and is not there is told; settings stand beside the data."""
    context = Context([Triple(iri("rule"), LIMIT, B)])
    assert Finder(store_of(PATH), context).lacks(text, [A]) is lacks


def test_settings_that_the_data_states_too_are_left_to_the_engine() -> None:
    """Its answer is the union of both."""
    store = store_of([*PATH, Triple(iri("rule"), LIMIT, C)])
    text = "SELECT $this { $this <urn:p>/<urn:q> ?x . <urn:rule> <urn:limit> ?x }"
    assert not Finder(store, Context([Triple(iri("rule"), LIMIT, B)])).lacks(text, [A])


def test_hubs_are_left_to_the_engine() -> None:
    """With more triples of a node than are looked up, nothing is told."""
    store = store_of([Triple(A, P, iri(f"n{number}")) for number in range(MOST + 1)])
    text = "SELECT $this { $this <urn:p> ?x . ?x <urn:q> ?y }"
    assert not Finder(store, Context([])).lacks(text, [A])
