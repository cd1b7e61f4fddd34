"""Who edits a graph that another has changed meanwhile is told so (RFC 9110, 13)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from served import Serve
from writing import DIRECT, FOREIGN, TURTLE, Writer, writer

from kg.app import KnowledgeGraph
from kg.journal import Scope
from kg.sparql.results import GRAPHS

_STORE = "/rdf-graph-store"
_BODY = {"Content-Type": "text/turtle"}
_GRAPH = {"graph": FOREIGN}
_MORE = "<http://example.org/a> <http://example.org/p> 'two' ."


@pytest.fixture
def store(graph: KnowledgeGraph) -> Writer:
    """A client that may write, of a graph that has two graphs of people."""
    send = writer(graph)
    send.put()
    send("PUT", DIRECT, "<urn:m> a <https://w3id.org/mlg#Model> .")
    return send


def _tag(store: Writer, iri: str = FOREIGN, **headers: str) -> str:
    return store.read(iri, **headers).headers["ETag"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_graph_that_is_known_is_not_sent_again(store: Writer, method: str) -> None:
    """304 with the tag, which is strong, and without a body."""
    tag = _tag(store)
    assert tag.startswith('"')
    known = {"If-None-Match": f'"other", {tag}'}
    response = store(method, _STORE, query_string=_GRAPH, headers=known)
    assert (response.status_code, response.headers["ETag"], response.data) == (304, tag, b"")
    assert "Accept" in response.headers["Vary"]


def test_the_tag_of_a_graph_changes_with_that_graph_alone(store: Writer) -> None:
    """Commits to other graphs leave it; so does a write that changes nothing."""
    tag = _tag(store)
    store("PUT", DIRECT, "<urn:m> a <https://w3id.org/mlg#Dataset> .")
    store.put()
    assert _tag(store) == tag
    store.put(body=_MORE)
    assert _tag(store) != tag


@pytest.mark.parametrize("path", [f"{DIRECT}/entailed", f"{_STORE}?default", f"{_STORE}?graph=X"])
def test_what_follows_from_a_graph_changes_its_tag_with_it(store: Writer, path: str) -> None:
    """Entailments, the union of all, and the graph that the store keeps of itself."""
    path = path.replace("X", "https://w3id.org/mlg/system")
    tag = store("GET", path).headers["ETag"]
    assert store("GET", path, headers={"If-None-Match": tag}).status_code == 304
    store("PUT", DIRECT, "<urn:m> a <https://w3id.org/mlg#Dataset> .")
    changed = store("GET", path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_every_form_has_its_own_tag(store: Writer) -> None:
    """Other bytes, other tag: of each format, packed or not."""
    store.put(body=" . ".join(f"<urn:a> <urn:p> {n}" for n in range(200)) + " .")
    tags = [
        _tag(store, Accept=format_.media_type, **{"Accept-Encoding": coding})
        for format_ in GRAPHS
        for coding in ("identity", "gzip")
    ]
    assert len(set(tags)) == 2 * len(GRAPHS)


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("format_", GRAPHS, ids=lambda one: one.name)
def test_a_write_takes_the_tag_of_any_form(store: Writer, format_: object, coding: str) -> None:
    """Whatever was read, it was that state of the graph; once it is written it is no more."""
    store.put(body=" . ".join(f"<urn:a> <urn:p> {n}" for n in range(200)) + " .")
    tag = _tag(store, Accept=format_.media_type, **{"Accept-Encoding": coding})  # type: ignore[attr-defined]
    assert store.put(body=_MORE, headers={"If-Match": tag}).status_code == 204
    assert store.put(body=TURTLE, headers={"If-Match": tag}).status_code == 412


@pytest.mark.parametrize(("method", "body"), [("PUT", _MORE), ("POST", _MORE), ("DELETE", None)])
@pytest.mark.parametrize(
    ("header", "value", "passes"),
    [
        ("If-Match", "TAG", True),
        ("If-Match", '"other", TAG', True),
        ("If-Match", "*", True),
        ("If-Match", '"other"', False),
        ("If-Match", "W/TAG", False),
        ("If-Match", "", False),
        ("If-Match", "nonsense", False),
        ("If-None-Match", "TAG", False),
        ("If-None-Match", "W/TAG", False),
        ("If-None-Match", "*", False),
        ("If-None-Match", '"other"', True),
    ],
)
def test_a_write_that_is_meant_for_another_state_is_refused(
    store: Writer, method: str, body: str | None, header: str, value: str, passes: bool
) -> None:
    """412 as a problem document, and nothing is changed; weak tags guard no write."""
    headers = {header: value.replace("TAG", _tag(store))}
    before, revision = store.read().data, store.graph.revision
    response = store(method, _STORE, body, query_string=_GRAPH, headers=headers)
    assert response.status_code == (204 if passes else 412)
    assert store.graph.revision == revision + passes
    if not passes:
        assert response.content_type == "application/problem+json"
        assert header in response.get_json()["detail"]
        assert store.read().data == before


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_graph_is_made_only_where_there_is_none(store: Writer, method: str) -> None:
    """If-None-Match: * makes a graph, never replaces one; If-Match needs one that is there."""
    new = {"graph": "http://example.org/new"}
    for headers, status in (
        ({"If-Match": "*"}, 412),
        ({"If-None-Match": "*"}, 201),
        ({"If-None-Match": "*"}, 412),
        ({"If-Match": "*"}, 204),
    ):
        body = _MORE if status == 204 else TURTLE
        response = store(method, _STORE, body, query_string=new, headers=headers)
        assert response.status_code == status


@pytest.mark.parametrize(
    ("method", "options", "status"),
    [
        ("DELETE", {"query_string": {"graph": "http://example.org/none"}}, 404),
        ("PUT", {"body": "<a> <b>", "query_string": _GRAPH}, 400),
        ("PUT", {"body": "x", "content_type": "text/csv", "query_string": _GRAPH}, 415),
        ("PUT", {"body": TURTLE, "query_string": {"graph": "https://w3id.org/mlg"}}, 403),
        ("PUT", {"body": TURTLE, "query_string": _GRAPH, "headers": {"Authorization": ""}}, 401),
    ],
)
def test_other_reasons_go_before_preconditions(
    store: Writer, method: str, options: dict[str, object], status: int
) -> None:
    """13.2.1: what would fail anyway fails as it would."""
    headers = {**options.pop("headers", {}), "If-Match": '"other"'}  # type: ignore[dict-item]
    body = options.pop("body", None)
    response = store(method, _STORE, body, headers=headers, **options)
    assert response.status_code == status


def test_of_many_who_edit_at_once_one_is_done(serve: Serve) -> None:
    """Writes from the same state: the others are refused, and what is there is the one's."""
    with serve().client(Scope.WRITE) as client:

        def put(body: str, tag: str = "") -> int:
            headers = {**_BODY, "If-Match": tag} if tag else _BODY
            response = client.put(_STORE, params=_GRAPH, content=body, headers=headers)
            return response.status_code

        put(TURTLE)
        for round_ in range(3):
            tag = client.get(_STORE, params=_GRAPH).headers["ETag"]
            bodies = [f"<urn:a> <urn:p> '{round_}-{n}' ." for n in range(8)]
            with ThreadPoolExecutor(8) as pool:
                done = list(pool.map(partial(put, tag=tag), bodies))
            assert sorted(done) == [204] + [412] * 7
            written = bodies[done.index(204)].split("'")[1]
            assert written in client.get(_STORE, params=_GRAPH).text
