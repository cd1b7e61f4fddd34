"""Fixtures: one estate in memory and its gate, which no test changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from gate_estate import RULES, fill

from kg.app import KnowledgeGraph
from kg.app.gate import Gate


@pytest.fixture(scope="session")
def gate() -> Iterator[Gate]:
    """The gate of the estate."""
    with KnowledgeGraph.in_memory() as graph, Gate(fill(graph), RULES) as opened:
        yield opened
