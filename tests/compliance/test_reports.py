"""Reports that people send and programs read, made from one real validation."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import html5rdf
import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from junitparser import Failure, JUnitXml, Skipped

from kg.app import KnowledgeGraph
from kg.app.reports import read_selection, report
from kg.compliance import Overview, render
from kg.compliance.as_json import SCHEMA
from kg.errors import NotFound
from kg.rdfio import parse_quads
from kg.terms import RdfFormat

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
CREDIT = "model-version:mlflow/credit/1"


def rendered(made: Overview, story: KnowledgeGraph, format_: str) -> str:
    return render(made, format_, story.names)


def found(made: Overview) -> Counter[str]:
    """How many results of each rule."""
    return Counter(entry.rule.name for entry in made.entries if entry.rule)


def upcoming(made: Overview) -> set[str]:
    """The rules that do not apply yet and would find something."""
    return {entry.rule.name for entry in made.upcoming if entry.rule}


def test_json_is_what_its_schema_says(made: Overview, story: KnowledgeGraph) -> None:
    """The schema is a schema, and closed, so that a key without description is an error."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    document = json.loads(rendered(made, story, "json"))

    assert list(Draft202012Validator(schema).iter_errors(document)) == []
    assert document["waived"] == 1
    assert sum(document["counts"].values()) + 1 == len(document["results"])
    assert len(document["upcoming"]) == len(made.upcoming) > 0
    assert {result["effectiveFrom"] for result in document["upcoming"]} == {"2027-12-02"}


def test_a_waived_finding_stays_and_names_its_waiver(made: Overview, story: KnowledgeGraph) -> None:
    """By whom, until when, why, and what it would be without; one not approved changes nothing."""
    results = json.loads(rendered(made, story, "json"))["results"]
    waived = next(r for r in results if r["rule"] == "R27")
    ranking = next(r for r in results if r["focus"] == "model:mlflow/ranking")

    assert waived["severity"] == "Info"
    assert waived["waiver"] == {
        "id": "waiver:jira/1",
        "requestedBy": ["person:org/lead"],
        "approvedBy": ["person:org/validator"],
        "until": "2027-03-31T12:00:00Z",
        "reason": "The successor comes in March.",
        "severity": "Violation",
    }
    assert (ranking["severity"], ranking["waiver"]) == ("Violation", None)
    assert ranking["waiversNotCounting"] == [
        {"id": "waiver:jira/2", "reason": "nobody has approved it"}
    ]


def test_evidence_is_the_way_with_who_says_so(made: Overview) -> None:
    """From the finding's subject up to the deprecated data, a relation and a source each step."""
    entry = next(entry for entry in made.entries if entry.rule and entry.rule.name == "R27")

    assert [(step.node, step.relation, step.source) for step in entry.evidence] == [
        (CREDIT, "mlg:usesFeature", "curated"),
        ("feature-version:bureau/score/1", "prov:wasDerivedFrom", "curated"),
        ("dataset:s3://lake/scores", "", ""),
    ]


def test_summaries_add_up(made: Overview) -> None:
    """Each finding here has one risk level or none, so the rows add up; the worst come first."""
    by_title = {summary.title: summary.rows for summary in made.summaries}

    totals = [sum(row.counts.values()) + row.waived for row in by_title["Risk level"]]
    assert sum(totals) == len(made.entries)
    high = next(row for row in by_title["Risk level"] if row.name == "eu-aiact:RiskLevelHigh")
    assert high.waived == 1
    assert {row.name for row in by_title["Domain"]} == {
        "domain:org/discovery",
        "domain:org/payments",
        "none stated",
    }
    worst = [row.counts["Violation"] for row in by_title["Owner"]]
    assert worst == sorted(worst, reverse=True)


