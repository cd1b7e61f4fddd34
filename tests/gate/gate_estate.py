"""The estate that the gate is asked about, on disk and in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kg.app import KnowledgeGraph
from kg.app.gate import Question
from kg.app.gate.rules import RulesInForce
from kg.commit import Change
from kg.connectors import native
from kg.iri import Names
from kg.model import Record
from kg.terms import NamedNode, Quad

HERE = Path(__file__).parent
AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
RULES = RulesInForce(None)
"""The shipped rules, read once for all tests."""

NAMES = Names("http://localhost:7077")


def fill(graph: KnowledgeGraph) -> KnowledgeGraph:
    """Put the estate into a fresh graph."""
    report = graph.ingest(native.batches([HERE / "estate.yaml"], names=graph.names), merge=True)
    assert (report.rejections, report.warnings) == ([], [])
    return graph


def records(nodes: Sequence[Any]) -> list[Record]:
    """The records of nodes in the native format."""
    batch = native.nodes_batch(json.loads(json.dumps(nodes)), "nodes", names=NAMES)
    assert (batch.rejections, batch.warnings) == ([], [])
    return batch.records


def withdrawn(identifiers: Sequence[str]) -> list[tuple[str, NamedNode]]:
    """What is withdrawn from the curated source."""
    return [(native.SOURCE, NAMES.parse(identifier)) for identifier in identifiers]


def question(
    asset: str | None = None,
    purpose: str | None = None,
    nodes: Sequence[Any] | None = None,
    withdraw: Sequence[str] = (),
) -> Question:
    """A question as of the estate's instant."""
    if nodes is None and not withdraw:
        return Question(asset, purpose, None, AS_OF)
    change = Change(records(nodes or ()), withdrawn(withdraw))
    return Question(asset, purpose, change, AS_OF)


def content(graph: KnowledgeGraph) -> tuple[frozenset[Quad], int]:
    """All that a graph holds, derived facts aside, and its revision."""
    quads = {
        quad for name in graph.store.graphs() for quad in graph.store.quads(None, None, None, name)
    }
    return frozenset(quads), graph.journal.revision()
