"""SPARQL 1.1 Graph Store HTTP Protocol, point by point; section numbers are the document's."""

from __future__ import annotations

from typing import Any

import pytest
from writing import DIRECT, FOREIGN, TURTLE, Writer, writer

from kg.app import KnowledgeGraph
from kg.journal import Scope
from kg.model import Batch, Description
from kg.namespaces import DCT
from kg.terms import RdfFormat, parse

_STORE = "/rdf-graph-store"
_BASE = "http://localhost:7077"
_OTHER = f"{_BASE}/graph/mlflow/model/mlflow/churn"


@pytest.fixture
def store(graph: KnowledgeGraph) -> Writer:
    """A graph to which a source has said something, and a client that may write."""
    subject = graph.names.parse("model:mlflow/churn")
    record = Description("mlflow", subject).add(DCT.title, "Churn").record()
    graph.ingest([Batch([record])], source="mlflow")
    return writer(graph)


def _triples(body: bytes, format_: RdfFormat = RdfFormat.TURTLE) -> set[str]:
    return {str(quad.triple) for quad in parse(body, format=format_)}


@pytest.mark.parametrize(
    ("path", "query"),
    [(DIRECT, None), (_STORE, {"graph": FOREIGN}), (_STORE, {"graph": _BASE + DIRECT})],
)
def test_the_life_of_a_graph(store: Writer, path: str, query: Any) -> None:
    """PUT makes (201) and replaces (204), POST adds, DELETE removes; each is one revision."""
    more = "<http://example.org/a> <http://example.org/p> 'two' ."
    first = store.graph.revision
    steps = [
        ("GET", None, 404, 0),
        ("HEAD", None, 404, 0),
        ("DELETE", None, 404, 0),
        ("PUT", TURTLE, 201, 1),
        ("HEAD", None, 200, 1),
        ("PUT", TURTLE, 204, 1),
        ("POST", more, 204, 2),
        ("GET", None, 200, 2),
        ("PUT", more, 204, 3),
        ("DELETE", None, 204, 4),
        ("GET", None, 404, 4),
        ("POST", TURTLE, 201, 5),
    ]
    for method, body, status, revisions in steps:
        response = store(method, path, body, query_string=query)
        assert response.status_code == status, (method, response.text)
        assert store.graph.revision - first == revisions
    assert _triples(store("GET", path, query_string=query).data) == _triples(TURTLE.encode())


def test_put_replaces_and_post_adds(store: Writer) -> None:
    """5.3 and 5.5."""
    more = "<http://example.org/a> <http://example.org/p> 'two' ."
    store.put()
    store("POST", _STORE, more, query_string={"graph": FOREIGN})
    assert len(_triples(store.read().data)) == 2
    store.put(body=more)
    assert _triples(store.read().data) == _triples(more.encode())


def test_direct_and_indirect_name_the_same_graph(store: Writer) -> None:
    """4.1 and 4.2."""
    store("PUT", DIRECT, TURTLE)
    assert store.read(_BASE + DIRECT).data == store("GET", DIRECT).data


def test_a_graph_of_another_iri_has_a_path_too(store: Writer) -> None:
    """What a source says of an IRI outside the base, slashes escaped."""
    name = store.graph.names.graph("curated", store.graph.names.parse("http://example.org/a(b)/é"))
    assert store.put(name.value).status_code == 201
    assert store("GET", name.value.removeprefix(_BASE)).status_code == 200


def test_relative_iris_are_read_against_the_graph(store: Writer) -> None:
    """4.1: the base is the graph's IRI."""
    store.put(body="<#it> a <kind> .")
    assert f"<{FOREIGN}#it>" in store.read(Accept="application/n-triples").text
    assert "<http://example.org/kind>" in store.read(Accept="application/n-triples").text


@pytest.mark.parametrize(
    ("media_type", "format_"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("application/ld+json", RdfFormat.JSON_LD),
    ],
)
def test_every_format_is_written_and_read(
    store: Writer, media_type: str, format_: RdfFormat
) -> None:
    """What a client reads in a format it may send back in it."""
    store.put(body=f"{TURTLE} <http://example.org/a> <http://example.org/q> 'é'@de, 1.5, true .")
    read = store.read(Accept=media_type)
    assert read.content_type.partition(";")[0] == media_type
    assert (
        store.put("http://example.org/copy", read.data, content_type=media_type).status_code == 201
    )
    copy = store.read("http://example.org/copy").data
    assert _triples(copy) == _triples(read.data, format_) == _triples(store.read().data)


