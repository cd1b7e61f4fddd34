"""Reading is open where the operator says so; writing needs a token that allows it."""

from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

from kg.app import KnowledgeGraph
from kg.journal import Scope
from kg.sparql.executor import InProcessExecutor
from kg.web import create_app
from kg.web.server import is_loopback


@pytest.fixture
def closed(graph: KnowledgeGraph) -> FlaskClient:
    """An app that lets nobody read without a token."""
    return create_app(graph, InProcessExecutor(graph.store), public_read=False).test_client()


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK{}", "/describe?iri=urn:x", "/no-such"])
def test_reading_needs_a_token_where_it_is_not_open(closed: FlaskClient, path: str) -> None:
    """401, a challenge (RFC 6750, 3), and a problem document that says what to do."""
    response = closed.get(path)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer realm=")
    assert "kg token" in response.get_json()["detail"]


@pytest.mark.parametrize("path", ["/health", "/static/kg.css"])
def test_health_and_style_are_open_always(closed: FlaskClient, path: str) -> None:
    """A load balancer has no token."""
    with closed.get(path) as response:
        assert response.status_code == 200


@pytest.mark.parametrize("scope", list(Scope))
def test_any_scope_may_read(closed: FlaskClient, graph: KnowledgeGraph, scope: Scope) -> None:
    """Each includes reading; the scheme's name is in any case."""
    secret = graph.journal.tokens.create("reader", scope)[1]
    with closed.get("/sparql?query=ASK{}", headers=_bearer(secret)) as response:
        assert response.status_code == 200
    headers = {"Authorization": f"bearer {secret}"}
    with closed.get("/sparql?query=ASK{}", headers=headers) as response:
        assert response.status_code == 200


@pytest.mark.parametrize(
    "authorization",
    ["Bearer", "Bearer ", "Bearer x", "Bearer kg_00000000_x", "Basic eDp5", "é", "Bearer a=b"],
)
def test_what_is_no_token_opens_nothing(closed: FlaskClient, authorization: str) -> None:
    """Always 401, never a failure."""
    assert closed.get("/", headers={"Authorization": authorization}).status_code == 401


def test_a_revoked_token_is_refused_at_the_next_request(
    closed: FlaskClient, graph: KnowledgeGraph
) -> None:
    """Without a restart; the challenge says that it is the token."""
    token, secret = graph.journal.tokens.create("reader", Scope.READ)
    assert closed.get("/query", headers=_bearer(secret)).status_code == 200
    graph.journal.tokens.revoke(token.id)
    response = closed.get("/query", headers=_bearer(secret))
    assert response.status_code == 401
    assert "invalid_token" in response.headers["WWW-Authenticate"]


def test_a_secret_is_neither_logged_nor_told(
    closed: FlaskClient, graph: KnowledgeGraph, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever happens to the request it came with."""
    caplog.set_level(logging.DEBUG)
    token, secret = graph.journal.tokens.create("reader", Scope.READ)
    graph.journal.tokens.revoke(token.id)
    texts = [closed.get(path, headers=_bearer(secret)).text for path in ("/", "/no-such")]
    assert secret not in caplog.text + "".join(texts)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("localhost.example", False),
    ],
)
def test_only_loopback_is_open_by_itself(host: str, loopback: bool) -> None:
    """Any other address can be reached by others."""
    assert is_loopback(host) == loopback
