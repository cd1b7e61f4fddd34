"""The estate that validation is measured on."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bench import company, estate
from kg.app import KnowledgeGraph
from kg.app.compliance import validate
from kg.connectors import native


def test_a_smaller_estate_is_how_a_larger_one_begins() -> None:
    """So that sizes can be compared."""
    assert list(company.nodes(500)) == list(islice(company.nodes(3_000), 500))


def test_nearly_everything_conforms(tmp_path: Path, graph: KnowledgeGraph) -> None:
    """Nothing is rejected, each node is one of its own, and a few things have a fault."""
    described = list(company.nodes(2_500))
    assert max(Counter(node["id"] for node in described).values()) == 1
    file = tmp_path / "estate.jsonl"
    estate.write_nodes(file, described)
    report = graph.ingest(native.batches([file], names=graph.names), merge=True)
    assert report.rejections == []
    found = validate(graph, as_of=datetime(2026, 11, 1, tzinfo=UTC)).results
    assert 0 < len(found) < 0.05 * len(described)