def test_blank_nodes_become_the_same_iris_each_time(store: Writer) -> None:
    """So sending a graph again changes nothing."""
    body = "<http://example.org/a> <http://example.org/p> [ <http://example.org/q> 1 ] ."
    store.put(body=body)
    revision = store.graph.revision
    assert "/.well-known/genid/" in store.read().text
    assert store.put(body=body).status_code == 204
    assert store.graph.revision == revision


def test_the_default_graph_is_the_union_and_only_read(store: Writer) -> None:
    """4.2, and our own rule for writing."""
    store.put()
    union = store(
        "GET", _STORE, query_string="default", headers={"Accept": "application/n-triples"}
    )
    assert '"one"' in union.text
    assert '"Churn"' in union.text
    for method, body in (("PUT", TURTLE), ("POST", TURTLE), ("DELETE", None)):
        response = store(method, _STORE, body, query_string="default")
        assert response.status_code == 403
        assert "union" in response.get_json()["detail"]


def test_post_to_the_store_makes_a_graph(store: Writer) -> None:
    """5.5: 201, and Location says where."""
    response = store("POST", _STORE, TURTLE)
    assert response.status_code == 201
    assert store("GET", response.headers["Location"]).status_code == 200
    assert store("POST", _STORE, "").status_code == 400


@pytest.mark.parametrize(
    "iri",
    [
        _OTHER,
        f"{_BASE}/graph/curated/model/mlflow/churn/entailed",
        "https://w3id.org/mlg",
        "https://w3id.org/mlg/system",
        f"{_BASE}/id/model/mlflow/churn",
        _BASE,
    ],
)
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_graphs_that_others_own_are_not_written(store: Writer, iri: str, method: str) -> None:
    """403 with the reason, and nothing changes."""
    revision = store.graph.revision
    body = None if method == "DELETE" else TURTLE
    response = store(method, _STORE, body, query_string={"graph": iri})
    assert response.status_code == 403
    assert response.get_json()["type"].endswith("not-permitted")
    assert store.graph.revision == revision


def test_graphs_that_others_own_can_be_read(store: Writer) -> None:
    """Ownership is about writing; entailments are asked for by their graph."""
    assert "Churn" in store.read(_OTHER).text
    assert store.read("https://w3id.org/mlg").status_code == 200


@pytest.mark.parametrize(
    ("body", "content_type", "status", "detail"),
    [
        ("<a> <b>", "text/turtle", 400, "line 1"),
        (
            "<urn:a> <urn:b> '300'^^<http://www.w3.org/2001/XMLSchema#byte> .",
            "text/turtle",
            400,
            "300",
        ),
        ("<!DOCTYPE x []><x/>", "application/rdf+xml", 400, "DOCTYPE"),
        ('{"@context": "http://127.0.0.1:9/"}', "application/ld+json", 400, "not loaded"),
        ('{"@graph":' + "[" * 300 + "]" * 300 + "}", "application/ld+json", 400, "deeper"),
        (
            '{"@id": "urn:g", "@graph": [{"@id": "urn:a", "urn:p": 1}]}',
            "application/ld+json",
            400,
            "one graph",
        ),
        ("{}", "application/json", 415, "application/json"),
        ("<urn:a> <urn:b> <urn:c> <urn:d> .", "application/n-quads", 415, "n-quads"),
        ("x", "text/turtle; charset=utf-16", 415, "utf-16"),
        (b"<urn:a> <urn:b> '\xe9' .", "text/turtle", 400, "the body"),
    ],
)
def test_a_bad_body_changes_nothing(
    store: Writer, body: object, content_type: str, status: int, detail: str
) -> None:
    """The status and the reason, for PUT and POST alike."""
    store.put()
    revision = store.graph.revision
    for method in ("PUT", "POST"):
        response = store(
            method, _STORE, body, content_type=content_type, query_string={"graph": FOREIGN}
        )
        assert response.status_code == status, response.text
        assert detail in response.get_json()["detail"]
    assert store.graph.revision == revision


