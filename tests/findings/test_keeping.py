"""A served graph keeps its report: at the start, with each commit, after what was too big."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest
from admitting import Anything
from kept_graph import Kept, shapes, story

from kg.app import KnowledgeGraph
from kg.app.graph import REPORT_KEPT
from kg.app.keeping import ReportKeeper
from kg.app.live import bring_up
from kg.app.verify import report_differences
from kg.commit import Change
from kg.config import DataDirectory
from kg.findings.ahead import Ahead
from kg.model import Record


def test_nobody_waits_for_a_report_that_takes_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others write while shapes are asked about everything, and the report has it."""
    with KnowledgeGraph.create(tmp_path / "data", admission=Anything()) as graph:
        written = [Record("test", node, triples) for node, triples in story().items()]
        graph.writer.commit(Change(written[:-2]), agent="somebody")
        ask = Ahead.ask

        def asking(self: Ahead, as_of: datetime) -> None:
            writer = Thread(
                target=graph.writer.commit, args=(Change(written[-2:]),), kwargs={"agent": "t"}
            )
            writer.start()
            writer.join(60)
            assert not writer.is_alive()
            ask(self, as_of)

        monkeypatch.setattr(Ahead, "ask", asking)
        live = bring_up(graph)

        assert live is not None
        assert live.revision == graph.revision == 2
        assert not list(DataDirectory(tmp_path / "data").overlays.iterdir())
        assert report_differences(graph, live)[1] == []


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to hold")


def test_it_is_brought_up_where_there_was_one(kept: Kept) -> None:
    """And follows commits from then on; a graph nobody asked about is left alone."""
    kept.put(story())
    keeper = ReportKeeper(kept.graph)
    kept.graph.findings.made = None
    time.sleep(1.2)
    assert kept.graph.findings.made is None

    kept.reopen()
    kept.graph.journal.set_setting(REPORT_KEPT, "kept")
    wait_until(lambda: kept.live.is_kept and kept.live.revision == 1)
    deployment = next(node for node in story() if "/deployment/" in node.value)
    kept.withdraw(deployment)
    assert kept.live.revision == 2
    keeper.close()

    assert kept.shapes is shapes()
    kept.as_of = kept.live.as_of or kept.as_of
    kept.check()
