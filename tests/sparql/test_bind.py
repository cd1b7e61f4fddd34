"""Parameters: terms in the place of variables, and what people type for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.iri import Names
from kg.sparql.bind import bind
from kg.sparql.prologue import query_form, with_prefixes
from kg.sparql.values import parse_term, parse_value
from kg.store import EmbeddedStore
from kg.terms import BlankNode, Literal, NamedNode, Quad, Term

NAMES = Names("http://localhost:7077")
XSD = "http://www.w3.org/2001/XMLSchema#"
A, P = NamedNode("http://example.org/a"), NamedNode("http://example.org/p")


def rows(store: EmbeddedStore, text: str) -> set[tuple[Term, ...]]:
    """The solutions of a SELECT."""
    return {tuple(solution) for solution in store.query(text)}


def store_of(*values: Literal) -> EmbeddedStore:
    """A store in which ``a`` has the values."""
    store = EmbeddedStore.in_memory()
    store.extend(Quad(A, P, value, NamedNode("http://example.org/g")) for value in values)
    return store


def test_parameter_is_bound_inside_a_sub_select() -> None:
    """A parameter reaches where the engine's own substitutions do not."""
    store = store_of(Literal("x"), Literal("y"))
    text = "SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?o = $wanted) } } }"
    assert rows(store, bind(text, {"wanted": Literal("x")})) == {(Literal(1),)}


INJECTIONS = [
    '" } SERVICE <http://127.0.0.1/> { #',
    "' . ?s ?p ?o } #",
    'x"@en . <http://e/> <http://e/> "',
    "\n}\n#",
    "\\",
    '\\"',
    "\\u0022",
    "?wanted",
    "<http://e/>",
    "\r\t\x00\u2028",
]


@pytest.mark.parametrize("value", INJECTIONS)
def test_whatever_a_literal_holds_is_inert(value: str) -> None:
    """A value that looks like SPARQL is found as the value it is, and nothing else is."""
    store = store_of(Literal(value), Literal("other"))
    text = "SELECT ?s ?o { ?s ?p ?o FILTER(?o=?wanted) }"
    assert rows(store, bind(text, {"wanted": Literal(value)})) == {(A, Literal(value))}


@given(st.text(max_size=30))
def test_any_text_is_bound_as_itself(value: str) -> None:
    """Every string survives the way into the query."""
    text = bind("SELECT (?v AS ?w) {}", {"v": Literal(value)})
    assert rows(EmbeddedStore.in_memory(), text) == {(Literal(value),)}


def test_iri_that_would_break_out_cannot_be_made() -> None:
    """The term itself refuses what an IRI may not hold."""
    with pytest.raises(ValueError, match="IRI"):
        NamedNode("http://e/> . ?s ?p <http://e/")


def test_only_variable_tokens_are_replaced() -> None:
    """Strings, comments and longer names stay as they are; line numbers do too."""
    text = "SELECT * {\n ?s ?p '?v' . # ?v\n ?vv ?q ?v, $v }"
    term = " <http://example.org/a> "
    assert bind(text, {"v": A}) == text.replace("?v, $v", f"{term},{' '}{term}")


FIXED = [
    "SELECT ?v { ?s ?p ?v }",
    "SELECT DISTINCT ?s (1 AS ?x) ?v { ?s ?p ?v }",
    "SELECT * { { SELECT ?v { ?s ?p ?v } } }",
    "SELECT (1 AS ?v) {}",
    "SELECT * { BIND(1 AS ?v) }",
    "SELECT * { VALUES ?v { 1 } }",
    "SELECT * { VALUES (?s ?v) { (1 2) } }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?v } GROUP BY ?s ?v",
    "SELECT ?s { ?s ?p ?v } ORDER BY ?v",
    "SELECT ?s { ?s ?p ?v } ORDER BY DESC(?s) ?v",
    "SELECT ?s { ?s ?p ?o FILTER(BOUND(?v)) }",
]


@pytest.mark.parametrize("text", FIXED)
def test_variable_that_must_stay_one_is_refused(text: str) -> None:
    """Where only a variable may stand the error says which and why."""
    with pytest.raises(InputError, match=r"line 1, column \d+: \?v cannot be a parameter"):
        bind(text, {"v": A})


FREE = [
    "SELECT ?s { ?s ?p ?v }",
    "SELECT (STR(?v) AS ?s) {}",
    "SELECT (COUNT(DISTINCT ?v) AS ?n) {}",
    "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING(COUNT(?o) > 1 && BOUND(?s) && ?v = ?s)",
    "SELECT ?s { ?s ?p ?o } ORDER BY (?v)",
    "SELECT * { VALUES ?s { 1 } ?v ?p ?o }",
    "DESCRIBE ?v",
    "CONSTRUCT { ?v ?p ?o } WHERE { ?v ?p ?o }",
    "ASK { ?v ?v ?v . BIND(?v AS ?x) }",
]


