"""Fixtures shared by all tests: where the official suites and recorded inputs lie."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from admitting import Anything

from kg.app import IngestReport, KnowledgeGraph
from kg.connectors import native

REPOSITORY = Path(__file__).resolve().parent.parent
_SHARED = REPOSITORY.parent / "shared"


def _folder(path: Path) -> Path:
    if not path.is_dir():
        pytest.skip(f"{path.name} is not on this machine")
    return path


@pytest.fixture(scope="session")
def conformance() -> Path:
    """The folder of official test suites and shape files."""
    return _folder(Path(os.environ.get("KG_CONFORMANCE", _SHARED / "conformance")))


@pytest.fixture(scope="session")
def fixtures_dir() -> Path:
    """The folder of inputs recorded from real tools."""
    return _folder(Path(os.environ.get("KG_FIXTURES", _SHARED / "fixtures")))


@pytest.fixture(scope="session")
def vocab_dir() -> Path:
    """The folder of published ontologies."""
    return _folder(Path(os.environ.get("KG_VOCAB", _SHARED / "vocab")))


@pytest.fixture
def graph() -> Iterator[KnowledgeGraph]:
    """A fresh graph in memory into which anything may be put, as it may have been before shapes.

    What may enter a graph is tested with graphs that judge it, see ``tests/admission``.
    """
    with KnowledgeGraph.in_memory(admission=Anything()) as opened:
        yield opened


Load = Callable[[KnowledgeGraph, str], IngestReport]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Puts native YAML text into a graph; fails the test where a record is rejected."""

    def put(graph: KnowledgeGraph, text: str) -> IngestReport:
        file = tmp_path / f"input-{next(_numbers)}.yaml"
        file.write_text(text, encoding="utf-8")
        report = graph.ingest(native.batches([file], names=graph.names), merge=True)
        assert report.complete
        return report

    return put


_numbers = itertools.count()
