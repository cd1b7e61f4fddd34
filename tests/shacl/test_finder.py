"""What look-ups tell of a text before it is asked: that it has no solutions, and never wrongly."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from kg.errors import QuerySyntaxError
from kg.model import literal
from kg.namespaces import XSD
from kg.shacl.affected.conforming import PLAIN, plain_pattern
from kg.shacl.affected.expressions import State
from kg.shacl.affected.finder import Finder
from kg.shacl.affected.plans import plan_of
from kg.shacl.affected.solutions import EACH
from kg.shacl.affected.values import Open
from kg.shacl.compiled.beside import Context
from kg.shacl.compiled.errors import NotCompiled
from kg.shacl.compiled.evaluation import Evaluation
from kg.shacl.compiled.focus import Given
from kg.shacl.compiled.prebinding import read_prebound, select_for
from kg.shacl.compiled.sources import StoreSource
from kg.shacl.compiled.templates import GIVEN, INSTANT
from kg.store import EmbeddedStore
from kg.terms import BlankNode, Literal, NamedNode, Quad, Term, Triple

GRAPH = NamedNode("urn:g")
LIMIT = NamedNode("urn:limit")


def iri(name: str) -> NamedNode:
    return NamedNode(f"urn:{name}")


NODES: list[Term] = [iri("a"), iri("b"), iri("c"), BlankNode("x"), Literal("1")]
DATES = [
    Literal("2026-01-02T00:00:00Z", datatype=XSD.dateTime),
    Literal("2026-01-02T00:00:00+01:00", datatype=XSD.dateTime),
    Literal("2026-01-01T00:00:00", datatype=XSD.dateTime),
    Literal("2026-01-03", datatype=XSD.date),
    Literal("2", datatype=XSD.integer),
    Literal("2.50", datatype=XSD.decimal),
    Literal("b", language="en"),
]
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

CONDITIONS = [
    "?x = <urn:b>", "?x != ?y", "?x <= ?y", "!(?x > ?y)", "?x IN (<urn:a>, <urn:c>, 2)",
    "BOUND(?y)", "!BOUND(?y)", "?x < ?limit", "?limit - ?span <= ?x", "?x = 2 || ?y = <urn:c>",
    "?y = $this && ?x != <urn:a>", "COALESCE(?y, ?x) = <urn:b>", "STR(?x) = 'urn:b'",
    "SUBSTR(STR(?x), 1, 10) >= SUBSTR(STR(?limit), 1, 10)", "STRSTARTS(STR(?y), STR(?x))",
    "REGEX(STR(?x), 'a')", "EXISTS { ?x <urn:q> ?y }", "NOT EXISTS { ?y <urn:r> ?x }",
    "NOT EXISTS { ?x <urn:p> ?z . FILTER (?z <= ?limit) }",
    "NOT EXISTS { ?x <urn:q>/<urn:r>? ?z . FILTER NOT EXISTS { ?z <urn:p> $this } }",
    "EXISTS { ?z <urn:r> ?x } && NOT EXISTS { ?anything <urn:q> <urn:b> }",
    "NOT EXISTS { { ?x <urn:p> ?y } UNION { ?y <urn:p> ?x } }",
    "EXISTS { OPTIONAL { ?x <urn:q> ?z } FILTER (BOUND(?z)) }",
    "NOT EXISTS { BIND (?x AS ?w) ?w <urn:p> ?z }", "NOT EXISTS { ?x !<urn:p> ?z }",
    "NOT EXISTS { ?x ?verb <urn:c> }", "NOT EXISTS { ?x <urn:p> 'b' , ?z }",
]  # fmt: skip
PATTERNS = [
    "$this <urn:p> ?x .", "?x <urn:q> ?y .", "?x <urn:p>|^<urn:r> ?y .", "?y <urn:r>+ $this .",
    "?x <urn:q>* ?y .", "$this <urn:p>? ?y .", "?w ?y ?x .", "<urn:rule> <urn:limit> ?limit .",
    "<urn:rule> <urn:span> ?span .", "?some <urn:limit> ?x .", "OPTIONAL { $this <urn:r> ?y }",
    "OPTIONAL { ?x <urn:q> ?y . FILTER (?y != <urn:b>) }", "BIND (COALESCE(?y, ?x) AS ?n)",
    "{ $this <urn:q> ?x } UNION { $this <urn:r> ?x . FILTER (?x != <urn:a>) }",
    "OPTIONAL { $this <urn:p> ?z . FILTER (?z = ?x) }",
    "OPTIONAL { ?x <urn:r> ?z OPTIONAL { ?z <urn:p> ?y } }",
    "{ SELECT $this ?y { $this <urn:q> ?y } }", "?n <urn:p> ?y .",
]  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text of any of the forms of rules, and some that no rule has."""
    parts = draw(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=4, unique=True))
    conditions = draw(st.lists(st.sampled_from(CONDITIONS), max_size=2, unique=True))
    for condition in conditions:
        parts.insert(draw(st.integers(0, len(parts))), f"FILTER ({condition})")
    return f"SELECT DISTINCT $this {{ {' '.join(parts)} }}"


