"""The reader takes what the engine takes, and keeps the place of what it reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from query_grammar import PROLOGUE

from kg.sparql.prologue import with_prefixes
from kg.sparql.reader import NotUnderstood, read
from kg.sparql.reader.patterns import Triples
from kg.store import EmbeddedStore

_ROOT = Path(__file__).parents[3]
_SHIPPED = sorted((_ROOT / "queries").rglob("*.rq"))
_EMBEDDED = [
    match[1]
    for path in sorted((_ROOT / "shapes").rglob("*.ttl"))
    for match in re.finditer(r'sh:select\s+"""(.*?)"""', path.read_text(encoding="utf-8"), re.S)
]

# Each is accepted by the engine, and together they hold every clause of the query grammar.
_SYNTAX = [
    "BASE <http://e/> PREFIX p: <#> SELECT REDUCED ?x FROM <a> FROM NAMED p:b { ?x ?p ?o }",
    "SELECT (COUNT(DISTINCT *) AS ?n) (SUM(?x) + 1 AS ?m) { ?x ?p ?o } GROUP BY ?x (STR(?o) AS ?s)",
    "SELECT ?x { ?x :p ?o } GROUP BY ?x STR(?o) HAVING (COUNT(?o) > 1) (?x != 1) ORDER BY DESC(?x)",
    "SELECT ?x { ?x :p ?o } ORDER BY ASC(?x) ?o (?x + ?o) STR(?o) xsd:integer(?x) LIMIT 5 OFFSET 2",
    "SELECT ?x { ?x :p ?o } OFFSET 2 LIMIT 5 VALUES (?x ?o) { (1 UNDEF) (:a 'b'@en) }",
    "ASK { }",
    "ASK FROM <http://e/> WHERE { }",
    "CONSTRUCT { ?x :p [ :q (1 2) ] . _:b :r ?x } WHERE { ?x :p ?o } LIMIT 1",
    "CONSTRUCT FROM <http://e/g> WHERE { ?x :p ?y ; a [] } ORDER BY ?x",
    "DESCRIBE *  { ?x ?p ?o }",
    "DESCRIBE :a ?x <http://e/> FROM <http://e/g> WHERE { ?x ?p ?o }",
    "DESCRIBE :a",
    "SELECT * { ?x a :S ; :p 1, 1.5, -1, +2e3, 'a', \"b\"@en-GB, '''c''', '1'^^:t, true ; ; . }",
    "SELECT * { [ :p ?x ] . [] :p ?y . (1 [ :q () ] ?z) :r _:b . [ :p 1 ] :q 2 }",
    "SELECT * { ?x :p/:q|^:r/(:s|!:t)*/!(:u|^:v|a)+/^(:w?) ?y ; ?p ?o ; a/:p ?z }",
    "SELECT * { ?x (:p) ?y }",
    "SELECT * { { ?x :p 1 } UNION { } UNION { ?x :q 2 } OPTIONAL { ?x :r 3 } MINUS { ?x :s 4 } }",
    "SELECT * { GRAPH ?g { ?x :p ?y } . GRAPH :g { } FILTER(?x = 1) ?x :q 2 FILTER REGEX(?x, '') }",
    "SELECT * { ?x :p ?y FILTER xsd:double(?x) BIND(IF(?x IN (1, 2), 'a', STR(?y)) AS ?z) }",
    "SELECT * { ?x :p ?y FILTER(NOT EXISTS { ?x :q ?z } && ?x NOT IN (1) || !EXISTS { }) }",
    "SELECT * { VALUES ?x { 1 :a UNDEF 'b'@en } VALUES (?y ?z) { (1 2) } VALUES () { () } }",
    "SELECT * { { SELECT DISTINCT ?x { ?x :p ?y } ORDER BY ?x LIMIT 1 VALUES ?x { 1 } } ?x :q ?z }",
    "SELECT (EXISTS { ?x :q 1 } AS ?e) (?x < 3 AS ?f) { ?x :p ?y BIND(EXISTS { ?x :r 1 } AS ?g) }",
    "select?x where{?x:p?y.filter(?x<?y)optional{?x a?z}}order by?x",
    "SELECT * { ?x :p '}', \"# {\" # } a comment {\n ; :q <http://e/#f> }",
]


@pytest.mark.parametrize("text", _SYNTAX)
def test_every_clause_is_read(text: str) -> None:
    """What the engine accepts, the reader understands."""
    text = with_prefixes(PROLOGUE + text)
    EmbeddedStore.in_memory().query(text)
    read(text)


@pytest.mark.parametrize("path", _SHIPPED, ids=lambda path: path.stem)
def test_every_query_of_ours_is_read(path: Path) -> None:
    """All of them, parameters as variables."""
    read(with_prefixes(path.read_text(encoding="utf-8")))


def test_every_constraint_of_ours_is_read() -> None:
    """The SELECTs inside SHACL-SPARQL constraints."""
    assert _EMBEDDED
    for text in _EMBEDDED:
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { :a :p 1 }",
        "SELECT * { << :a :p :b >> :q ?x }",
        "SELECT * { ?x :p ?y {| :q 1 |} }",
        "SELECT * { ?x :p ?y LATERAL { ?x :q ?z } }",
        "SELECT * { ?x :p ?y",
        "SELECT * { ?x :p }",
        "SELECT * { ?x :p ?y } }",
        "SELECT * { FILTER (?x }",
        "SELECT * { BIND (?x) }",
        r"SELECT * { ?x :p ?y \u007D",
        "SELECT * " + "{" * 65 + "}" * 65,
        "SELECT * { ?x " + "(" * 65 + ":p" + ")" * 65 + " ?y }",
    ],
)
def test_what_is_not_understood_is_said_to_be(text: str) -> None:
    """Never half a reading: the whole query is left to the engine."""
    with pytest.raises(NotUnderstood):
        read(PROLOGUE + text)


def test_places_are_those_of_the_source() -> None:
    """Each node spans its own text, parentheses included."""
    text = PROLOGUE + "SELECT * { ?x (:p/:q)+ [ :r 'a'@en ] ; a :S . ?y :t 1 }"
    where = read(text).where
    assert where is not None
    (block,) = where.elements
    assert isinstance(block, Triples)
    first, second = block.statements
    assert text[first.start : first.end] == "?x (:p/:q)+ [ :r 'a'@en ] ; a :S"
    assert text[second.start : second.end] == "?y :t 1"
    prop = first.properties[0]
    assert text[prop.verb.start : prop.verb.end] == "(:p/:q)+"
    nested = prop.objects[0].properties[0].objects[0]
    assert text[nested.start : nested.end] == "'a'@en"
