"""No rewrite changes an answer: compared with the unplanned query, by chance and for all of ours.

``mlg:dependsOn`` is never stored, so in the unplanned query its path stands in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import rdflib
from admitting import Anything
from closures_oracle import snapshot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planner_answers import answer
from query_grammar import PROLOGUE, quads, query

from kg.app import KnowledgeGraph
from kg.connectors import native
from kg.errors import QuerySyntaxError
from kg.sparql.catalog import NamedQuery, QueryCatalog
from kg.sparql.planner import Costs, nested_exists, plan
from kg.sparql.reader import read
from kg.store import EmbeddedStore
from kg.terms import Quad

_STORY = Path(__file__).parents[2] / "queries" / "story.yaml"
_SETTINGS = settings(
    max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


_COSTS = [
    Costs(),
    Costs(inlined=0),
    Costs(inlined=0, calls_per_row=100),
    Costs(inlined=1, rows=3, looked_at=20, starts=2, few_starts=0, calls_per_row=2),
]
"""So that sets of a few nodes are handed over in every way."""


def _spelled_out(text: str) -> str:
    return text.replace("mlg:dependsOn", "(mlg:directlyDependsOn+)")


def _accepted(text: str) -> bool:
    try:
        EmbeddedStore.in_memory().query(text)
    except QuerySyntaxError:
        return False
    return True


def _store(data: list[Quad]) -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    store.extend(data)
    return store


@_SETTINGS
@given(st.randoms(use_true_random=False))
def test_answers_of_the_engine_stay(random: Random) -> None:
    """The same solutions, each as many times, on any graph; and whatever it takes, we read."""
    text = query(random)
    if not _accepted(text):
        return
    read(text)
    planned = plan(text)
    for _ in range(2):
        store = _store(quads(random))
        expected = answer(store, _spelled_out(text))
        assert answer(store, planned) == expected, planned.text
        indexed = plan(text, snapshot(store), random.choice(_COSTS))
        assert answer(store, indexed) == expected, indexed.text


_LOOKING_OUT = [
    "?y :q ?now FILTER NOT EXISTS { ?x :q ?z . ?z :p ?w FILTER (?w != ?now) }",
    "?y :q ?n FILTER EXISTS { ?z :p ?x ; :q ?w FILTER (?w = ?n) FILTER (?z != ?y) }",
    "OPTIONAL { ?y :q ?n } FILTER NOT EXISTS { ?x :q ?z . ?z :p ?w FILTER (?w != ?n) }",
    "BIND (?y AS ?b) FILTER EXISTS { ?x :p/:q ?z . ?z :p ?w FILTER (?w != ?b || ?z = ?y) }",
    "FILTER (?x = ?y || EXISTS { ?x :q?/:p ?z FILTER EXISTS { ?z :q ?w FILTER (?w = ?y) } })",
]


@pytest.mark.parametrize("pattern", _LOOKING_OUT)
def test_nested_patterns_see_what_stands_around(pattern: str) -> None:
    """What shapes ask, whose conditions look at values from further out; on two engines."""
    text = f"{PROLOGUE}SELECT ?x ?y {{ ?x :p ?y . {pattern} }}"
    nested = nested_exists(text)
    assert nested != text
    found = 0
    for seed in range(40):
        data = quads(Random(seed))
        store, graph = _store(data), rdflib.Graph()
        for quad in data:
            graph.add(tuple(rdflib.URIRef(term.value) for term in quad.triple))
        expected = answer(store, text)
        assert answer(store, nested) == expected
        assert _rdflib_answer(graph, nested) == _rdflib_answer(graph, text)
        found += len(expected)
    assert found


_PATTERNS = [
    "?x :p ?y . ?x :q+ :n1",
    "?y :p ?x . :n1 :q* ?x",
    "?x :p ?y . ?x :p/:q+ :n1",
    "?x :p ?y . :n0 ^(:p/:q+) ?x",
    "?x :p ?y OPTIONAL { ?x :q+ :n1 . ?x :p ?z } ?y :q ?w",
    "?x :p ?y FILTER EXISTS { ?x :q ?z . ?z :p+ :n1 }",
    "?x :p ?y FILTER NOT EXISTS { ?x :q ?z . ?z :p+ :n1 }",
    "?x :p ?y FILTER NOT EXISTS { ?x :q ?z . ?z :p ?w }",
    "VALUES ?y { :n1 } ?x :p ?z ; :q+ ?y",
    "{ ?x :p ?y } UNION { ?x :q ?y ; :q+ :n1 }",
    "?x :p ?y ; :q* :n1 OPTIONAL { ?x :q ?z } ?y :p ?w",
    "?x :p ?y MINUS { ?x :q+ :n1 . ?x :p ?z }",
]


@pytest.mark.parametrize("pattern", _PATTERNS)
def test_answers_of_another_engine_stay(pattern: str) -> None:
    """rdflib gives both texts one answer: no rewrite leans on what only Oxigraph does."""
    text = f"{PROLOGUE}SELECT ?x ?y {{ {pattern} }}"
    planned = plan(text)
    assert planned.names
    found = 0
    for seed in range(40):
        graph = rdflib.Graph()
        for quad in quads(Random(seed)):
            graph.add(tuple(rdflib.URIRef(term.value) for term in quad.triple))
        expected = _rdflib_answer(graph, text)
        assert _rdflib_answer(graph, planned.text) == expected
        found += len(expected)
    assert found


def _rdflib_answer(graph: rdflib.Graph, text: str) -> Counter[Any]:
    result = graph.query(text)
    return Counter(tuple(sorted(row.asdict().items())) for row in result)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """The estate that named queries are asked of."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        report = graph.ingest(native.batches([_STORY], names=graph.names), merge=True)
        assert report.rejections == []
        yield graph


_VALUES = {
    "iri": "dataset:s3://lake/customers",
    "term": "http://example.org/x",
    "string": "churn",
    "integer": "1",
    "decimal": "1.5",
    "boolean": "true",
    "date": "2026-01-31",
    "dateTime": "2026-01-31T12:00:00Z",
}


@pytest.mark.parametrize("named", list(QueryCatalog.load()), ids=lambda named: named.name)
def test_named_queries_answer_the_same(story: KnowledgeGraph, named: NamedQuery) -> None:
    """Every shipped query is understood, and planned or not its answer is one."""
    values = {p.name: p.default or _VALUES[p.kind] for p in named.parameters}
    text = named.bind(values, story.names)
    read(text)
    store = story.store
    assert isinstance(store, EmbeddedStore)
    assert answer(store, plan(text).text) == answer(store, text)
