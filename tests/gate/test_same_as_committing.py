"""The gate against the truth: what a full validation finds before and after the change is made."""

from __future__ import annotations

from typing import Any, Final

import pytest
from admitting import Anything
from gate_estate import AS_OF, RULES, fill, question, records, withdrawn
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.app import KnowledgeGraph
from kg.app.compliance import judge
from kg.app.gate import Gate
from kg.model import Batch
from kg.shacl import Report

Node = dict[str, Any]
Key = tuple[str | None, str, str, str | None, str]

OWNER: Final = st.sampled_from(["team:o/ml", "person:o/dev", "team:o/none"])
DATA: Final = st.sampled_from(["dataset-version:w/orders/1", "dataset-version:w/notes/1"])
STATUS: Final = st.sampled_from(["active", "deprecated", "retired", "retracted"])
DAY: Final = st.sampled_from(["2026-09-12T08:00:00Z", "2026-10-12T08:00:00Z"])
VERSION: Final = st.sampled_from([f"model-version:r/basket/{number}" for number in range(1, 5)])
SAID: Final[dict[tuple[str, str], dict[str, st.SearchStrategy[str]]]] = {
    ("dataset-version:w/orders/1", "DatasetVersion"): {
        "versionOf": st.just("dataset:w/orders"),
        "status": STATUS,
        "personalData": st.just("Age"),
    },
    ("dataset:w/orders", "Dataset"): {"owner": OWNER, "status": STATUS, "license": st.just("MIT")},
    ("run:a/1", "Run"): {"uses": DATA, "technicalMeasure": st.just("Anonymisation")},
    ("model:r/basket", "Model"): {"owner": OWNER, "purpose": st.just("Personalisation")},
    ("model-version:r/basket/1", "ModelVersion"): {
        "versionOf": st.just("model:r/basket"),
        "generatedBy": st.sampled_from(["run:a/1", "run:a/3"]),
        "status": STATUS,
    },
    ("deployment:o/basket-1", "Deployment"): {
        "deploys": VERSION,
        "servedBy": st.just("service:o/shop"),
        "endedAt": DAY,
    },
    ("evaluation:a/1", "Evaluation"): {"evaluates": VERSION, "endedAt": DAY},
    ("team:o/ml", "Team"): {"status": STATUS},
    ("service:o/shop", "Service"): {"owner": OWNER},
}
NODES: Final = st.one_of(
    st.fixed_dictionaries({"id": st.just(name), "type": st.just(kind)}, optional=said)
    for (name, kind), said in SAID.items()
)
CHANGES: Final = st.lists(NODES, min_size=1, max_size=3, unique_by=lambda node: node["id"])
GONE: Final = st.lists(st.sampled_from([name for name, _ in SAID]), max_size=2)


def _keys(report: Report) -> set[Key]:
    return {
        (
            result.rule.name if result.rule else None,
            result.focus.value,
            result.level,
            result.value.value if result.value is not None else None,
            result.message,
        )
        for result in report.results
    }


def _compare(nodes: list[Node], gone: list[str]) -> None:
    with KnowledgeGraph.in_memory(admission=Anything()) as graph, Gate(fill(graph), RULES) as gate:
        shapes = RULES.of().shapes
        before = _keys(judge(graph, shapes, AS_OF))
        verdict = gate.ask(question(nodes=nodes, withdraw=gone))
        told = verdict.overview.report
        closed = verdict.content["closed"]
        graph.ingest([Batch(records(nodes), withdrawn(gone))])
        after = _keys(judge(graph, shapes, AS_OF))
    assert _keys(told) == after - before
    assert {(c["rule"], c["focusIri"], c["severity"]) for c in closed} == {
        key[:3] for key in before - after
    }
    assert len(closed) == len(before - after)
    assert verdict.allowed is not any(key[2] == "Violation" for key in after - before)


@given(nodes=CHANGES, gone=GONE)
@example(nodes=[], gone=["evaluation:a/1", "team:o/ml"])
@settings(max_examples=2, deadline=None)
def test_what_is_new_is_what_a_commit_brings(nodes: list[Node], gone: list[str]) -> None:
    """New and closed findings are those of full validations before and after a real commit."""
    _compare(nodes, gone)


@pytest.mark.slow
@given(nodes=CHANGES, gone=GONE)
@settings(max_examples=60, deadline=None)
def test_what_is_new_is_what_a_commit_brings_whatever_it_is(
    nodes: list[Node], gone: list[str]
) -> None:
    """The same for many changes."""
    _compare(nodes, gone)


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_promotion_is_judged_as_a_real_deployment_is(number: int) -> None:
    """The findings in the scope are those of a full validation after what was supposed is so."""
    name = f"model-version:r/basket/{number}"
    with KnowledgeGraph.in_memory(admission=Anything()) as graph, Gate(fill(graph), RULES) as gate:
        verdict = gate.ask(question(name, "production"))
        deployment = f"deployment:supposed/model-version/r/basket/{number}/o/shop"
        node = {
            "id": deployment,
            "type": "Deployment",
            "deploys": name,
            "servedBy": "service:o/shop",
            "overseenBy": "person:o/dev",
            "startedAt": "2026-11-01T00:00:00Z",
        }
        graph.ingest([Batch(records([node]))])
        everything = _keys(judge(graph, RULES.of().shapes, AS_OF))
    found = _keys(verdict.overview.report)
    assert found <= everything
    about = {graph.names.parse(text).value for text in (name, deployment)}
    assert {key for key in everything if key[1] in about} == {k for k in found if k[1] in about}
