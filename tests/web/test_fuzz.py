"""Whatever is sent, the server answers properly and calls nobody."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.app import KnowledgeGraph
from kg.sparql.executor import InProcessExecutor
from kg.web import create_app

_FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def app_client() -> Iterator[FlaskClient]:
    """The app without a server between, for many small requests."""
    with KnowledgeGraph.in_memory() as graph:
        yield create_app(graph, InProcessExecutor(graph.store)).test_client()


_no_failure = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_texts = st.text(st.characters(exclude_categories=["Cs"]))
_NAMES = ["query", "update", "default-graph-uri", "named-graph-uri", "format", "name", "iri"]
_WORDS = """
    SELECT ASK WHERE { } ( ) [ ] ?x <http://a> ex:b a . ; , * + / ^ | ! = 'x' "y" 1 -2 1e5
    FILTER BIND AS VALUES UNION OPTIONAL MINUS GRAPH EXISTS COUNT DESCRIBE CONSTRUCT FROM
    PREFIX BASE LIMIT OFFSET ORDER BY GROUP HAVING << >> # \\ \\u0041 @en ^^
"""
_sparql_like = st.lists(st.sampled_from(_WORDS.split()), max_size=25).map(" ".join)
_names = st.sampled_from(_NAMES)
_likely = st.sampled_from(["ASK {}", "json", "http://a", "web/things-by-type"])
_parameters = st.lists(st.tuples(_names, _likely | _texts), max_size=5)


def _status(client: FlaskClient, path: str, **request: Any) -> int:
    """The status of an answer that is read to its end."""
    return client.open(path, buffered=True, **request).status_code


@_no_failure
@given(body=st.binary(max_size=300))
def test_any_bytes_as_a_query(app_client: FlaskClient, body: bytes) -> None:
    """Random bytes are a bad request, not a failure."""
    status = _status(
        app_client, "/sparql", method="POST", data=body, content_type="application/sparql-query"
    )
    assert status in (200, 400, 403)


@_no_failure
@given(text=_texts | _sparql_like)
@pytest.mark.parametrize("path", ["/sparql", "/query"])
def test_any_text_as_a_query(app_client: FlaskClient, path: str, text: str) -> None:
    """Random text and random SPARQL words are answered or refused."""
    status = _status(app_client, path, query_string={"query": text})
    assert status in (200, 400, 403)


@_no_failure
@given(accept=st.one_of(st.text("abc/*;q=.,+ 019", max_size=60), st.text(max_size=20)))
@pytest.mark.parametrize("path", ["/sparql?query=ASK{}", "/sparql", "/query?query=x", "/no"])
def test_any_accept_header(app_client: FlaskClient, path: str, accept: str) -> None:
    """An Accept header that makes no sense never fails the server."""
    header = accept.encode("utf-8").decode("latin-1").replace("\n", " ").replace("\r", " ")
    status = _status(app_client, path, headers={"Accept": header})
    assert status in (200, 303, 400, 404, 406)


@_no_failure
@given(parameters=_parameters)
@pytest.mark.parametrize("path", ["/sparql", "/query", "/describe"])
def test_any_parameters(
    app_client: FlaskClient, path: str, parameters: list[tuple[str, str]]
) -> None:
    """Any combination of parameters is answered or explained."""
    status = _status(app_client, path, query_string=parameters)
    assert status < 500
    if path == "/sparql":
        body = str(httpx.QueryParams(parameters)).encode()
        assert _status(app_client, path, method="POST", data=body, content_type=_FORM) < 500


@_no_failure
@given(path=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_identifier(app_client: FlaskClient, path: str) -> None:
    """Any path below /id/ is found or not found."""
    status = _status(app_client, "/id/" + path.replace("?", "%3F").replace("#", "%23"))
    assert status in (200, 308, 400, 404)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { sErViCe#comment\nSILENT <URL> { ?s ?p ?o } }",
        "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
        "SELECT * { VALUES ?url { <URL> } SERVICE ?url { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
        "LOAD <URL>",
        "SELECT * FROM <URL> { ?s ?p ?o }",
        "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
        "DESCRIBE <URL>",
    ],
)
@pytest.mark.parametrize("path", ["/sparql", "/query"])
def test_no_query_makes_the_server_call_another(
    client: httpx.Client, path: str, query: str
) -> None:
    """A listener on loopback whose address is in the query is never contacted."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/data"
        response = client.get(path, params={"query": query.replace("URL", url)})
        assert response.status_code in (200, 400, 403)
        with pytest.raises(TimeoutError):
            listener.accept()
