"""What breaks a structure shape is refused over HTTP too, and what is held can be looked after."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from writing import DIRECT, FOREIGN, Writer, writer

from kg.app import KnowledgeGraph
from kg.journal import Scope
from kg.model import Batch, Description
from kg.namespaces import DCAT, MLG
from kg.sparql.executor import InProcessExecutor
from kg.web import create_app

_PREFIXES = "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX mlg: <https://w3id.org/mlg#> "
_VERSION = "<http://example.org/v> a mlg:ModelVersion ; dcat:version '1' "
_BAD = f"{_PREFIXES}{_VERSION}."
_GOOD = f"{_PREFIXES}{_VERSION}; dcat:isVersionOf <http://example.org/m> ."
_ENTRIES = "/api/quarantine"


@pytest.fixture
def judging() -> Iterator[Writer]:
    """A graph that judges what may enter, and a client that may write."""
    with KnowledgeGraph.in_memory() as graph:
        yield writer(graph)


@pytest.fixture
def held(judging: Writer) -> str:
    """The id of a record that the graph has refused."""
    version = judging.graph.names.parse("model-version:t/m/1")
    record = Description("mlflow", version).a(MLG.ModelVersion).add(DCAT.version, "1").record()
    report = judging.graph.ingest([Batch([record])], source="mlflow")
    return report.quarantined[0].id


@pytest.mark.parametrize("path", [DIRECT, f"/rdf-graph-store?graph={FOREIGN}"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_graph_that_breaks_a_shape_is_refused(judging: Writer, method: str, path: str) -> None:
    """422 with the findings; nothing is written, and nothing is held."""
    response = judging(method, path, _BAD)
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    (finding,) = response.json["findings"]
    assert finding["focus"] == "http://example.org/v"
    assert finding["path"] == "dcat:isVersionOf"
    assert finding["remedy"] == "State versionOf (one asset) and version (one text)."
    assert judging.graph.revision == 0
    assert judging.graph.journal.quarantine.count(ended=True) == 0
    assert judging(method, path, _GOOD).status_code == 201


def test_what_is_added_counts_with_what_is_there(judging: Writer) -> None:
    """The graph as it would be is judged: half of it can be sent to a graph with the other."""
    half = f"{_PREFIXES}<http://example.org/v> dcat:isVersionOf <http://example.org/m> ."
    assert judging("POST", DIRECT, half).status_code == 201
    assert judging("POST", DIRECT, _BAD).status_code == 204
    assert judging("POST", DIRECT, half.replace("/m>", "/n>")).status_code == 422
    assert judging.graph.revision == 2


def test_an_update_is_refused_whole(judging: Writer) -> None:
    """The sane part of a request is not written either."""
    bad = f"{_VERSION}"
    update = (
        f"{_PREFIXES}INSERT DATA {{ GRAPH <http://example.org/a> {{ <urn:a> <urn:p> 1 }} }} ; "
        f"INSERT DATA {{ GRAPH <http://example.org/b> {{ {bad} }} }}"
    )
    response = judging("POST", "/update", update, content_type="application/sparql-update")
    assert response.status_code == 422
    assert [finding["path"] for finding in response.json["findings"]] == ["dcat:isVersionOf"]
    assert judging.graph.revision == 0


def test_an_entry_is_told(judging: Writer, held: str) -> None:
    """In short in the list, in full by its id; never cached."""
    listed = judging("GET", _ENTRIES)
    assert listed.headers["Cache-Control"] == "no-store"
    assert listed.json["total"] == 1
    assert judging("GET", f"{_ENTRIES}?source=curated").json == {"total": 0, "entries": []}
    whole = judging("GET", f"{_ENTRIES}/{held}").json
    assert whole.items() >= listed.json["entries"][0].items()
    assert whole["findings"][0]["component"] == "MinCountConstraintComponent"
    assert len(whole["statements"]) == 2
    for wrong in ("?since=yesterday", "?limit=0", "?limit=1001", "?state=x", "?all=yes"):
        assert judging("GET", _ENTRIES + wrong).status_code == 400


def test_an_entry_is_retried_and_dropped(judging: Writer, held: str) -> None:
    """Retried as it is it stays; what is gone is not found."""
    tried = judging("POST", f"{_ENTRIES}/{held}/retry")
    assert (tried.status_code, tried.json["state"]) == (200, "held")
    assert "X-KG-Revision" not in tried.headers
    assert judging("DELETE", f"{_ENTRIES}/{held}").status_code == 204
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/retry")):
        assert judging(method, f"{_ENTRIES}/{held}{path}").status_code == 404


@pytest.mark.parametrize("scope", [None, Scope.READ])
def test_others_may_look_and_not_touch(judging: Writer, held: str, scope: Scope | None) -> None:
    """401 without a token, 403 with one that allows less."""
    send = writer(judging.graph, Scope.READ)
    headers = {} if scope else {"Authorization": ""}
    assert send("GET", f"{_ENTRIES}/{held}", headers=headers).status_code == 200
    for method, path in (("DELETE", ""), ("POST", "/retry")):
        response = send(method, f"{_ENTRIES}/{held}{path}", headers=headers)
        assert response.status_code == (403 if scope else 401)
    assert judging.graph.journal.quarantine.count() == 1


def test_reading_needs_a_token_where_all_reading_does(judging: Writer, held: str) -> None:
    """On an address that is not public, the quarantine is not either."""
    graph = judging.graph
    app = create_app(graph, InProcessExecutor(graph.store), public_read=False)
    for path in (_ENTRIES, f"{_ENTRIES}/{held}"):
        assert app.test_client().get(path).status_code == 401
        assert Writer(graph, app.test_client(), judging.secret)("GET", path).status_code == 200
