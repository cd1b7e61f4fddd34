"""The index against a store replayed to each revision, however the index came to be."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from admitting import Anything
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_changes import Put, commit, commits
from index_oracle import assert_index_is_journal, assert_view_is_store

import kg.index.closure
import kg.index.lineage
from kg.app import KnowledgeGraph
from kg.index import open_snapshot

SETTINGS = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(params=["few changes in memory", "each commit a new base"])
def compaction(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with the written arrays left behind, and with arrays at every commit."""
    if request.param == "each commit a new base":
        monkeypatch.setattr(kg.index.lineage, "_FEWEST", 0)


@pytest.fixture(params=["row by row", "by arrays"])
def searching(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with closures walked row by row, and with all searched as arrays."""
    if request.param == "by arrays":
        monkeypatch.setattr(kg.index.closure, "SMALL", 0)
        monkeypatch.setattr(kg.index.closure, "FEW", 0)


@SETTINGS
@given(changes=commits)
@pytest.mark.usefixtures("compaction", "searching")
def test_every_revision_is_what_a_store_at_it_says(changes: list[list[Put]]) -> None:
    """After each of a sequence of commits, and for all revisions at the end."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        for puts in changes:
            commit(graph, puts)
            assert_index_is_journal(graph, [graph.revision])
        assert_index_is_journal(graph)


@SETTINGS
@given(changes=commits, first=st.integers(0, 6))
@pytest.mark.usefixtures("compaction")
def test_it_is_the_same_after_opening_rebuilding_and_export(
    changes: list[list[Put]], first: int
) -> None:
    """Closed and opened between commits; then made anew; then read as another process does."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        KnowledgeGraph.create(folder / "graph").close()
        for part in (changes[:first], changes[first:]):
            with KnowledgeGraph.open(folder / "graph", admission=Anything()) as graph:
                for puts in part:
                    commit(graph, puts)
        with KnowledgeGraph.open(folder / "graph", admission=Anything()) as graph:
            assert_index_is_journal(graph)
            graph.index.export(folder / "snapshot")
            snapshot = open_snapshot(folder / "snapshot")
            assert snapshot.revision == graph.revision
            assert_view_is_store(snapshot, graph.journal, graph.ontology)
            graph.rebuild()
            assert_index_is_journal(graph)
