"""What the gate answers: each case of cases.yaml, and what every verdict holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from gate_estate import AS_OF, HERE, RULES, content, fill, question, records

import kg.app.gate.answering
from kg.app import KnowledgeGraph
from kg.app.gate import Gate, Question
from kg.errors import InputError, NotFound
from kg.gate.text import to_text
from kg.model import Batch

CASES = yaml.load((HERE / "cases.yaml").read_text(encoding="utf-8"), yaml.SafeLoader)


def _plain(value: Any) -> Any:
    """The case with times as they were written; YAML reads them as objects."""
    return json.loads(
        json.dumps(value, default=lambda time: time.isoformat().replace("+00:00", "Z"))
    )


def _pairs(findings: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(finding["rule"], finding["focus"]) for finding in findings}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_the_answer(case: dict[str, Any], gate: Gate) -> None:
    """By exactly the findings expected, and nothing of what was asked is written."""
    case = _plain(case)
    said = (case.get("change"), case.get("withdraw", ()))
    asked = question(case.get("asset"), case.get("purpose"), *said)
    if "before" in case:
        with KnowledgeGraph.in_memory() as graph, Gate(fill(graph), RULES) as own:
            graph.ingest([Batch(records(case["before"]))])
            _judge(own, asked, case)
    else:
        _judge(gate, asked, case)


def _judge(gate: Gate, asked: Question, case: dict[str, Any]) -> None:
    before = content(gate.graph)
    verdict = gate.ask(asked)
    assert content(gate.graph) == before
    found = verdict.content
    refusing = [finding for finding in found["findings"] if finding["refuses"]]
    assert _pairs(refusing) == {tuple(pair) for pair in case.get("refused", ())}
    assert verdict.allowed is not bool(refusing)
    assert _pairs(found["closed"]) == {tuple(pair) for pair in case.get("closes", ())}
    assert found["waived"] == case.get("waived", 0)
    assert bool(found["standing"]) is case.get("standing", False)
    assert all(finding["remedy"] for finding in refusing)


def test_what_a_verdict_tells(gate: Gate) -> None:
    """State, rules with their nodes, evidence paths, whom to tell; the same when asked again."""
    asked = question("dataset:w/orders", "removal")
    verdict = gate.ask(asked)
    found = verdict.content
    assert (found["asset"], found["purpose"]) == ("dataset:w/orders", "removal")
    assert (found["revision"], found["asOf"]) == (1, "2026-11-01T00:00:00Z")
    assert {"name": "G01", "iri": "https://w3id.org/mlg/rules/G01", "nodes": 1} in found["rules"]
    (finding,) = found["findings"]
    assert [step["node"] for step in finding["evidence"]] == [
        *("deployment:o/basket-1", "model-version:r/basket/1", "run:a/1"),
        *("dataset-version:w/orders/1", "dataset:w/orders"),
    ]
    assert [step["relation"] for step in finding["evidence"]] == [
        *("mlg:deploys", "prov:wasGeneratedBy", "prov:used", "dcat:isVersionOf", ""),
    ]
    assert found["tell"] == ["team:o/ml"]
    assert gate.ask(asked).digest == verdict.digest


def test_findings_beyond_the_bound_of_ways_are_told_without(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They refuse like others, and the verdict says that it is not complete."""
    asked = question("dataset:w/orders", "removal")
    assert gate.ask(asked).content["complete"]
    monkeypatch.setattr(kg.app.gate.answering, "MOST_STEPS", 0)
    verdict = gate.ask(asked)
    (finding,) = verdict.content["findings"]
    assert (finding["refuses"], finding["evidence"]) == (True, [])
    assert not verdict.content["complete"]
    assert "not complete: the ways of 1 findings are not told" in to_text(verdict.to_json())


def test_a_rule_that_does_not_apply_yet_is_told_and_does_not_refuse(gate: Gate) -> None:
    """The same question as of a later instant is refused by it."""
    risky = [
        {"id": "model:r/other", "type": "Model", "title": "Other", "riskLevel": "RiskLevelHigh"}
    ]
    asked = question("model-version:r/basket/2", "production", risky)
    now = gate.ask(asked).content
    assert now["allowed"]
    assert "R09" in {finding["rule"] for finding in now["upcoming"]}
    later = gate.ask(Question(asked.asset, asked.purpose, as_of=AS_OF.replace(year=2028)))
    assert "R09" in {finding["rule"] for finding in later.content["findings"]}


def test_packs_and_severity_can_be_chosen(gate: Gate) -> None:
    """Fewer rules are asked; a warning refuses where it is told to."""
    asked = question("model-version:r/basket/3", "production")
    few = gate.ask(Question(asked.asset, asked.purpose, as_of=AS_OF, packs=("gdpr",)))
    assert few.allowed
    assert few.content["packs"] == ["gdpr"]
    assert "R17" not in {rule["name"] for rule in few.content["rules"]}
    unlicensed = [
        {"id": "dataset:w/orders", "type": "Dataset", "title": "Orders", "owner": "team:o/ml"}
    ]
    mild = question("model-version:r/basket/2", "production", unlicensed)
    assert gate.ask(mild).allowed
    strict = Question(mild.asset, mild.purpose, mild.change, AS_OF, refuses_from="Warning")
    assert not gate.ask(strict).allowed


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        (question(), InputError, "not said for what"),
        (question("model-version:r/basket/2"), InputError, "not said for what"),
        (question("model-version:r/basket/2", "prodction"), NotFound, "no gate purpose"),
        (question(None, "production"), InputError, "asked of a thing"),
        (question("dataset:w/orders", "merge"), InputError, "asked of a change"),
        (question("model:r/basket", "production"), InputError, "is no version"),
        (question("model-version:r/baskt/2", "production"), NotFound, "nothing is known"),
        (question("rubbish", "removal"), NotFound, "nothing is known"),
        (Question("dataset:w/orders", "removal", packs=("none",)), NotFound, "no pack"),
    ],
)
def test_what_cannot_be_asked_is_explained(
    asked: Question, error: type[Exception], message: str, gate: Gate
) -> None:
    """One line that says what is wrong; the gate answers the next question all the same."""
    with pytest.raises(error, match=message):
        gate.ask(asked)
