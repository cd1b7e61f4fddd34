"""Findings and the report over HTTP: the answers of the commands, in pages, with tags."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from kg.app import KnowledgeGraph
from kg.app.findings import Filters, list_findings
from kg.app.live import bring_up, live_report
from kg.app.reports import read_selection, report
from kg.app.told_findings import finding_json
from kg.assets import asset
from kg.compliance import FORMATS, render
from kg.compliance.as_json import SCHEMA
from kg.connectors import native
from kg.findings import LiveReport
from kg.shacl import load_shapes
from kg.shacl.affected import AskedShapes
from kg.sparql.executor import InProcessExecutor
from kg.web import create_app
from kg.web.report_api import MEDIA_TYPES

STORY = Path(__file__).parents[1] / "compliance" / "story.yaml"
CREDIT = "model-version:mlflow/credit/1"
FINDINGS = "/api/findings"


def day(after: int) -> str:
    """The noon of a day from today."""
    return (datetime.now(UTC) + timedelta(days=after)).strftime("%Y-%m-%dT12:00:00Z")


UNTIL = day(90)


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """An estate with findings, of which a waiver accepts one today; tests only read it."""
    text = STORY.read_text(encoding="utf-8")
    for then, now in (
        ("2026-10-01T09:00:00Z", day(-30)),
        ("2027-03-31T12:00:00Z", UNTIL),
        ("2026-09-21T08:00:00Z", day(-60)),
        ("2026-10-31", day(-20)[:10]),
    ):
        assert then in text
        text = text.replace(then, now)
    file = tmp_path_factory.mktemp("estate") / "story.yaml"
    file.write_text(text, encoding="utf-8")
    with KnowledgeGraph.in_memory() as graph:
        assert graph.ingest(native.batches([file], names=graph.names)).complete
        yield graph


@pytest.fixture(scope="module")
def client(estate: KnowledgeGraph) -> FlaskClient:
    """A client of an app that serves the estate."""
    return create_app(estate, InProcessExecutor(estate.store)).test_client()


def ask_few(graph: KnowledgeGraph) -> None:
    """Keep the report by two rules, which takes less long than by all."""
    rules = [f"https://w3id.org/mlg/rules/{name}" for name in ("R01", "R27")]
    asked = AskedShapes(load_shapes(asset("shapes", "governance")).only(rules))
    graph.findings.made = LiveReport(
        graph.journal, graph.store, graph.index.at, lambda: asked, graph.drain
    )


def listed(client: FlaskClient, **query: Any) -> list[Any]:
    """The findings of all pages."""
    answer = client.get(FINDINGS, query_string=query).json
    found = answer["findings"]
    while cursor := answer.get("next"):
        answer = client.get(FINDINGS, query_string={**query, "cursor": cursor}).json
        found += answer["findings"]
    assert answer["total"] == len(found)
    return found


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ({}, Filters()),
        ({"limit": 2}, Filters()),
        ({"severity": ["warning", "info"]}, Filters(severities=["warning", "info"])),
        ({"rule": ["R01", "R27"]}, Filters(rules=["R01", "R27"])),
        ({"pack": "gdpr"}, Filters(packs=["gdpr"])),
        ({"owner": "team:org/risk-ml"}, Filters(owners=["team:org/risk-ml"])),
        ({"asset": "model:mlflow/credit"}, Filters(asset="model:mlflow/credit")),
        ({"state": "waived"}, Filters("waived")),
        ({"state": "closed"}, Filters("closed")),
        ({"state": "all", "since": "1"}, Filters("all", since="1")),
        ({"since": "2"}, Filters(since="2")),
        ({"since": "2999-01-01T00:00:00Z"}, Filters(since="2999-01-01T00:00:00Z")),
    ],
)
def test_the_answers_are_those_of_the_command(
    client: FlaskClient, estate: KnowledgeGraph, query: dict[str, Any], filters: Filters
) -> None:
    """Each filter, and pages; some narrow the list to nothing, none widens it."""
    bring_up(estate)
    wanted = [
        finding_json(finding, estate.names)
        for finding in list_findings(estate, live_report(estate), filters)
    ]
    everything = [finding["id"] for finding in listed(client, state="all")]

    assert listed(client, **query) == wanted
    assert {finding["id"] for finding in wanted} <= set(everything)
    narrowed = filters not in (Filters(), Filters("all", since="1"))
    assert (len(wanted) < len(everything)) is narrowed


def test_a_waived_finding_is_open_and_names_its_waiver(client: FlaskClient) -> None:
    """With the severity that it has without, by whom and until when; others say what fails."""
    (waived,) = listed(client, state="waived")
    assert (waived["ruleName"], waived["focus"], waived["severity"]) == ("R27", CREDIT, "Violation")
    assert waived["waiver"]["until"] == UNTIL
    assert waived in listed(client)
    assert client.get(FINDINGS).json["waived"] == 1
    refused = [f for f in listed(client, rule="R01") if f["waiversNotCounting"]]
    assert [f["state"] for f in refused] == ["open"]


def test_a_finding_is_told_in_full(client: FlaskClient) -> None:
    """With its remedy, the way that shows it, and each time it was open."""
    (waived,) = listed(client, state="waived")
    whole = client.get(f"{FINDINGS}/{waived['id']}")
    told = whole.json
    assert told.items() >= waived.items()
    assert [step["node"] for step in told["evidence"]][::2] == [CREDIT, "dataset:s3://lake/scores"]
    assert told["history"] == [{"opened": waived["opened"], "closed": None}]
    assert told["remedy"]
    again = client.get(
        f"{FINDINGS}/{waived['id']}", headers={"If-None-Match": whole.headers["ETag"]}
    )
    assert again.status_code == 304
    assert client.get(f"{FINDINGS}/{'0' * 32}").status_code == 404
    assert client.get(f"{FINDINGS}/{waived['id']}?limit=1").status_code == 400


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("state=gone", 400),
        ("severity=bad", 400),
        ("since=yesterday", 400),
        ("asset=dataset:none/such", 404),
        ("owner=team:none/such", 404),
        ("rule=R999", 404),
        ("pack=none", 404),
        ("cursor=nonsense", 409),
        ("theme=risk", 400),
    ],
)
def test_what_cannot_be_used_is_refused(client: FlaskClient, query: str, status: int) -> None:
    """As a problem that says why."""
    response = client.get(f"{FINDINGS}?{query}")
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")


def test_pages_are_of_one_answer_or_none() -> None:
    """What a client pages through is kept; what has changed and is not kept starts again."""
    with KnowledgeGraph.in_memory() as graph:
        ask_few(graph)
        graph.ingest(native.batches([STORY], names=graph.names))
        client, other, third = (
            create_app(graph, InProcessExecutor(graph.store)).test_client() for _ in range(3)
        )
        first = client.get(FINDINGS, query_string={"limit": 1})
        gone = graph.resolve("model:mlflow/ranking")
        next_page = {"limit": 1, "cursor": first.json["next"]}
        same = other.get(FINDINGS, query_string=next_page).json["findings"]
        graph.withdraw([gone], source="curated", agent="somebody")

        kept = client.get(FINDINGS, query_string=next_page).json
        assert kept["findings"] == same
        assert kept["revision"] == first.json["revision"]
        assert third.get(FINDINGS, query_string=next_page).status_code == 409
        now = client.get(FINDINGS, headers={"If-None-Match": first.headers["ETag"]})
        assert now.json["revision"] == first.json["revision"] + 1
        closed = client.get(FINDINGS, query_string={"state": "closed"}).json["findings"]
        assert {finding["closed"]["agent"] for finding in closed} == {"somebody"}


@pytest.mark.parametrize("format_", FORMATS)
def test_the_report_in_each_format(
    client: FlaskClient, estate: KnowledgeGraph, format_: str
) -> None:
    """By Accept and by name, what the command writes, and 304 for who has it."""
    by_name = client.get("/api/report", query_string={"format": format_})
    by_type = client.get("/api/report", headers={"Accept": MEDIA_TYPES[format_]})
    assert by_name.mimetype == by_type.mimetype == MEDIA_TYPES[format_]
    assert by_name.headers["ETag"] == by_type.headers["ETag"]
    as_of = live_report(estate).as_of
    assert by_type.text == render(report(estate, as_of=as_of), format_, estate.names)
    again = client.get(
        "/api/report",
        headers={"Accept": MEDIA_TYPES[format_], "If-None-Match": by_type.headers["ETag"]},
    )
    assert again.status_code == 304


def test_the_report_is_narrowed_as_the_command_does(
    client: FlaskClient, estate: KnowledgeGraph
) -> None:
    """By each filter; the JSON is what its schema says."""
    schema = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    whole = client.get("/api/report").json
    assert list(schema.iter_errors(whole)) == []
    assert [told["waived"] for told in whole["trend"]] == [whole["waived"]] == [1]
    narrowing = {
        "asset": "model:mlflow/ranking",
        "team": "team:org/risk-ml",
        "domain": "payments",
        "source": "GOVERN 1.7",
        "pack": "gdpr",
    }
    for name, value in narrowing.items():
        part = client.get("/api/report", query_string={name: value}).json
        packs = [value] if name == "pack" else []
        chosen = {} if packs else {name: value}
        as_of = datetime.fromisoformat(part["asOf"]).astimezone(UTC)
        made = report(estate, read_selection(estate, **chosen), as_of=as_of, packs=packs)
        assert part["results"] == json.loads(render(made, "json", estate.names))["results"]
        assert len(part["results"]) < len(whole["results"])
        assert list(schema.iter_errors(part)) == []


def test_a_page_of_the_report_may_not_run_anything(client: FlaskClient) -> None:
    """Its own style is allowed and nothing else; a browser gets the page."""
    page = client.get(
        "/api/report", headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"}
    )
    assert page.mimetype == "text/html"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert client.get("/api/report", headers={"Accept": "image/png"}).status_code == 406
    for wrong in ("format=pdf", "asOf=2026-01-01T00:00:00Z", "pack=none"):
        assert client.get(f"/api/report?{wrong}").status_code in (400, 404)


def test_reading_needs_a_token_where_all_reading_does(estate: KnowledgeGraph) -> None:
    """On an address that is not public, findings are not either."""
    app = create_app(estate, InProcessExecutor(estate.store), public_read=False)
    for path in (FINDINGS, f"{FINDINGS}/{'0' * 32}", "/api/report"):
        assert app.test_client().get(path).status_code == 401


def test_no_request_makes_a_full_run_of_a_graph_on_disk(tmp_path: Path) -> None:
    """It says that the report is not there yet, and that it is wanted; then it answers."""
    with KnowledgeGraph.create(tmp_path / "graph") as graph:
        ask_few(graph)
        client = create_app(graph, InProcessExecutor(graph.store)).test_client()
        for path in (FINDINGS, "/api/report"):
            response = client.get(path)
            assert response.status_code == 503
            assert int(response.headers["Retry-After"]) > 0
        assert graph.has_report
        bring_up(graph)
        assert client.get(FINDINGS).json["total"] == 0
        assert client.get("/api/report").json["conforms"] is True
