"""Lineage over HTTP: the answers of the command line, in pages, with tags, as described."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from kg.app import IngestReport, KnowledgeGraph
from kg.lineage import Direction, ImpactAnswer
from kg.namespaces import compact
from kg.propagation import carried_by
from kg.sparql.executor import InProcessExecutor
from kg.web import create_app

Load = Callable[[KnowledgeGraph, str], IngestReport]

ESTATE = """
- {id: 'dataset:s3://lake/users', type: Dataset, title: Users}
- {id: 'feature:store/age', type: Feature, derivedFrom: 'dataset:s3://lake/users'}
- {id: 'model-version:mlflow/churn/1', type: ModelVersion, usesFeature: 'feature:store/age',
   trainedOn: 'dataset:s3://lake/users', owner: 'team:org/ml'}
- {id: 'deployment:k8s/old', type: Deployment, deploys: 'model-version:mlflow/churn/1',
   servedBy: 'service:k8s/old', endedAt: '2026-01-01T00:00:00Z'}
- {id: 'deployment:k8s/new', type: Deployment, deploys: 'model-version:mlflow/churn/1',
   servedBy: 'service:k8s/api'}
- {id: 'service:k8s/api', type: Service, owner: 'team:org/serving'}
- {id: 'service:k8s/old', type: Service, owner: 'team:org/serving'}
"""
DATA = "dataset:s3://lake/users"


@pytest.fixture
def client(graph: KnowledgeGraph, load: Load) -> FlaskClient:
    """A client of an app that serves the estate."""
    load(graph, ESTATE)
    return create_app(graph, InProcessExecutor(graph.store)).test_client()


def pages(client: FlaskClient, path: str, **query: Any) -> list[Any]:
    """All pages of a request."""
    found = [client.get(path, query_string=query).json]
    while cursor := found[-1].get("next"):
        found.append(client.get(path, query_string={**query, "cursor": cursor}).json)
    return found


def test_the_answers_are_those_of_the_service(client: FlaskClient, graph: KnowledgeGraph) -> None:
    """Byte for byte what the command line prints as JSON, the layout aside."""
    asset, service = graph.resolve(DATA), graph.resolve("service:k8s/api")
    asked = client.get("/api/lineage", query_string={"asset": DATA, "direction": "down"})
    answer = graph.lineage.lineage(asset, Direction.DOWN)
    assert asked.json == answer.to_json(graph.names)
    asked = client.get("/api/impact", query_string={"asset": DATA})
    assert asked.json == graph.lineage.impact(asset).to_json(graph.names)
    ends = {"from": DATA, "to": "service:k8s/api"}
    asked = client.get("/api/path", query_string=ends)
    assert asked.json == graph.lineage.path(asset, service).to_json(graph.names)
    asked = client.get("/api/path", query_string={**ends, "all": "true", "max": 1})
    assert asked.json == graph.lineage.paths(asset, service, 1).to_json(graph.names)


LABELLED = """
- {id: 'dataset:s3://lake/users', type: Dataset, title: Users, personalData: [Age, Health]}
- {id: 'feature:store/age', type: Feature, status: retracted,
   derivedFrom: 'dataset:s3://lake/users'}
