"""Fixtures: graphs that judge what may enter, and records that are sane or not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.app import KnowledgeGraph


@pytest.fixture
def judging() -> Iterator[KnowledgeGraph]:
    """A fresh graph in memory that judges every record, as graphs do."""
    with KnowledgeGraph.in_memory() as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A graph on disk, closed."""
    KnowledgeGraph.create(tmp_path / "graph").close()
    return tmp_path / "graph"