def test_sums_by_pack_count_a_finding_in_each_pack_of_its_rule(made: Overview) -> None:
    """As packs.ttl lists them; what is upcoming is in no sum."""
    rows = next(summary.rows for summary in made.summaries if summary.title == "Pack")

    waived = {row.name for row in rows if row.waived}
    assert waived == {"house", "nist-ai-rmf"}
    sums = {row.name: sum(row.counts.values()) + row.waived for row in rows}
    assert sums == Counter(pack for entry in made.entries for pack in entry.packs)


@pytest.mark.parametrize(
    ("wanted", "rules"),
    [
        ({"asset": "model:mlflow/ranking"}, ["R01", "R17"]),
        ({"asset": "model:mlflow/credit"}, ["R15", "R17", "R21", "R27"]),
        ({"asset": "deployment:k8s/credit-1"}, ["R17", "R21"]),
        ({"team": "team:org/risk-ml"}, ["R15", "R17", "R21", "R27"]),
        ({"domain": "discovery"}, ["R01", "R17"]),
        ({"domain": "payments", "source": "GOVERN 1.7"}, ["R27"]),
    ],
    ids=str,
)
def test_a_report_can_be_narrowed(
    story: KnowledgeGraph, wanted: dict[str, str], rules: list[str]
) -> None:
    """To an asset with its versions and deployments, a team with its members, a domain, a text."""
    narrowed = report(story, read_selection(story, **wanted), as_of=AS_OF)

    assert set(found(narrowed)) == set(rules)
    assert set(narrowed.narrowed) == set(wanted)


def test_what_is_upcoming_is_narrowed_too(story: KnowledgeGraph) -> None:
    """Before the duties of the AI Act for high-risk systems apply, and on the day they do."""
    annex = read_selection(story, source="annex iv")
    before = report(story, annex, as_of=AS_OF)
    after = report(story, annex, as_of=datetime(2027, 12, 2, tzinfo=UTC))

    rules = {"R05", "R08", "R18", "R31"}
    assert (set(found(before)), upcoming(before)) == (set(), rules)
    assert rules <= set(found(after))
    assert upcoming(after) == set()


def test_a_report_of_a_pack_asks_its_rules_alone(story: KnowledgeGraph) -> None:
    """And says so; a pack that there is not is an error."""
    made = report(story, as_of=AS_OF, packs=["iso-42001"])

    assert set(found(made)) == {"R01"}
    assert upcoming(made) == {"R05", "R09", "R23"}
    assert made.narrowed == {"packs": "iso-42001"}
    with pytest.raises(NotFound):
        report(story, packs=["iso-42002"])


def test_narrowing_to_what_is_not_known_is_an_error(story: KnowledgeGraph) -> None:
    """An empty report for a misspelt team would read as a clean one."""
    with pytest.raises(NotFound):
        read_selection(story, team="team:org/risk-mll")


def test_sarif_is_of_the_official_schema(
    made: Overview, story: KnowledgeGraph, conformance: Path
) -> None:
    """SARIF 2.1.0, OASIS."""
    file = conformance / "sarif" / "sarif-schema-2.1.0.json"
    if not file.is_file():
        pytest.skip("the SARIF schema is not on this machine")
    schema = json.loads(file.read_text(encoding="utf-8"))

    log = json.loads(rendered(made, story, "sarif"))

    assert list(validator_for(schema)(schema).iter_errors(log)) == []


def test_sarif_refers_to_its_rules_and_suppresses_what_is_waived(
    made: Overview, story: KnowledgeGraph
) -> None:
    """SARIF 3.27.5 to 3.27.7, 3.27.23: id and index agree; a suppressed result stays."""
    (run,) = json.loads(rendered(made, story, "sarif"))["runs"]
    rules = run["tool"]["driver"]["rules"]

    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == len(made.entries) + len(made.upcoming)
    later = [r for r in run["results"] if r.get("kind") == "informational"]
    assert [r["level"] for r in later] == ["none"] * len(made.upcoming)
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    suppressed = [r for r in run["results"] if "suppressions" in r]
    assert [(r["ruleId"], r["level"]) for r in suppressed] == [("R27", "note")]
    flow = suppressed[0]["codeFlows"][0]["threadFlows"][0]["locations"]
    names = [step["location"]["logicalLocations"][0]["name"] for step in flow]
    assert names == [CREDIT, "feature-version:bureau/score/1", "dataset:s3://lake/scores"]
    prints = [r["partialFingerprints"]["finding/v1"] for r in run["results"]]
    assert len(set(prints)) == len(prints)


