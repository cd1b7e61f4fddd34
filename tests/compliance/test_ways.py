"""The ways of findings of rules that read labels: those of the facts, in every format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from admitting import Anything
from jsonschema import Draft202012Validator

from kg.app import KnowledgeGraph
from kg.app.gate import Gate, Question
from kg.app.reports import report
from kg.commit import Change
from kg.compliance import Overview, render
from kg.compliance.as_json import SCHEMA
from kg.compliance.overview import Entry
from kg.connectors import native
from kg.gate.text import to_text
from kg.instants import read_instant
from kg.propagation import carried_by

CASES = yaml.safe_load(Path(__file__).with_name("ways.yaml").read_text(encoding="utf-8"))
AS_OF = read_instant("2026-11-23T00:00:00Z")
JOINED = "dataset-version:t/joined/1"
IN_ONE_LINE = f"{JOINED} > dataset-version:t/aliased/1 > (weakened) dataset:t/people"


@pytest.fixture(scope="module")
def flowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """The graph of ways.yaml."""
    file = tmp_path_factory.mktemp("ways") / "graph.yaml"
    file.write_text(yaml.safe_dump(CASES["graph"]), encoding="utf-8")
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        assert graph.ingest(native.batches([file], names=graph.names)).rejections == []
        yield graph


@pytest.fixture(scope="module")
def found(flowing: KnowledgeGraph) -> Overview:
    """The report of all of it."""
    return report(flowing, as_of=AS_OF)


def entry(found: Overview, rule: str, focus: str, value: str) -> Entry:
    return next(
        entry
        for entry in found.entries
        if entry.rule
        and entry.rule.name == rule
        and (entry.finding.focus, entry.finding.value) == (focus, value)
    )


@pytest.mark.parametrize("case", CASES["ways"], ids=[case["case"] for case in CASES["ways"]])
def test_the_way_of_a_finding(case: dict[str, Any], found: Overview) -> None:
    """From its subject to the origin of the label."""
    steps = entry(found, *case["of"]).evidence

    told = [[step.node, step.relation, step.source, step.mark] for step in steps]
    assert told == case["told"]


def test_each_finding_of_a_label_has_the_way_that_the_fact_has(
    flowing: KnowledgeGraph, found: Overview
) -> None:
    """As kg carries tells it, whatever lineage there is besides."""
    read = [e for e in found.entries if e.rule and e.rule.name in {"R11", "R12", "R13", "R16"}]
    assert len(read) > len(CASES["ways"])
    for finding in read:
        assert finding.rule is not None
        facts = carried_by(flowing.store, flowing.resolve(finding.finding.focus))
        ways = [
            ([flowing.names.short(thing) for thing in fact.way], [*fact.marks, ""])
            for fact in facts
            if fact.kind.value == finding.rule.label
        ]
        steps = finding.evidence
        assert ([step.node for step in steps], [step.mark for step in steps]) in ways


def test_every_format_shows_the_marks(flowing: KnowledgeGraph, found: Overview) -> None:
    """JSON as its schema says, CSV and JUnit in one line, SARIF as a code flow, and the page."""
    wanted = ("R12", JOINED, "pd:EmailAddress")
    index = found.entries.index(entry(found, *wanted))
    documents = {f: render(found, f, flowing.names) for f in ("json", "csv", "junit", "sarif")}

    document = json.loads(documents["json"])
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(document)) == []
    assert [s["mark"] for s in document["results"][index]["evidence"]] == ["", "weakened", ""]
    rows = list(csv.DictReader(io.StringIO(documents["csv"])))
    assert rows[index]["evidence"] == IN_ONE_LINE
    assert IN_ONE_LINE.replace(">", "&gt;") in documents["junit"]
    (flow,) = json.loads(documents["sarif"])["runs"][0]["results"][index]["codeFlows"]
    said = [place["location"]["message"]["text"] for place in flow["threadFlows"][0]["locations"]]
    assert said == [
        "prov:wasDerivedFrom, says curated",
        "mlg:carriesFrom, weakened",
        "where it begins",
    ]
    assert "mlg:carriesFrom<br><em>weakened</em>" in render(found, "html", flowing.names)


def test_the_gate_tells_the_way_of_what_would_flow(flowing: KnowledgeGraph) -> None:
    """Of a version that only the change makes; the facts are those of the copy."""
    node = {"id": "dataset-version:t/copy/1", "type": "DatasetVersion", "derivedFrom": JOINED}
    batch = native.nodes_batch([node], "change", names=flowing.names)
    assert batch.rejections == []
    with Gate(flowing) as gate:
        verdict = gate.ask(Question(change=Change(batch.records), as_of=AS_OF))
    told = to_text(verdict.to_json())

    assert f"by way of: dataset-version:t/copy/1 > {IN_ONE_LINE}\n" in told