def test_a_body_may_not_be_compressed(store: Writer) -> None:
    """415: nothing is unpacked, so nothing can burst."""
    assert store.put(headers={"Content-Encoding": "gzip"}).status_code == 415


def test_a_body_may_be_larger_than_a_query_but_not_endless(store: Writer) -> None:
    """2 MB pass, 33 MB are refused unread."""
    large = "".join(f"<urn:a> <urn:p> <urn:{n}{'x' * 200}> .\n" for n in range(10_000))
    assert len(large) > 2_000_000
    assert store.put(body=large).status_code == 201
    assert store.put(body="#" * (33 << 20)).status_code == 413


@pytest.mark.parametrize(
    "query",
    ["", "graph=relative", "graph=", "default&graph=urn:a", "graph=urn:a&graph=urn:b", "graph=%ff"],
)
def test_one_graph_has_to_be_named(store: Writer, query: str) -> None:
    """4.2: graph or default, once, absolute."""
    assert store("GET", _STORE, query_string=query).status_code == 400


@pytest.mark.parametrize("path", ["/graph/curated", "/graph/curated/model", "/graph/a/b/"])
def test_a_path_that_is_no_record_is_refused(store: Writer, path: str) -> None:
    """400, for writing too."""
    assert store("PUT", path, TURTLE).status_code == 400


def test_a_format_we_do_not_have_is_not_acceptable(store: Writer) -> None:
    """406 names those that we have."""
    store.put()
    response = store.read(Accept="image/png")
    assert response.status_code == 406
    assert "text/turtle" in response.get_json()["detail"]


def test_other_methods_are_not_allowed(store: Writer) -> None:
    """PATCH is optional (5.7) and not there."""
    response = store("PATCH", _STORE, "x", query_string={"graph": FOREIGN})
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {
        "GET",
        "HEAD",
        "OPTIONS",
        "PUT",
        "POST",
        "DELETE",
    }


@pytest.mark.parametrize(("method", "body"), [("PUT", TURTLE), ("POST", TURTLE), ("DELETE", None)])
@pytest.mark.parametrize("path", [DIRECT, f"{_STORE}?graph={FOREIGN}"])
def test_writing_needs_a_token_of_scope_write(
    graph: KnowledgeGraph, method: str, body: str | None, path: str
) -> None:
    """401 without one, 403 with one for reading; the challenge is there, the graph unchanged."""
    reader = writer(graph, Scope.READ)
    anonymous = reader(method, path, body, headers={"Authorization": ""})
    assert anonymous.status_code == 401
    assert "WWW-Authenticate" in anonymous.headers
    assert reader(method, path, body).status_code == 403
    assert graph.revision == 0


def test_the_history_names_the_token(store: Writer) -> None:
    """Who wrote, and how."""
    store.put()
    (info,) = store.graph.journal.log(1)
    assert (info.agent, info.message) == ("editor", "SPARQL Graph Store Protocol")


def test_what_was_written_is_entailed_from_and_survives_a_rebuild(store: Writer) -> None:
    """A write is a change like any other."""
    body = "@prefix mlg: <https://w3id.org/mlg#> . <urn:m> a mlg:Model ; mlg:ownedBy <urn:t> ."
    store.put(body=body)
    before = store(
        "GET", _STORE, query_string="default", headers={"Accept": "application/n-triples"}
    )
    assert "<https://w3id.org/mlg#Asset>" in before.text
    store.graph.rebuild()
    after = store(
        "GET", _STORE, query_string="default", headers={"Accept": "application/n-triples"}
    )
    assert set(after.text.splitlines()) == set(before.text.splitlines())


def test_literals_are_kept_to_the_letter_in_the_journal(store: Writer) -> None:
    """POST does not rewrite what PUT wrote, though the store shows values in their normal form."""
    store.put(body="<urn:a> <urn:p> '01'^^<http://www.w3.org/2001/XMLSchema#integer> .")
    store("POST", _STORE, "<urn:a> <urn:p> 2 .", query_string={"graph": FOREIGN})
    (record,) = store.graph.journal.records_of(store.graph.names.parse(FOREIGN))
    assert any('"01"' in triple for triple in record.triples)