"""
VERSION = "model-version:mlflow/churn/1"
RETRACTION, SPECIAL = (
    f"https://w3id.org/mlg/label/{n}" for n in ("retraction", "special-category")
)


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ((), ["pd:Age", "pd:Health", RETRACTION, SPECIAL]),
        (("personal-data",), ["pd:Age", "pd:Health"]),
        (("pd:Age", "retraction"), ["pd:Age", RETRACTION]),
        (("https://w3id.org/dpv/pd#Age",), ["pd:Age"]),
        ((RETRACTION,), [RETRACTION]),
        (("pd:Name",), []),
    ],
    ids=str,
)
def test_what_a_thing_carries(
    client: FlaskClient, graph: KnowledgeGraph, load: Load, labels: tuple[str, ...], told: list[str]
) -> None:
    """The labels asked for, each with its way; what a fact says is tested in tests/propagation."""
    load(graph, LABELLED)
    answer = client.get("/api/carries", query_string={"id": VERSION, "label": labels}).json

    assert (answer["asset"], answer["revision"]) == (VERSION, 2)
    assert [carried["label"] for carried in answer["carries"]] == told
    facts = {compact(c.label.value): c for c in carried_by(graph.store, graph.resolve(VERSION))}
    assert answer["carries"] == [facts[label].to_json(graph.names) for label in told]


def test_a_fact_that_is_known_is_not_sent_again(
    client: FlaskClient, graph: KnowledgeGraph, load: Load
) -> None:
    """304 by the tag until a commit makes something else flow; then the new fact is told."""
    query = {"id": VERSION, "label": "pd:Age"}
    load(graph, LABELLED)
    first = client.get("/api/carries", query_string=query)
    tag = {"If-None-Match": first.headers["ETag"]}
    assert first.json["carries"][0]["way"] == [VERSION, DATA]
    assert client.get("/api/carries", query_string=query, headers=tag).status_code == 304

    load(graph, LABELLED.replace("[Age, Health]", "Health"))
    again = client.get("/api/carries", query_string=query, headers=tag)
    assert (again.status_code, again.json["revision"], again.json["carries"]) == (200, 3, [])


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"type": "Service"}, ["service:k8s/api", "service:k8s/old"]),
        ({"type": "service", "live": "true"}, ["service:k8s/api"]),
        ({"type": "service", "live": "true", "asOf": "2025-12-31T00:00:00Z"}, None),
        ({"owner": "team:org/ml", "type": "ModelVersion"}, ["model-version:mlflow/churn/1"]),
        ({"relation": "prov:wasDerivedFrom"}, ["feature:store/age"]),
        ({"depth": "1"}, ["model-version:mlflow/churn/1", "feature:store/age"]),
    ],
)
def test_answers_can_be_narrowed(
    client: FlaskClient, query: dict[str, str], ids: list[str] | None
) -> None:
    """By type, owner, relation, depth, and what is live at an instant."""
    answer = client.get("/api/impact", query_string={"asset": DATA, **query}).json
    ids = ["service:k8s/api", "service:k8s/old"] if ids is None else ids
    assert [item["id"] for item in answer["impacted"]] == ids
    assert answer["total"] == len(ids)


@pytest.mark.parametrize(
    ("path", "key"), [("/api/lineage?direction=down", "nodes"), ("/api/impact?", "impacted")]
)
@pytest.mark.parametrize("limit", [1, 2, 4, 6])
def test_pages_add_up_to_the_whole(client: FlaskClient, path: str, key: str, limit: int) -> None:
    """Each thing and each edge is on one page; numbers are always those of the whole."""
    path, _, query = path.partition("?")
    fixed = {"asset": DATA, **({"direction": "down"} if query else {})}
    (whole,) = pages(client, path, **fixed)
    parts = pages(client, path, **fixed, limit=limit)
    assert len(parts) == -(-6 // limit)
    assert all(part["total"] == 6 for part in parts)
    assert [item for part in parts for item in part[key]] == whole[key]
    edges = [edge for part in parts for edge in part.get("edges", [])]
    assert sorted(edges, key=str) == sorted(whole.get("edges", []), key=str)


def test_pages_go_on_with_the_answer_begun(
    client: FlaskClient, graph: KnowledgeGraph, load: Load
) -> None:
    """A commit between two pages does not mix into them."""
    query = {"asset": DATA, "limit": 3}
    first = client.get("/api/impact", query_string=query).json
    load(
        graph, "- {id: 'feature:store/new', type: Feature, derivedFrom: 'dataset:s3://lake/users'}"
    )
    second = client.get("/api/impact", query_string={**query, "cursor": first["next"]}).json
    assert (second["revision"], second["total"]) == (1, 6)
    assert len({item["id"] for item in first["impacted"] + second["impacted"]}) == 6


def test_an_answer_no_longer_kept_is_made_again_at_its_revision(
    graph: KnowledgeGraph, load: Load, client: FlaskClient
) -> None:
    """Whoever answers, and whatever was committed between the pages."""
    query = {"asset": DATA, "limit": 3}
    first = client.get("/api/impact", query_string=query).json
    query["cursor"] = first["next"]
    load(
        graph, "- {id: 'feature:store/new', type: Feature, derivedFrom: 'dataset:s3://lake/users'}"
    )
    other = create_app(graph, InProcessExecutor(graph.store)).test_client()
    again = other.get("/api/impact", query_string=query)
    assert again.json["revision"] == 1
    assert again.json == client.get("/api/impact", query_string=query).json


def test_a_past_revision_can_be_asked_for(
    graph: KnowledgeGraph, load: Load, client: FlaskClient
) -> None:
    """Edges, names and owners of then; what is gone since can be asked about."""
    old, new = graph.resolve("service:k8s/old"), graph.resolve("deployment:k8s/old")
    before = client.get("/api/impact", query_string={"asset": DATA, "asOf": "2026-02-01"}).json
    gone = [graph.resolve(DATA), old, new, graph.resolve("feature:store/age")]
    graph.withdraw(gone, source="curated", agent="test")
    asked = {"asset": DATA, "at": 1, "asOf": "2026-02-01"}
    assert client.get("/api/impact", query_string=asked).json == before
    now = client.get("/api/impact", query_string={"asset": DATA}).json
    assert (now["revision"], now["total"]) == (2, 3)
    ends = {"from": DATA, "to": "service:k8s/old"}
    assert client.get("/api/path", query_string={**ends, "at": 1}).json["nodes"]
    assert client.get("/api/path", query_string=ends).status_code == 404
    for wrong, status in ((0, 400), (3, 404), ("x", 400)):
        answer = client.get("/api/lineage", query_string={"asset": DATA, "at": wrong})
        assert answer.status_code == status


def test_a_cursor_serves_its_own_request_only(client: FlaskClient) -> None:
    """Another request, or a cursor that was tampered with, is refused."""
    cursor = client.get("/api/impact", query_string={"asset": DATA, "limit": 1}).json["next"]
    for query in (
        {"asset": "feature:store/age", "cursor": cursor},
        {"asset": DATA, "cursor": cursor[:-2]},
        {"asset": DATA, "cursor": "é"},
        {"asset": DATA, "cursor": ""},
    ):
        assert client.get("/api/impact", query_string=query).status_code == 409


def test_an_answer_that_the_client_has_is_not_sent_again(
    client: FlaskClient, graph: KnowledgeGraph, load: Load
) -> None:
    """304 by the tag until the graph changes; each request has tags of its own."""
    query = {"asset": DATA, "limit": 2}
    first = client.get("/api/impact", query_string=query)
    etag = first.headers["ETag"]
    tag = {"If-None-Match": etag}
    again = client.get("/api/impact", query_string=query, headers=tag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (
        304,
        b"",
        tag["If-None-Match"],
    )
    other = client.get("/api/impact", query_string={"asset": DATA}, headers=tag)
    assert other.status_code == 200
    load(graph, "- {id: 'team:org/x', type: Team}")
    assert client.get("/api/impact", query_string=query, headers=tag).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("lineage", 400, "'asset' is missing"),
        ("lineage?asset=dataset:s3:%2F%2Flake/user", 404, "did you mean dataset:s3://lake/users?"),
        ("impact?asset=nonsense", 404, "nothing is known"),
        ("path?from=service:k8s/api", 400, "'to' is missing"),
        ("path?from=service:k8s/api&to=service:k8s/appi", 404, "did you mean service:k8s/api"),
        ("path?from=service:k8s/api&to=service:k8s/api&max=0", 400, "whole number from 1"),
        ("lineage?asset=service:k8s/api&asset=service:k8s/old", 400, "given 2 times"),
        ("lineage?asset=service:k8s/api&direction=left", 400, "one of up, down, both"),
        ("lineage?asset=service:k8s/api&depht=2", 400, "no parameter 'depht'"),
        ("lineage?asset=service:k8s/api&depth=0", 400, "whole number from 1"),
        ("lineage?asset=service:k8s/api&limit=10001", 400, "give 10000 at most"),
        ("lineage?asset=service:k8s/api&type=Modl", 404, "Model"),
        ("lineage?asset=service:k8s/api&relation=prov:use", 404, "prov:used"),
        ("lineage?asset=service:k8s/api&owner=me", 404, "no owner 'me'"),
        ("lineage?asset=service:k8s/api&live=yes", 400, "one of true, false"),
        ("lineage?asset=service:k8s/api&asOf=now", 400, "not a time"),
        ("carries", 400, "'id' is missing"),
        ("carries?id=service:k8s/appi", 404, "did you mean service:k8s/api"),
        ("carries?id=service:k8s/api&label=retracted", 404, "did you mean retraction"),
        ("carries?id=service:k8s/api&label=pd:%3E", 404, "no label 'pd:>'"),
        ("carries?id=service:k8s/api&at=1", 400, "no parameter 'at'"),
    ],
)
def test_a_bad_request_is_told_what_is_wrong(
    client: FlaskClient, path: str, status: int, said: str
) -> None:
    """Problem details, with near names where something is not known."""
    answer = client.get(f"/api/{path}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert said in answer.json["detail"]


def test_walks_beyond_the_places_of_a_caller_wait_for_them(
    client: FlaskClient, graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three at a time; the next waits, and others are answered meanwhile."""
    walk, started, go = graph.lineage.impact, threading.Semaphore(0), threading.Event()

    def wait_and_walk(*arguments: Any, **options: Any) -> ImpactAnswer:
        started.release()
        assert go.wait(30)
        return walk(*arguments, **options)

    monkeypatch.setattr(graph.lineage, "impact", wait_and_walk)
    other, lineage = client.application.test_client, f"/api/lineage?asset={DATA}"
    with ThreadPoolExecutor(4) as pool:
        try:
            asked = [pool.submit(other().get, f"/api/impact?asset={DATA}") for _ in range(3)]
            assert all(started.acquire(timeout=30) for _ in asked)
            asked.append(pool.submit(other().get, lineage))
            elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
            assert client.get(lineage, environ_overrides=elsewhere).status_code == 200
            assert not asked[-1].done()
        finally:
            go.set()
        assert [answer.result().status_code for answer in asked] == [200] * 4
    assert client.get("/api/lineage", query_string={"asset": DATA}).status_code == 200
