"""Whatever is sent, the server answers properly, calls nobody, and goes on serving others."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from served import Serve, Served

from kg.app import KnowledgeGraph
from kg.sparql.executor import InProcessExecutor
from kg.web import create_app

CROSS = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
_TIMEOUT = 4.0
_FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def impatient(serve: Serve) -> Served:
    """A server whose queries may take four seconds."""
    return serve(_TIMEOUT)


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


@pytest.mark.parametrize(
    "query",
    [
        "ASK { FILTER " + "(" * 20_000 + "1" + ")" * 20_000 + "}",
        "ASK " + "{" * 20_000 + "}" * 20_000,
        "ASK { ?s " + "(" * 20_000 + "<http://a>" + ")" * 20_000 + " ?o }",
        "ASK { " + " ".join(f"?s <http://p/{n}> ?o{n} ." for n in range(300)) + " }",
        "ASK { FILTER(" + " && ".join(["true"] * 20_000) + ") }",
        "ASK { " + "OPTIONAL { ?s ?p ?o } " * 5_000 + "}",
    ],
    ids=["parentheses", "groups", "paths", "patterns", "conjunctions", "optionals"],
)
def test_a_query_that_would_end_the_engine_is_refused_at_once(
    client: httpx.Client, query: str
) -> None:
    """Depth and size are limited before the engine sees the text."""
    start = time.monotonic()
    response = client.post("/sparql", data={"query": query})
    assert response.status_code == 403
    assert time.monotonic() - start < 5
    assert client.get("/health").status_code == 200


def test_a_query_that_takes_too_long_is_ended(impatient: Served) -> None:
    """An aggregate over a cross product gets 503 and a time to come back."""
    with impatient.client() as client:
        start = time.monotonic()
        query = f"SELECT (COUNT(*) AS ?n) {CROSS}"
        response = client.get("/sparql", params={"query": query})
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.json()["title"] == "The query took too long"
    assert time.monotonic() - start < 3 * _TIMEOUT


def test_a_query_cut_short_while_it_is_answered_breaks_the_transfer(impatient: Served) -> None:
    """No client can take a part of a result for the whole."""
    query = f"SELECT * {CROSS}"
    with (
        impatient.client() as client,
        client.stream("GET", "/sparql", params={"query": query}) as response,
    ):
        assert response.status_code == 200
        tail = _until_broken(response)
    assert tail
    assert b"seconds" not in tail


def _until_broken(response: httpx.Response) -> bytes:
    """The last bytes of an answer that must not end as if it were complete."""
    tail = b""
    try:
        for chunk in response.iter_raw():
            tail = (tail + chunk)[-200:]
    except httpx.RemoteProtocolError:
        return tail
    pytest.fail("the transfer ended as if the result were complete")


def test_others_are_answered_meanwhile(impatient: Served) -> None:
    """One that runs into the timeout keeps nobody else waiting."""
    slow = threading.Thread(
        target=lambda: httpx.get(
            impatient.url + "sparql",
            params={"query": f"SELECT (COUNT(*) AS ?n) {CROSS}"},
            timeout=30,
        )
    )
    slow.start()
    with impatient.client() as client:
        while slow.is_alive():
            start = time.monotonic()
            answer = client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"})
            assert json.loads(answer.text)["boolean"] is True
            assert time.monotonic() - start < _TIMEOUT
            time.sleep(0.2)
    slow.join()


def test_more_queries_than_fit_are_turned_away(impatient: Served) -> None:
    """The rest is told to come back, and pages are served all the while."""
    statuses: list[int] = []

    def ask() -> None:
        with impatient.client() as client:
            query = f"SELECT (COUNT(*) AS ?n) {CROSS}"
            statuses.append(client.get("/sparql", params={"query": query}).status_code)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    start = time.monotonic()
    assert httpx.get(impatient.url + "health").status_code == 200
    assert httpx.get(impatient.url).status_code == 200
    assert time.monotonic() - start < 3
    for thread in threads:
        thread.join()
    assert statuses == [503] * 12