triples = st.builds(
    Triple,
    st.sampled_from(NODES[:4]),  # type: ignore[arg-type]
    st.sampled_from(PROPERTIES),
    st.sampled_from([*NODES, *DATES]),
)
INSTANT_THEN = datetime(2026, 1, 2, tzinfo=UTC)
SETTINGS = Context(
    [
        Triple(iri("rule"), LIMIT, INSTANT),
        Triple(iri("rule"), iri("span"), Literal("P1D", datatype=XSD.dayTimeDuration)),
    ]
)


def store_of(found: list[Triple]) -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    store.extend(Quad(t.subject, t.predicate, t.object, GRAPH) for t in found)
    return store


def has_rows(store: EmbeddedStore, text: str, node: Term) -> bool:
    """What the engine says to the text as it is compiled."""
    source = StoreSource(store).putting(INSTANT, [literal(INSTANT_THEN)]).putting(GIVEN, [node])
    evaluation = Evaluation(source, SETTINGS)
    prebound = read_prebound(text, frozenset({"this"}), "a test")
    try:
        asked = select_for(prebound, Given(), evaluation)
        return any(True for _ in source.select(asked).rows)
    except (NotCompiled, QuerySyntaxError):  # such as a BIND of a variable that is in use
        reject()


@given(
    st.lists(triples, max_size=9),
    st.one_of(st.sampled_from(TEXTS), texts(), texts(), texts()),
    st.sampled_from([*NODES[:3], NODES[4]]),
)
@settings(max_examples=400, deadline=None)
def test_what_look_ups_tell_the_engine_says_too(found: list[Triple], text: str, node: Term) -> None:
    """No solution where they find that there is none, and one where they are sure of one."""
    store = store_of(found)
    expected = has_rows(store, text, node)
    finder = Finder(store, SETTINGS, literal(INSTANT_THEN))
    assert not (expected and finder.lacks(text, [node]))
    if "GROUP BY" not in text:
        told = finder.solver.exists(plan_of(text), State({"this": node}))
        assert told in (expected, Open.UNKNOWN)


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
    many = [Triple(A, P, iri(f"n{number}")) for number in range(EACH + 1)]
    store = store_of([*many, Triple(B, Q, C)])
    text = "SELECT $this { $this <urn:p> ?x . ?x <urn:q> ?y }"
    assert not Finder(store, Context([])).lacks(text, [A])


@settings(max_examples=100, deadline=None)
@given(st.from_regex(PLAIN, fullmatch=True), st.text("\r\n\t^-_ ab1Zé\x0b", max_size=8))
def test_a_plain_pattern_means_the_same_to_the_engine(pattern: str, text: str) -> None:
    known = plain_pattern(pattern)
    assert known is not None
    asked = f"SELECT (REGEX({Literal(text)}, {Literal(pattern)}) AS ?found) {{}}"
    ((found,),) = EmbeddedStore.in_memory().query(asked)  # type: ignore[misc]
    assert found == Literal(known.search(text) is not None)


@pytest.mark.parametrize(
    "pattern", ["a$", ".", "a|b", "[^a]", "[a-c]", "\\d", "(?i)a", "é", "a{2}"]
)
def test_what_engines_may_read_otherwise_is_left_to_them(pattern: str) -> None:
    assert plain_pattern(pattern) is None
