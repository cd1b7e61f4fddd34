"""Fixtures shared by all tests: where the official suites and recorded inputs lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
