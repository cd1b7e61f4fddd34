"""A relation joins lineage while the graph is served, by a file of the owner's."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from beside import Serve, Server, run

RELATION = "https://example.org/terms#distilledFrom"
DECLARED = f"""
@prefix mlg: <https://w3id.org/mlg#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{RELATION}> rdfs:subPropertyOf mlg:directlyDependsOn .
"""
STUDENT, TEACHER = "model-version:mlflow/small/1", "model-version:mlflow/churn/1"


@pytest.fixture
def file(data: Path) -> Path:
    """Where the owner's ontology file is to stand."""
    (data / "ontology").mkdir()
    return data / "ontology" / "ours.ttl"


def _upstream(server: Server) -> dict[str, str]:
    answer = httpx.get(server.url + "api/lineage", params={"asset": STUDENT, "depth": 1}).json()
    return {edge["to"]: edge["relation"] for edge in answer["edges"]}


def _soon(holds: Callable[[], bool]) -> bool:
    """Whether something comes to hold; the files are looked at twice a second."""
    end = time.monotonic() + 20
    while not (found := holds()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def test_a_relation_joins_and_leaves_without_a_restart(
    data: Path, file: Path, serve: Serve
) -> None:
    """For what was recorded before, over HTTP, in SPARQL and for commands."""
    server = serve(data)
    query = {"query": f"ASK {{ ?s <{RELATION}> ?o ; <https://w3id.org/mlg#directlyDependsOn> ?o }}"}
    asked = httpx.get(server.url + "sparql", params=query)
    tag = {"If-None-Match": asked.headers["ETag"]}
    assert (asked.json()["boolean"], _upstream(server)) == (False, {})
    assert httpx.get(server.url + "sparql", params=query, headers=tag).status_code == 304
    file.write_text(DECLARED)
    assert TEACHER in run(data, "lineage", STUDENT).out
    assert STUDENT in run(data, "impact", TEACHER, "--type", "ModelVersion").out
    assert _upstream(server) == {TEACHER: RELATION}
    again = httpx.get(server.url + "sparql", params=query, headers=tag)
    assert again.json()["boolean"]
    assert again.headers["X-KG-Revision"] == asked.headers["X-KG-Revision"] == "1"
    file.unlink()
    assert _soon(lambda: not _upstream(server))
    assert TEACHER not in run(data, "lineage", STUDENT).out
    assert httpx.get(server.url + "sparql", params=query, headers=tag).status_code == 304


def test_a_server_notices_by_itself(data: Path, file: Path, serve: Serve) -> None:
    """No command has to tell it."""
    server = serve(data)
    file.write_text(DECLARED)
    assert _soon(lambda: _upstream(server) == {TEACHER: RELATION})


def test_a_page_goes_on_under_its_own_ontology_only(data: Path, file: Path, serve: Serve) -> None:
    """Who asks for the next page of an answer that would be another now is told so."""
    server = serve(data)
    question = {"asset": "service:k8s/churn-api", "limit": "1"}
    first = httpx.get(server.url + "api/lineage", params=question).json()
    file.write_text(DECLARED)
    assert run(data, "info").code == 0
    cursor = {**question, "cursor": first["next"]}
    assert httpx.get(server.url + "api/lineage", params=cursor).status_code == 409


def test_a_broken_file_leaves_the_ontology_in_force(data: Path, file: Path, serve: Serve) -> None:
    """The log and every command say so in a line; mending the file ends it."""
    file.write_text(DECLARED)
    server = serve(data)
    file.write_text(DECLARED + "and then")
    for outcome in (run(data, "info"), run(data, "lineage", STUDENT)):
        assert outcome.code == 0
        assert outcome.err.count("\n") == 1
        assert "not in force" in outcome.err
        assert "ours.ttl: not valid Turtle" in outcome.err
    assert _upstream(server) == {TEACHER: RELATION}
    file.write_text(DECLARED)
    assert run(data, "info").err == ""
    assert server.stop().count("ours.ttl: not valid Turtle") == 1


def test_a_broken_file_leaves_a_graph_that_nobody_serves_usable(data: Path, file: Path) -> None:
    """With the ontology that was in force when it was last written."""
    file.write_text(DECLARED)
    assert run(data, "info").code == 0
    file.write_text("broken")
    outcome = run(data, "lineage", STUDENT)
    assert (outcome.code, TEACHER in outcome.out) == (0, True)
    assert "not in force" in outcome.err
    file.unlink()
    assert TEACHER not in run(data, "lineage", STUDENT).out