@pytest.mark.parametrize("text", FREE)
def test_bound_text_is_accepted_by_the_engine(text: str) -> None:
    """Everywhere else a term takes the place, and the engine reads the result."""
    EmbeddedStore.in_memory().query(bind(text, {"v": A}))


def test_unknown_name_and_blank_node_are_refused() -> None:
    """A misspelt parameter and a term that would be a variable are errors."""
    with pytest.raises(InputError, match="no variable \\?w"):
        bind("SELECT * { ?s ?p ?v }", {"w": A})
    with pytest.raises(InputError, match="blank node"):
        bind("SELECT * { ?s ?p ?v }", {"v": BlankNode("b")})


TYPED = [
    ("<http://e/x>", NamedNode("http://e/x")),
    ("http://e/x", NamedNode("http://e/x")),
    ("urn:x:y", NamedNode("urn:x:y")),
    ("s3://bucket/key", NamedNode("s3://bucket/key")),
    ("prov:used", NamedNode("http://www.w3.org/ns/prov#used")),
    (
        "model-version:mlflow/churn/3",
        NamedNode("http://localhost:7077/id/model-version/mlflow/churn/3"),
    ),
    ("dataset:s3://b/k", NAMES.parse("dataset:s3://b/k")),
    ('"a"@en', Literal("a", language="en")),
    ('"2024-01-31"^^xsd:date', Literal("2024-01-31", datatype=NamedNode(XSD + "date"))),
    (f'"1"^^<{XSD}byte>', Literal("1", datatype=NamedNode(XSD + "byte"))),
    ("'a'", Literal("a")),
    (r'"a\"b"', Literal('a"b')),
    ("12", Literal("12", datatype=NamedNode(XSD + "integer"))),
    ("-1.5", Literal("-1.5", datatype=NamedNode(XSD + "decimal"))),
    ("1e-3", Literal("1e-3", datatype=NamedNode(XSD + "double"))),
    ("true", Literal("true", datatype=NamedNode(XSD + "boolean"))),
    ("churn", Literal("churn")),
    ("12:30", Literal("12:30")),
    ("a note: with words", Literal("a note: with words")),
    ("owner:x", Literal("owner:x")),
]


@pytest.mark.parametrize(("text", "term"), TYPED)
def test_text_stands_for_a_term(text: str, term: Term) -> None:
    """What people type is read as the term they mean."""
    assert parse_term(text, NAMES) == term


@pytest.mark.parametrize("text", ["<a b>", "<http://e/", '"a', '"a" . <b>', '"a"^^nope:x', "''x"])
def test_broken_term_is_an_input_error(text: str) -> None:
    """What begins as an IRI or a literal and is none is refused, not taken for a string."""
    with pytest.raises(InputError):
        parse_term(text, NAMES)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("iri", "model:mlflow/churn", "churn"),
        ("integer", "12", "1.5"),
        ("decimal", "1.5", "1e5"),
        ("boolean", "true", "yes"),
        ("date", "2024-02-29", "2023-02-29"),
        ("dateTime", "2024-02-29T12:00:00Z", "2024-02-29T25:00:00Z"),
    ],
)
def test_values_are_read_by_kind(kind: str, good: str, bad: str) -> None:
    """A value of the declared kind is taken, any other is refused."""
    parse_value(good, kind, NAMES)
    with pytest.raises(InputError):
        parse_value(bad, kind, NAMES)


def test_string_parameter_is_never_guessed_at() -> None:
    """Of kind string, a number or IRI is text."""
    assert parse_value("12", "string") == Literal("12")
    assert parse_value("2024-01-01T00:00:00+00:00", "dateTime") == Literal(
        "2024-01-01T00:00:00Z", datatype=NamedNode(XSD + "dateTime")
    )


def test_prefixes_are_declared_where_missing() -> None:
    """Known prefixes are declared on the first line, unless the text does it itself."""
    text = "PREFIX dct: <http://e/>\nSELECT * { ?s dct:title 'prov:x' ; mlg:a ?o ; my:b ?q }"
    assert with_prefixes(text) == "PREFIX mlg: <https://w3id.org/mlg#> " + text
    assert with_prefixes("ASK {}") == "ASK {}"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("select * {}", "SELECT"),
        ("PREFIX ask: <http://e/> BASE <http://e/> ASK {}", "ASK"),
        ("#SELECT\nCONSTRUCT WHERE {}", "CONSTRUCT"),
        ("DESCRIBE <http://e/>", "DESCRIBE"),
    ],
)
def test_form_is_the_first_keyword_after_the_prologue(text: str, form: str) -> None:
    """Comments, prefixes and names are not taken for it."""
    assert query_form(text) == form


@pytest.mark.parametrize("text", ["", "CLEAR ALL", "INSERT DATA {}", "?x"])
def test_update_has_no_query_form(text: str) -> None:
    """An update given where a query is expected is said to be none."""
    with pytest.raises(InputError, match="no query"):
        query_form(text)
