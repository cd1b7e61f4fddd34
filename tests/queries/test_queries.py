"""Every named query, asked of one small estate, gives the answer written down for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from admitting import Anything

from kg.app import KnowledgeGraph
from kg.app.queries import evaluate
from kg.connectors import native
from kg.iri import Names
from kg.lineage import Direction
from kg.namespaces import compact
from kg.sparql.catalog import NamedQuery, QueryCatalog
from kg.sparql.guard import Limits, check
from kg.sparql.tokens import Kind, tokenize
from kg.terms import NamedNode, Term

HERE: Final = Path(__file__).parent
ASKED_HERE: Final = {"lineage", "discovery", "compliance", "competency"}
TESTED_ELSEWHERE: Final = {
    "documents": "documents",
    "evidence": "evidence",
    "export": "exports",
    "gate": "gate",
    "rules": "shapes",
    "web": "web",
}
"""Groups of queries that are parts of something else, and the folder of its tests."""

CATALOG: Final = QueryCatalog.load()
QUERIES: Final = [query for query in CATALOG if query.name.split("/")[0] in ASKED_HERE]
EXPECTED: Final[dict[str, list[dict[str, Any]]]] = yaml.load(
    (HERE / "expected.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)
CASES: Final = [
    pytest.param(name, case, id=f"{name} {' '.join(case.get('params', {}).values())}".strip())
    for name, cases in EXPECTED.items()
    for case in cases
]
SHORTENED: Final = {
    "https://spdx.org/licenses/": "spdx:",
    "https://w3id.org/mlg/data-role/": "role:",
    "https://w3id.org/mlg/rules/": "rule:",
    "https://w3id.org/mlg/status/": "status:",
}


@pytest.fixture(scope="module")
def estate() -> Iterator[KnowledgeGraph]:
    """The story as two sources tell it; the queries only read."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        for file, source in (("story.yaml", "curated"), ("second-source.yaml", "mlflow")):
            batches = native.batches([HERE / file], names=graph.names, source=source)
            report = graph.ingest(batches, source=source)
            assert (report.rejections, report.warnings) == ([], [])
        yield graph


def shown(term: Term | None, names: Names) -> str:
    """A value as expected.yaml writes it."""
    if term is None:
        return "none"
    if not isinstance(term, NamedNode):
        return str(term.value)
    for start, short in {names.graphs: "graph:", **SHORTENED}.items():
        if term.value.startswith(start):
            return short + term.value.removeprefix(start)
    return names.short(compact(term.value))


def asked(graph: KnowledgeGraph, name: str, params: Mapping[str, str]) -> list[list[str]]:
    """The rows or triples that a query answers."""
    text = CATALOG.get(name).bind(params, graph.names)
    answer: Any = evaluate(graph, text)
    return [[shown(term, graph.names) for term in row] for row in answer]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_query_answers_what_is_expected(
    estate: KnowledgeGraph, name: str, case: dict[str, Any]
) -> None:
    """All that belongs in the answer, in order, once, and nothing else."""
    answer = asked(estate, name, case.get("params", {}))
    if "triples" in case:
        assert sorted(map(tuple, answer)) == sorted(map(tuple, case["triples"]))
    else:
        assert answer == case["rows"]


def test_every_query_has_an_expectation_and_every_expectation_a_query() -> None:
    """A query cannot be added, renamed or removed without its answer."""
    assert {query.name for query in QUERIES} == EXPECTED.keys()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_some_expectation_is_not_empty(query: NamedQuery) -> None:
    """A query that finds nothing in the story would pass by never finding anything."""
    assert any(case.get("rows") or case.get("triples") for case in EXPECTED[query.name])


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_parameters_listed_are_all_a_query_needs(query: NamedQuery) -> None:
    """With them the text is allowed by policy, and no marked variable is left but optional ones."""
    text = query.bind(EXPECTED[query.name][0].get("params", {}), Names("http://localhost:7077"))
    check(text, Limits())
    left = {token.text for token in tokenize(text) if token.kind is Kind.VAR}
    optional = {f"${parameter.name}" for parameter in query.parameters if parameter.optional}
    assert {variable for variable in left if variable.startswith("$")} <= optional


def test_every_group_of_queries_is_tested() -> None:
    """A new folder of queries is either asked here or has its own tests."""
    groups = {query.name.split("/")[0] for query in CATALOG}
    assert groups <= ASKED_HERE | TESTED_ELSEWHERE.keys()
    for group in groups - ASKED_HERE:
        assert list((HERE.parent / TESTED_ELSEWHERE[group]).rglob("test_*.py"))


def test_queries_without_a_time_or_day_take_the_present(estate: KnowledgeGraph) -> None:
    """Far from now nothing of the story's experiment and waivers is in force any more."""
    version = {"version": "model-version:mlflow/churn/2"}
    assert asked(estate, "cq03-cells-exposing", version) == asked(
        estate, "cq03-cells-exposing", {**version, "at": "2026-11-23T00:00:00Z"}
    )
    waivers = asked(estate, "cq15-waivers-expiring", {"before": "2999-01-01"})
    assert "waiver:ops/over" not in {row[0] for row in waivers}


@pytest.mark.parametrize("direction", ["up", "down"])
def test_lineage_queries_agree_with_the_lineage_service(
    estate: KnowledgeGraph, direction: str
) -> None:
    """From every node: what the walk finds at some distance, the query finds, and no more."""
    nodes = {quad.subject for quad in estate.store.quads(None, None, None, None)}
    starts = [node for node in nodes if isinstance(node, NamedNode) and estate.names.kind(node)]
    assert len(starts) > 50
    for start in starts:
        walk = estate.lineage.lineage(start, Direction(direction))
        found = {estate.names.short(node.iri) for node in walk.nodes if node.distance > 0}
        rows = asked(estate, f"lineage/{direction}stream", {"asset": start.value})
        assert {row[0] for row in rows} == found, start
