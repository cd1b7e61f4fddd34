"""A served graph keeps its report: at the start, with each commit, after what was too big."""

from __future__ import annotations

import time
from collections.abc import Callable

from kept_graph import Kept, shapes, story

from kg.app.graph import REPORT_KEPT
from kg.app.keeping import ReportKeeper


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
