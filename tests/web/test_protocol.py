"""The SPARQL endpoint follows the protocol, rule by rule; the rules are in protocol.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from kg.terms import RdfFormat, parse

_CASES = yaml.safe_load(Path(__file__).with_name("protocol.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["rule"])
def test_rule(client: httpx.Client, case: dict[str, Any]) -> None:
    """What is sent gets the answer that the rule states."""
    response = client.request(
        case["method"],
        "/sparql",
        params=case.get("params"),
        headers=case.get("headers"),
        data=case.get("form"),
        content=case.get("body"),
    )
    assert response.status_code == case["status"], response.text
    if "type" in case:
        assert response.headers["Content-Type"].partition(";")[0] == case["type"]
    for name, value in case.get("header", {}).items():
        assert _members(response.headers[name]) == _members(value)
    assert case.get("contains", "") in response.text
    if case.get("empty"):
        assert response.content == b""
    if case["status"] >= 400:
        _assert_problem(response, case)


def _members(header: str) -> set[str]:
    return {member.strip() for member in header.split(",")}


def _assert_problem(response: httpx.Response, case: dict[str, Any]) -> None:
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == case["status"]
    assert problem["type"]
    assert problem["title"]
    assert case.get("problem", "") in problem["detail"]
    for name, value in case.get("members", {}).items():
        assert problem[name] == value


def test_answers_say_at_which_revision_they_are_true(client: httpx.Client) -> None:
    """The revision of an answer is that of the graph."""
    revision = client.get("/health").json()["revision"]
    response = client.get("/sparql", params={"query": "ASK {}"})
    assert response.headers["X-KG-Revision"] == str(revision)
    assert revision > 0


def test_a_body_over_the_limit_is_refused(client: httpx.Client) -> None:
    """More than a megabyte is not read."""
    response = client.post("/sparql", data={"query": "#" * (1 << 20) + "\nASK {}"})
    assert response.status_code == 413
    assert response.json()["status"] == 413


def test_a_graph_answer_parses_as_what_it_says_it_is(client: httpx.Client) -> None:
    """Each graph format round-trips to the same triples."""
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s <http://purl.org/dc/terms/title> ?o ; ?p ?o }"
    formats = {
        "text/turtle": RdfFormat.TURTLE,
        "application/n-triples": RdfFormat.N_TRIPLES,
        "application/rdf+xml": RdfFormat.RDF_XML,
        "application/ld+json": RdfFormat.JSON_LD,
    }
    answers = {}
    for media_type, format_ in formats.items():
        response = client.get("/sparql", params={"query": query}, headers={"Accept": media_type})
        answers[media_type] = {quad.triple for quad in parse(response.content, format=format_)}
    assert len(answers["text/turtle"]) > 3
    assert all(triples == answers["text/turtle"] for triples in answers.values())


def test_the_service_description_names_this_endpoint(client: httpx.Client) -> None:
    """The service that answers queries is where it was asked, that of updates beside it."""
    text = client.get("/sparql", headers={"Accept": "text/turtle"}).content
    quads = list(parse(text, format=RdfFormat.TURTLE))
    sd = "http://www.w3.org/ns/sparql-service-description#"
    endpoints = [q.object.value for q in quads if q.predicate.value == sd + "endpoint"]
    base = client.base_url
    assert set(endpoints) == {str(base.join("/sparql")), str(base.join("/update"))}


def test_answers_say_how_the_query_was_planned(client: httpx.Client) -> None:
    """The header names the rewrites and what the lineage index of a reader process gave."""
    version = "<http://localhost:7077/id/model-version/mlflow/churn/3>"
    query = f"ASK {{ {version} <https://w3id.org/mlg#dependsOn> ?y ; ?p ?o }}"
    response = client.get("/sparql", params={"query": query})
    assert response.headers["X-KG-Plan"] == "depends-on, lineage-index (1 node inlined)"
    assert response.json()["boolean"] is True
    response = client.get("/sparql", params={"query": "ASK {}"})
    assert response.headers["X-KG-Plan"] == "as-is"


def test_a_mistake_in_a_planned_query_is_placed_in_the_text_that_was_sent(
    client: httpx.Client,
) -> None:
    """The position is that of the user's text."""
    query = "ASK { ?x a <urn:S> ; <urn:d>+ <urn:c> .\nFILTER (?x = = 1) }"
    problem = client.get("/sparql", params={"query": query}).json()
    assert problem["status"] == 400
    assert problem["line"] == 2
