"""Every error has the one shape of RFC 9457, and none tells what is inside."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from kg import errors
from kg.app import KnowledgeGraph
from kg.commit import NotAdmitted
from kg.journal import Refused, StoredRecord
from kg.journal.quarantine import Finding
from kg.namespaces import SH
from kg.sparql.executor import InProcessExecutor
from kg.terms import NamedNode
from kg.web import create_app
from kg.web.problems import of_error


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/no-such-page", 404),
        ("POST", "/", 405),
        ("DELETE", "/query", 405),
        ("GET", "/id/model/mlflow/no-such", 404),
        ("GET", "/id/nonsense", 404),
        ("GET", "/describe", 400),
        ("GET", "/describe?iri=no", 400),
        ("GET", "/query?name=no-such", 404),
        ("GET", "/static/no-such.css", 404),
        ("PUT", "/sparql", 405),
    ],
)
def test_an_error_is_a_problem_document(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    """Whatever goes wrong, wherever, has the media type and the members."""
    response = client.request(method, path)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert all(problem[name] for name in ("type", "title", "detail"))


@pytest.mark.parametrize("path", ["/no-such-page", "/id/model/mlflow/no-such", "/query?name=no"])
def test_a_browser_gets_a_page_for_an_error(client: httpx.Client, path: str) -> None:
    """The status is the same, the body is for people."""
    response = client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")


def test_unknown_queries_come_with_suggestions(client: httpx.Client) -> None:
    """A misspelt name is answered with the nearest ones."""
    problem = client.get("/query", params={"name": "web/thing-by-type"}).json()
    assert "web/things-by-type" in problem["suggestions"]


def _all_errors(cls: type[errors.KGError]) -> Iterator[type[errors.KGError]]:
    yield cls
    for sub in cls.__subclasses__():
        yield from _all_errors(sub)


def _raised(cls: type[errors.KGError]) -> errors.KGError:
    if cls is not NotAdmitted:
        return cls("what is wrong")
    record = StoredRecord(NamedNode("urn:g"), "curated", NamedNode("urn:a"), ())
    severity, shape, component = SH.Violation.value, "urn:shape", SH.ClassConstraintComponent.value
    found = Finding("urn:a", "", "", severity, "what is wrong", "", shape, component)
    return NotAdmitted([Refused(record, (found,))], "a")


@pytest.mark.parametrize("cls", sorted(set(_all_errors(errors.KGError)), key=lambda c: c.__name__))
def test_every_error_of_ours_has_a_status(cls: type[errors.KGError]) -> None:
    """Only the base class, which nothing raises, is a failure of the server."""
    problem = of_error(_raised(cls))
    assert "what is wrong" in problem.detail
    assert (problem.status == 500) == (cls is errors.KGError)


def test_timeouts_say_when_to_come_back() -> None:
    """A query that took too long is answered with Retry-After."""
    assert int(of_error(errors.QueryTimeout("too long")).headers["Retry-After"]) > 0


def _fail() -> str:
    raise RuntimeError("secret at /srv/private")


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_what_is_not_foreseen_tells_the_client_nothing(graph: KnowledgeGraph, accept: str) -> None:
    """The log has the reason, the answer has not."""
    app = create_app(graph, InProcessExecutor(graph.store))
    app.add_url_rule("/fail", view_func=_fail)
    response = app.test_client().get("/fail", headers={"Accept": accept})
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "Traceback" not in response.text


def test_answers_carry_the_security_headers(client: httpx.Client) -> None:
    """Pages, answers and errors alike."""
    for path in ("/", "/sparql?query=ASK{}", "/no-such-page", "/static/kg.css"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_other_origins_may_read_only_where_the_operator_says_so(graph: KnowledgeGraph) -> None:
    """CORS is off unless turned on."""
    executor = InProcessExecutor(graph.store)
    closed = create_app(graph, executor).test_client()
    opened = create_app(graph, executor, allow_origin="*").test_client()
    header = "Access-Control-Allow-Origin"
    assert header not in closed.get("/sparql?query=ASK{}").headers
    assert opened.get("/sparql?query=ASK{}").headers[header] == "*"
    assert opened.options("/sparql").headers[header] == "*"
