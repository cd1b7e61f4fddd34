"""A small estate with findings, waivers and lineage, shared by the tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kg.app import KnowledgeGraph
from kg.app.reports import report
from kg.compliance import Overview
from kg.connectors import native

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="session")
def story() -> Iterator[KnowledgeGraph]:
    """The graph of story.yaml."""
    with KnowledgeGraph.in_memory() as graph:
        file = Path(__file__).with_name("story.yaml")
        outcome = graph.ingest(native.batches([file], names=graph.names))
        assert (outcome.rejections, outcome.warnings) == ([], [])
        yield graph


@pytest.fixture(scope="session")
def made(story: KnowledgeGraph) -> Overview:
    """The report of all of it."""
    return report(story, as_of=AS_OF)
