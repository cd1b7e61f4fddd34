"""A graph whose report is kept."""

from __future__ import annotations

import pytest
from kept_graph import Kept


@pytest.fixture
def kept() -> Kept:
    """An empty graph in memory, and its report."""
    return Kept()
