"""How answers travel: other origins, compression, validators, time limits."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from flask.testing import FlaskClient
from writing import writer

from kg.app import KnowledgeGraph
from kg.sparql.executor import InProcessExecutor
from kg.web import create_app
from kg.web.compression import Compressed

_ASK = "/sparql?query=ASK{?s ?p ?o}"
_MANY = "/sparql?query=SELECT * { ?s ?p ?o }"
_ORIGIN = "https://app.example"


@pytest.fixture
def app_client(graph: KnowledgeGraph) -> FlaskClient:
    """An app that pages of one origin may use."""
    executor = InProcessExecutor(graph.store)
    return create_app(graph, executor, allow_origin=_ORIGIN).test_client()


def _get(client: FlaskClient, path: str, **headers: str) -> Any:
    return client.get(path, headers=headers, buffered=True)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/sparql", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/update", {"POST", "OPTIONS"}),
        ("/rdf-graph-store", {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"}),
        ("/graph/curated/model/hub/x", {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"}),
        ("/void", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_preflight_says_what_may_be_sent(
    app_client: FlaskClient, path: str, methods: set[str]
) -> None:
    """Methods and headers, to the origin that the operator named, without a token."""
    asked = {"Origin": _ORIGIN, "Access-Control-Request-Method": "PUT"}
    response = app_client.options(path, headers=asked)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == _ORIGIN
    assert set(response.headers["Access-Control-Allow-Methods"].split(", ")) == methods
    assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
    assert "Origin" in response.headers["Vary"]


def test_answers_and_errors_can_be_read_by_the_origin(app_client: FlaskClient) -> None:
    """A page can show why its request failed; pages of ours are not opened to it."""
    for path in (_ASK, "/sparql?query=nonsense", "/rdf-graph-store?graph=urn:none"):
        assert _get(app_client, path).headers["Access-Control-Allow-Origin"] == _ORIGIN
    refused = app_client.post("/update", data="x")
    assert refused.status_code == 401
    assert refused.headers["Access-Control-Allow-Origin"] == _ORIGIN
    assert "Access-Control-Allow-Origin" not in _get(app_client, "/").headers


@pytest.mark.parametrize("path", [_MANY, "/", "/rdf-graph-store?default"])
def test_gzip_is_the_same_answer_in_fewer_bytes(app_client: FlaskClient, path: str) -> None:
    """For those who ask for it, and caches are told that there are two."""
    plain = _get(app_client, path)
    packed = _get(app_client, path, **{"Accept-Encoding": "br;q=1, gzip;q=0.5"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert sorted(gzip.decompress(packed.data)) == sorted(plain.data)
    assert len(packed.data) < len(plain.data) / 2


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br"])
def test_who_does_not_take_gzip_gets_none(app_client: FlaskClient, accepted: str) -> None:
    """Nor do those who refuse it by a weight of nought."""
    response = _get(app_client, _MANY, **{"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response.headers


def test_compressing_lets_go_of_the_answer_behind() -> None:
    """Closed without being read, as when a client goes away before the first byte."""

    class Source:
        closed = False

        def __iter__(self) -> Any:
            return iter([b"x"])

        def close(self) -> None:
            self.closed = True

    source = Source()
    Compressed(source).close()
    assert source.closed


def test_an_answer_is_validated_by_its_revision(graph: KnowledgeGraph) -> None:
    """304 while nothing changes, then a new tag."""
    send = writer(graph)
    first = send("GET", _ASK)
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    for method in ("GET", "HEAD"):
        again = send(method, _ASK, headers={"If-None-Match": f'"other", {tag}'})
        assert again.status_code == 304
        assert again.headers["ETag"] == tag
        assert again.data == b""
    send.put()
    changed = send("GET", _ASK, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_each_format_has_its_own_tag(app_client: FlaskClient) -> None:
    """So that a cache does not take one for the other."""
    xml = {"Accept": "application/sparql-results+xml"}
    tag = _get(app_client, _ASK).headers["ETag"]
    assert _get(app_client, _ASK, **xml).headers["ETag"] != tag
    assert _get(app_client, _ASK, **xml, **{"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    "expression", ["NOW()", "rand()", "UUID()", "STRUUID()", "BNODE()", "STR(now())"]
)
def test_what_depends_on_time_or_chance_has_no_tag(
    app_client: FlaskClient, expression: str
) -> None:
    """It would be another answer each time."""
    response = _get(app_client, f"/sparql?query=SELECT ({expression} AS ?x) {{}}")
    assert response.status_code == 200
    assert "ETag" not in response.headers


@pytest.mark.parametrize("value", ["0", "-1", "x", "", "1e9", "9999999", "NaN", "1;2", "٣"])
def test_a_timeout_is_a_number_of_seconds(app_client: FlaskClient, value: str) -> None:
    """Anything else is explained."""
    response = app_client.get("/sparql", query_string={"query": "ASK {}", "timeout": value})
    assert response.status_code == 400
    assert "timeout" in response.get_json()["detail"]


@pytest.mark.parametrize("value", ["1", "0.5", "600"])
def test_a_timeout_is_taken(app_client: FlaskClient, value: str) -> None:
    """One longer than the server allows is no error."""
    query = {"query": "ASK {}", "timeout": value}
    assert app_client.get("/sparql", query_string=query, buffered=True).status_code == 200
