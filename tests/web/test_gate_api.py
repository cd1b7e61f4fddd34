"""The gate over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from served import Serve
from writing import Writer, writer

from kg.app import KnowledgeGraph
from kg.gate import is_untouched
from kg.journal import Scope

CONTENT = """
- { id: team:o/ml, type: Team, name: ML }
- { id: person:o/dev, type: Person, name: Dev, memberOf: team:o/ml }
- { id: dataset:w/orders, type: Dataset, title: Orders, owner: team:o/ml }
- { id: model-version:r/m/1, type: ModelVersion, versionOf: model:r/m, trainedOn: dataset:w/orders }
- { id: service:o/s, type: Service, title: S, owner: team:o/ml }
- id: deployment:o/m-1
  type: Deployment
  deploys: model-version:r/m/1
  servedBy: service:o/s
  startedAt: 2026-09-10T08:00:00Z
"""
REMOVAL = {"asset": "dataset:w/orders", "purpose": "removal", "asOf": "2026-11-01T00:00:00Z"}


@pytest.fixture
def asking(graph: KnowledgeGraph, load: Any) -> Writer:
    """A client that may write, of a graph with a dataset that something in use rests on."""
    load(graph, CONTENT)
    return writer(graph)


def _post(client: Writer, body: object, **options: Any) -> Any:
    options.setdefault("content_type", "application/json")
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client("POST", "/api/gate", text, **options)


def test_a_dry_run_needs_no_token_and_writes_nothing(asking: Writer) -> None:
    """The verdict of the command line, which can be checked."""
    answer = _post(asking, {**REMOVAL, "dryRun": True}, headers={"Authorization": ""})
    assert answer.status_code == 200
    verdict = answer.get_json()
    assert not verdict["allowed"]
    assert [found["rule"] for found in verdict["findings"]] == ["G01"]
    assert is_untouched(verdict)
    assert answer.headers["X-KG-Revision"] == "1"
    assert asking.graph.journal.revision() == 1


def test_a_verdict_is_put_on_record_by_who_may_write(asking: Writer) -> None:
    """401 without a token, 403 with one that only reads; else the decision has an address."""
    assert _post(asking, REMOVAL, headers={"Authorization": ""}).status_code == 401
    reader = writer(asking.graph, Scope.READ)
    assert _post(reader, REMOVAL).status_code == 403
    assert asking.graph.journal.revision() == 1
    answer = _post(asking, REMOVAL)
    assert answer.status_code == 201
    assert asking.graph.journal.revision() == 2
    assert asking.graph.journal.log(1)[0].agent == "editor"
    decision = asking("GET", answer.headers["Location"], headers={"Accept": "text/turtle"})
    assert answer.get_json()["digest"] in decision.text


def test_a_change_is_supposed(asking: Writer) -> None:
    """What is put stands in the graph for the question alone, and what is withdrawn does not."""
    ended = {
        "id": "deployment:o/m-1",
        "type": "Deployment",
        "deploys": "model-version:r/m/1",
        "servedBy": "service:o/s",
        "startedAt": "2026-09-10T08:00:00Z",
        "endedAt": "2026-10-10T08:00:00Z",
    }
    for said in ({"change": [ended]}, {"withdraw": ["deployment:o/m-1"]}):
        answer = _post(asking, {**REMOVAL, **said, "dryRun": True})
        assert answer.get_json()["allowed"]
    assert asking.graph.journal.revision() == 1


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("", 400, "body"),
        ("[]", 400, "object"),
        ("{", 400, "body"),
        (b"\xff", 400, "UTF-8"),
        ("[" * 500 + "]" * 500, 400, "nested"),
        ({"color": 1}, 400, "color"),
        ({}, 400, "for what"),
        ({"asset": 1}, 400, "text"),
        ({"asset": None, "purpose": "removal"}, 400, "text"),
        ({"purpose": "removal"}, 400, "asked of a thing"),
        ({"asset": "x", "purpose": "removal"}, 404, "nothing is known"),
        ({"asset": "dataset:w/orders", "purpose": "nothing"}, 404, "purpose"),
        ({**REMOVAL, "packs": ["none"]}, 404, "pack"),
        ({**REMOVAL, "packs": "gdpr"}, 400, "packs"),
        ({**REMOVAL, "asOf": "soon"}, 400, "soon"),
        ({**REMOVAL, "asOf": "0001-01-01T00:00:00+14:00"}, 400, "time"),
        ({**REMOVAL, "failOn": "all"}, 400, "failOn"),
        ({"purpose": "merge"}, 400, "asked of a change"),
        ({"change": None}, 400, "list"),
        ({"change": {}}, 400, "list"),
        ({"change": [1]}, 400, "object"),
        ({"withdraw": None}, 400, "list"),
        ({"withdraw": [1]}, 400, "no identifier"),
        ({"withdraw": ["x"]}, 400, "identifier"),
        ({"change": [{"id": "x"}]}, 400, "identifier"),
        ({"change": [{"id": "run:a/b", "startedAt": "now"}]}, 400, "dateTime"),
    ],
)
def test_what_cannot_be_asked_is_a_problem(
    body: object, status: int, said: str, asking: Writer
) -> None:
    """With the reason, and nothing is written."""
    asked = {**body, "dryRun": True} if isinstance(body, dict) else body
    answer = _post(asking, asked)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert said in answer.text
    assert asking.graph.journal.revision() == 1


def test_other_bodies_are_refused(asking: Writer) -> None:
    """415 for a form, 413 for what is too large."""
    form = "application/x-www-form-urlencoded"
    assert _post(asking, "asset=x", content_type=form).status_code == 415
    assert _post(asking, " " * ((1 << 20) + 1)).status_code == 413


def test_a_running_server_answers_and_leaves_no_copy(serve: Serve) -> None:
    """Over real HTTP, twice; the copies of the store go with the server."""
    served = serve()
    with served.client(Scope.WRITE) as client:
        asked = {"asset": "model-version:mlflow/churn/3", "purpose": "staging"}
        first = client.post("/api/gate", json={**asked, "dryRun": True})
        assert first.status_code == 200
        made = client.post("/api/gate", json=asked)
        assert made.status_code == 201
    served.process.terminate()
    served.process.wait(20)
    assert list((served.data / "gate").iterdir()) == []
