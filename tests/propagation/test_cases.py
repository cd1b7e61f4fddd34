"""Each kind of label, flowing, stopped, weakened and unpinned: cases in ``cases.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from facts_read import derived

from kg.app import IngestReport, KnowledgeGraph
from kg.connectors import native
from kg.namespaces import compact
from kg.propagation import Carried, carried_by, derived_triples

CASES = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))


def put(graph: KnowledgeGraph, nodes: list[dict[str, Any]], folder: Path) -> IngestReport:
    file = folder / "case.yaml"
    file.write_text(yaml.safe_dump(nodes), encoding="utf-8")
    report = graph.ingest(native.batches([file], names=graph.names), merge=True)
    assert report.rejections == []
    return report


def line(graph: KnowledgeGraph, carried: Carried) -> str:
    label = "NODE" if "/genid/" in carried.label.value else compact(carried.label.value)
    marks = [
        f"{name} {steps}"
        for name, steps in (("weakened", carried.weakened), ("unpinned", carried.unpinned))
        if steps
    ]
    way = " ".join(graph.names.short(thing) for thing in carried.way)
    kind = carried.kind_name
    return f"{kind} {kind if label.endswith(f'/{kind}') else label} [{', '.join(marks)}] {way}"


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_case(case: dict[str, Any], graph: KnowledgeGraph, tmp_path: Path) -> None:
    """Put at once, and withdrawn one by one: at the end all is as it was."""
    before = derived(graph.store)
    put(graph, case["graph"], tmp_path)
    asked = graph.resolve(case["asked"])

    assert [line(graph, carried) for carried in carried_by(graph.store, asked)] == case["told"]
    for node in case["graph"]:
        graph.withdraw([graph.names.parse(node["id"])], source="curated", agent="test")
        assert derived(graph.store) == set(derived_triples(graph.store))
    assert derived(graph.store) == before


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_case_in_another_order(
    case: dict[str, Any], graph: KnowledgeGraph, tmp_path: Path
) -> None:
    """Put one by one, last first, the facts are those of one commit."""
    for node in reversed(case["graph"]):
        put(graph, [node], tmp_path)
    asked = graph.resolve(case["asked"])

    assert [line(graph, carried) for carried in carried_by(graph.store, asked)] == case["told"]
