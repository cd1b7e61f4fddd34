"""Tokens are made and revoked over HTTP by administrators alone."""

from __future__ import annotations

import logging

import pytest
from served import Serve
from writing import Writer, writer

from kg.app import KnowledgeGraph
from kg.journal import Scope

_TOKENS = "/api/tokens"


@pytest.fixture
def admin(graph: KnowledgeGraph) -> Writer:
    """A client whose token has the scope admin."""
    return writer(graph, Scope.ADMIN)


@pytest.mark.parametrize("scope", [None, Scope.READ, Scope.WRITE])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_others_may_not(graph: KnowledgeGraph, method: str, scope: Scope | None) -> None:
    """401 without a token, 403 with one that allows less; nothing is told or changed."""
    send = writer(graph, scope or Scope.READ)
    (known,) = graph.journal.tokens.all()
    path = _TOKENS if method == "POST" else f"{_TOKENS}/{known.id}"
    headers = {} if scope else {"Authorization": ""}
    for target in {path, _TOKENS if method == "GET" else path}:
        body = '{"name": "x", "scope": "admin"}' if method == "POST" else None
        options = {"content_type": "application/json"} if body else {}
        response = send(method, target, body, headers=headers, **options)
        assert response.status_code == (403 if scope else 401)
        assert known.name not in response.text
    assert graph.journal.tokens.all() == [known]


def test_the_life_of_a_token(serve: Serve) -> None:
    """Made, used, listed, revoked, over real HTTP; the secret is told once and never cached."""
    with serve().client(Scope.ADMIN) as client:
        made = client.post(_TOKENS, json={"name": "nightly", "scope": "write", "expires": "7d"})
        assert made.status_code == 201
        assert made.headers["Cache-Control"] == "no-store"
        token = made.json()
        secret = {"Authorization": f"Bearer {token.pop('secret')}"}
        assert (token["name"], token["scope"], token["state"]) == ("nightly", "write", "active")
        assert client.get(made.headers["Location"]).json() == token
        assert token in client.get(_TOKENS).json()
        update = {"data": {"update": "INSERT DATA {}"}, "headers": secret}
        assert client.post("/update", **update).status_code == 204
        assert client.delete(made.headers["Location"]).status_code == 204
        assert client.post("/update", **update).status_code == 401
        assert client.get(made.headers["Location"]).json()["state"] == "revoked"
        assert client.delete(f"{_TOKENS}/00000000").status_code == 404


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "400"),
        ("[]", "object"),
        ("nonsense", "400"),
        ("{}", "name"),
        ('{"name": " "}', "name"),
        ('{"name": 1}', "strings"),
        ('{"name": "a\\nb"}', "printable"),
        (f'{{"name": "{"x" * 201}"}}', "200"),
        ('{"name": "x", "scope": "root"}', "root"),
        ('{"name": "x", "expires": "yesterday"}', "yesterday"),
        ('{"name": "x", "expires": "2001-01-01"}', "past"),
        ('{"name": "x", "colour": "red"}', "colour"),
    ],
)
def test_what_cannot_be_a_token_is_explained(admin: Writer, body: str, said: str) -> None:
    """400 with the reason, and none is made."""
    response = admin("POST", _TOKENS, body, content_type="application/json")
    assert response.status_code == 400
    assert said in response.text
    assert len(admin.graph.journal.tokens.all()) == 1


def test_the_body_has_to_be_json(admin: Writer) -> None:
    """415 for a form, which a page of another origin could send."""
    response = admin("POST", _TOKENS, "name=x", content_type="application/x-www-form-urlencoded")
    assert response.status_code == 415


def test_who_made_and_revoked_a_token_is_logged(
    admin: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    """By ids; the secret is not."""
    caplog.set_level(logging.INFO)
    made = admin("POST", _TOKENS, '{"name": "x"}', content_type="application/json").get_json()
    admin("DELETE", f"{_TOKENS}/{made['id']}")
    own = admin.secret.split("_")[1]
    assert f"token {made['id']} (read) made by {own}" in caplog.text
    assert f"token {made['id']} revoked by {own}" in caplog.text
    assert made["secret"] not in caplog.text
