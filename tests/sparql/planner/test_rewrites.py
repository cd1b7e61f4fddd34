"""The planner: what each rewrite makes of a query, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from query_grammar import PROLOGUE

from kg.errors import QuerySyntaxError
from kg.sparql.planner import Planned, evaluated, hangs_on_graph, is_worth_planning, plan
from kg.store import EmbeddedStore

_CASES = yaml.safe_load(Path(__file__).with_name("rewrites.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["rule"])
def test_rewrite(case: dict[str, Any]) -> None:
    """The text is what the rule says, the engine takes it, and planning again does nothing."""
    planned = plan(PROLOGUE + case["before"])
    expected = PROLOGUE + case.get("after", case["before"])
    assert planned.text.split() == expected.split()
    assert list(planned.names) == case.get("names", [])
    assert len(planned.steps) == len(planned.names)
    assert plan(planned.text).text == planned.text
    if planned.names:
        EmbeddedStore.in_memory().query(planned.text)


def test_what_is_not_rewritten_is_kept_to_the_letter() -> None:
    """Comments, white space and spelling outside the changed patterns stay."""
    head = PROLOGUE + "select  ?x # which?\nwhere\t{ ?x a :S .\n OPTIONAL { ?x :t 'a\\'b'@en } }"
    assert plan(head).text == head
    text = head.replace("a :S", "a :S ; :d+ :c")
    planned = plan(text).text
    assert planned.startswith(text[: text.index("?x a")])
    assert planned.endswith(text[text.index(" .\n OPTIONAL") :])


@pytest.mark.parametrize("text", ["", "SELECT", "SELECT * {", "INSERT DATA {}", "<", "ASK { 'a }"])
def test_what_is_no_query_passes_as_it_is(text: str) -> None:
    """The engine says what is wrong with it."""
    assert plan(text) == Planned(text)


def test_deep_nesting_passes_as_it_is() -> None:
    """Reading has a bound of its own."""
    text = "SELECT * " + "{" * 500 + "?x <http://e/d>+ <http://e/c> . ?x a ?t" + "}" * 500
    assert plan(text) == Planned(text)


def test_errors_are_told_of_the_text_that_was_given() -> None:
    """Where the engine refuses, it is asked again with the user's own words."""
    text = PROLOGUE + "SELECT ?x { ?x a :S ; :d+ :c FILTER (?x = = 1) }"
    assert plan(text).names
    query = EmbeddedStore.in_memory().query
    with pytest.raises(QuerySyntaxError) as expected:
        query(text)
    with pytest.raises(QuerySyntaxError) as caught:
        evaluated(text, lambda planned: query(planned.text))
    assert str(caught.value) == str(expected.value)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?x a :S ; :t 'p+' } # p+ OPTIONAL",
        "SELECT DISTINCT * { ?x :dependent :c } LIMIT 1",
        "DESCRIBE * { ?x :p :c FILTER (?x > 1) }",
    ],
)
def test_where_nothing_can_be_done_the_query_is_not_read(text: str) -> None:
    """No path, OPTIONAL or EXISTS: told from the tokens."""
    assert not is_worth_planning(PROLOGUE + text)


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX d: <https://w3id.org/mlg#dependsOn> SELECT ?x { ?x d: :c }",
        "PREFIX d: <https://w3id.org/mlg#depends> SELECT ?x { ?x d:On :c }",
        r"SELECT ?x { ?x mlg:depends\u004Fn :c }",
        "SELECT ?x { ?x <https://w3id.org/mlg#dependsOn> :c }",
        "SELECT ?x { ?x a ?t optional { ?x :p ?y } }",
        "SELECT ?x { ?x a ?t filter exists { ?x :p ?y } }",
        "SELECT ?x { ?x :p? ?y }",
    ],
)
def test_where_something_may_be_done_the_query_is_read(text: str) -> None:
    """However a closure is spelled."""
    assert is_worth_planning(PROLOGUE + text)


@pytest.mark.parametrize(
    ("text", "hangs"),
    [
        ("SELECT ?x { ?x :p/^:q ?y OPTIONAL { ?x :r ?z } ?y a :S }", False),
        ("SELECT * { ?x :p ?y FILTER NOT EXISTS { ?x :q ?z . ?z :r ?w } }", False),
        ("SELECT ?x { ?x :p* :c OPTIONAL { ?x :r ?z } }", True),
        ("SELECT ?x { ?x :p/:q+ :c }", True),
        ("SELECT ?x { ?x mlg:dependsOn :c }", True),
        ("PREFIX d: <https://w3id.org/mlg#depends> SELECT ?x { ?x d:On :c }", True),
    ],
)
def test_a_plan_hangs_on_the_graph_where_there_may_be_a_closure(text: str, hangs: bool) -> None:
    """All other plans are made once for a text."""
    assert hangs_on_graph(PROLOGUE + text) == hangs
    if not hangs:
        assert plan(PROLOGUE + text) is plan(PROLOGUE + text)
