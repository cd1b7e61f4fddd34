"""The files of a store are put in order after loads that are a good part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.app import KnowledgeGraph
from kg.commit import replica
from kg.model import Batch, Description
from kg.namespaces import DCT, MLG
from kg.store import EmbeddedStore

SIZE = 40


def batches(graph: KnowledgeGraph, number: int) -> list[Batch]:
    """So many batches of datasets with a title."""
    return [
        Batch(
            [
                Description("curated", graph.names.mint("dataset", "t", f"{batch}-{place}"))
                .a(MLG.Dataset)
                .add(DCT.title, "A table")
                .record()
                for place in range(SIZE)
            ]
        )
        for batch in range(number)
    ]


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many quads there were each time that it was done, with bulk loads from few quads on."""
    monkeypatch.setattr(replica, "_BULK", SIZE)
    monkeypatch.setattr(replica, "_MANY", 3 * SIZE)
    found: list[int] = []
    optimize = EmbeddedStore.optimize

    def noting(self: EmbeddedStore) -> None:
        before = set(self.quads(None, None, None, None))
        optimize(self)
        assert set(self.quads(None, None, None, None)) == before
        found.append(len(before))

    monkeypatch.setattr(EmbeddedStore, "optimize", noting)
    return found


def test_a_run_ends_with_it_where_much_was_loaded(tmp_path: Path, settled: list[int]) -> None:
    """Not after little, and not again for what is little beside what is there."""
    with KnowledgeGraph.create(tmp_path / "data") as graph:
        graph.ingest(batches(graph, 1)[:1], source="curated")
        assert settled == []
        graph.ingest(batches(graph, 20), source="curated")
        assert len(settled) == 1
        more = [Batch(batch.records[:30]) for batch in batches(graph, 24)[20:]]
        graph.ingest(more, source="curated")
        assert len(settled) == 1


def test_a_store_made_anew_is_in_order(tmp_path: Path, settled: list[int]) -> None:
    with KnowledgeGraph.create(tmp_path / "data") as graph:
        graph.ingest(batches(graph, 2), source="curated")
        before = len(settled)
        graph.rebuild()
        assert len(settled) == before + 1
