"""Clients that people use: SPARQLWrapper, rdflib's stores, curl, against a running server."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import httpx
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from served import Serve, Served
from SPARQLWrapper import JSON, POST, TURTLE, XML, SPARQLWrapper

from kg.app.tokens import open_tokens
from kg.journal import Scope

_GRAPH = "http://example.org/notes"
_TITLES = "SELECT ?t { ?s <http://purl.org/dc/terms/title> ?t }"


@pytest.fixture(scope="module")
def writable(serve: Serve) -> Served:
    """A server that these tests write to."""
    return serve()


@pytest.fixture(scope="module")
def secret(writable: Served) -> str:
    """A token of the server's graph, made while it runs."""
    folder = Path(f"/proc/{writable.process.pid}/cwd").resolve() / "data"
    with open_tokens(folder) as tokens:
        return tokens.create("client", Scope.WRITE)[1]


def test_sparqlwrapper_asks(writable: Served) -> None:
    """SELECT as JSON and XML, ASK, CONSTRUCT; by GET and by POST."""
    wrapper = SPARQLWrapper(writable.url + "sparql")
    wrapper.setQuery(_TITLES)
    wrapper.setReturnFormat(JSON)
    rows = wrapper.queryAndConvert()["results"]["bindings"]
    assert "Churn" in {row["t"]["value"] for row in rows}
    wrapper.setMethod(POST)
    assert wrapper.queryAndConvert()["results"]["bindings"]
    wrapper.setReturnFormat(XML)
    assert "Churn" in wrapper.queryAndConvert().toxml()
    wrapper.setQuery("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 5")
    wrapper.setReturnFormat(TURTLE)
    assert len(rdflib.Graph().parse(data=wrapper.queryAndConvert())) == 5


def test_sparqlwrapper_updates(writable: Served, secret: str) -> None:
    """With the token as a header of its own."""
    wrapper = SPARQLWrapper(writable.url + "update")
    wrapper.addCustomHttpHeader("Authorization", f"Bearer {secret}")
    wrapper.setMethod(POST)
    wrapper.setQuery("INSERT DATA { GRAPH <urn:w> { <urn:a> <urn:p> 'wrapper' } }")
    assert wrapper.query().response.status == 204
    asking = SPARQLWrapper(writable.url + "sparql")
    asking.setReturnFormat(JSON)
    asking.setQuery("ASK { <urn:a> <urn:p> 'wrapper' }")
    assert asking.queryAndConvert()["boolean"]


def test_rdflib_reads_the_endpoint_as_a_graph(writable: Served) -> None:
    """Triple patterns and queries through SPARQLStore."""
    graph = rdflib.Graph(SPARQLStore(writable.url + "sparql"))
    titles = {str(value) for value in graph.objects(None, rdflib.DCTERMS.title)}
    assert "Churn" in titles
    assert {str(row.t) for row in graph.query(_TITLES)} == titles


def test_rdflib_writes_through_the_update_store(writable: Served, secret: str) -> None:
    """Additions and removals of a named graph, with and without a pattern."""
    store = SPARQLUpdateStore(
        writable.url + "sparql",
        writable.url + "update",
        headers={"Authorization": f"Bearer {secret}"},
    )
    graph = rdflib.Graph(store, identifier=rdflib.URIRef("http://example.org/rdflib"))
    subject = rdflib.URIRef("http://example.org/a")
    for text in ("one", "two"):
        graph.add((subject, rdflib.RDFS.label, rdflib.Literal(text)))
    assert {str(value) for value in graph.objects(subject)} == {"one", "two"}
    graph.remove((subject, None, rdflib.Literal("one")))
    assert [str(value) for value in graph.objects(subject)] == ["two"]
    graph.update("DELETE { ?s ?p ?o } INSERT { ?s ?p 'three' } WHERE { ?s ?p ?o }")
    assert [str(value) for value in graph.objects(subject)] == ["three"]


def _curl(*arguments: str) -> str:
    command = ["curl", "--silent", "--show-error", "--noproxy", "*", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_curl_reads_and_writes_a_graph(writable: Served, secret: str, tmp_path: Path) -> None:
    """The commands of the manual: PUT, GET, compressed, DELETE, and without a token."""
    file = tmp_path / "notes.ttl"
    file.write_text("<#a> <#p> 'curl' .")
    address = f"{writable.url}rdf-graph-store?graph={_GRAPH}"
    status = ("--output", "/dev/null", "--write-out", "%{http_code}")
    sent = ("-T", str(file), "-H", "Content-Type: text/turtle")
    bearer = ("-H", f"Authorization: Bearer {secret}")
    assert _curl(*status, *sent, address) == "401"
    assert _curl(*status, *sent, *bearer, address) == "201"
    assert "curl" in _curl("--compressed", "-H", "Accept: text/turtle", address)
    assert _curl(*status, "-X", "DELETE", *bearer, address) == "204"
    assert json.loads(_curl(address))["status"] == 404


def test_a_write_is_seen_by_the_next_read(writable: Served, secret: str) -> None:
    """Readers work on a checkpoint as new as the answer to the write."""
    headers = {"Authorization": f"Bearer {secret}"}
    with writable.client() as client:
        for number in range(5):
            text = f"INSERT DATA {{ GRAPH <urn:seen> {{ <urn:n> <urn:p> {number} }} }}"
            done = client.post("/update", data={"update": text}, headers=headers)
            asked = client.get("/sparql", params={"query": f"ASK {{ <urn:n> <urn:p> {number} }}"})
            assert asked.json()["boolean"]
            assert asked.headers["X-KG-Revision"] == done.headers["X-KG-Revision"]


def test_a_timeout_of_the_client_ends_the_query(writable: Served) -> None:
    """Before that of the server, which is 20 seconds here: 503 that names the client's."""
    cross = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    query = {"query": f"SELECT (COUNT(*) AS ?n) {cross}", "timeout": "1"}
    response = httpx.get(writable.url + "sparql", params=query, timeout=30)
    assert response.status_code == 503
    assert "after 1 seconds" in response.json()["detail"]