def test_junit_is_read_by_a_parser_of_build_servers(made: Overview, story: KnowledgeGraph) -> None:
    """Failures are what counts; waived and upcoming cases are skipped, rules that hold pass."""
    suites = JUnitXml.fromstring(rendered(made, story, "junit").encode())
    cases: list[Any] = [case for suite in suites for case in suite]
    outcomes = Counter(type(result) for case in cases for result in case.result)

    counts = made.report.counts
    assert outcomes[Failure] == suites.failures == counts["Violation"] + counts["Warning"]
    assert outcomes[Skipped] == suites.skipped == 1 + len(made.upcoming)
    held = len(made.report.rules) - len(found(made)) - len(upcoming(made))
    assert suites.tests == len(cases) == len(made.entries) + len(made.upcoming) + held


def test_csv_has_a_line_a_finding_and_no_formula(made: Overview, story: KnowledgeGraph) -> None:
    """What a spreadsheet would evaluate is made text."""
    rows = list(csv.DictReader(io.StringIO(rendered(made, story, "csv"))))

    assert len(rows) == len(made.entries) + len(made.upcoming)
    assert sum(bool(row["upcomingFrom"]) for row in rows) == len(made.upcoming)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]
    waived = next(row for row in rows if row["waived"])
    assert waived["evidence"].endswith("> dataset:s3://lake/scores")
    assert waived["owners"] == "person:org/lead"


@pytest.mark.parametrize(("format_", "rdf"), [("turtle", "TURTLE"), ("json-ld", "JSON_LD")])
def test_rdf_says_what_was_waived(
    made: Overview, story: KnowledgeGraph, format_: str, rdf: str
) -> None:
    """The result is of severity sh:Info and names the waiver."""
    quads = parse_quads(
        rendered(made, story, format_).encode(), getattr(RdfFormat, rdf), where="report"
    )
    said = {(quad.predicate.value.rpartition("#")[2], str(quad.object)) for quad in quads}

    assert ("waivedBy", f"<{story.names.parse('waiver:jira/1').value}>") in said
    assert ("waivedSeverity", "<http://www.w3.org/ns/shacl#Violation>") in said


def test_the_page_is_sound_html_that_needs_nothing(made: Overview, story: KnowledgeGraph) -> None:
    """It parses without any error, fetches nothing, and its tables and lists are labelled."""
    page = rendered(made, story, "html")

    html5rdf.HTMLParser(strict=True).parse(page)
    assert not re.search(r"<(script|link|img|iframe|object)\b|(?:src|href)\s*=|@import|url\(", page)
    assert page.count("<caption>") == page.count("<table>") == 5
    assert '<html lang="en">' in page
    assert "Credit <b>1</b>" not in page
    assert "Credit &lt;b&gt;1&lt;/b&gt;" in page
    for words in (
        "Waived by waiver:jira/1",
        "waiver:jira/2 does not count",
        "usesFeature",
        "@media print",
    ):
        assert words in page


def test_a_page_that_is_not_complete_says_why(made: Overview, story: KnowledgeGraph) -> None:
    """Nobody takes half an answer for the whole."""
    half = replace(made, reasons=("the graph went on to revision 9",))

    assert "Not complete" in rendered(half, story, "html")
    document = json.loads(rendered(half, story, "json"))
    assert (document["complete"], document["reasons"]) == (False, list(half.reasons))
