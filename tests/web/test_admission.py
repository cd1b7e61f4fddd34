"""Places are shared out fairly, and given back however the work ends."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable

import pytest
from werkzeug.exceptions import ServiceUnavailable

from kg.app import KnowledgeGraph
from kg.errors import QuerySyntaxError
from kg.sparql.executor import InProcessExecutor, QueryRequest
from kg.sparql.results import format_named
from kg.web.admission import Admission, AdmittingExecutor

_JSON = format_named("json", "ASK")


@pytest.fixture
def executor(graph: KnowledgeGraph) -> AdmittingExecutor:
    """An executor with one place, for which nobody waits."""
    admission = Admission(1, each=1, queue=0)
    return AdmittingExecutor(InProcessExecutor(graph.store), admission, lambda: "somebody")


def test_an_answer_that_is_closed_gives_its_place_back(executor: AdmittingExecutor) -> None:
    """Once, however often it is closed."""
    for _ in range(3):
        answer = executor.execute(QueryRequest("ASK {}", _JSON))
        with pytest.raises(ServiceUnavailable):
            executor.execute(QueryRequest("ASK {}", _JSON))
        answer.close()
        answer.close()


def test_an_answer_that_nobody_reads_or_closes_gives_its_place_back(
    executor: AdmittingExecutor,
) -> None:
    """As when a client is gone before the first byte."""
    for _ in range(3):
        executor.execute(QueryRequest("ASK {}", _JSON))
        gc.collect()


def test_a_query_that_fails_takes_no_place(executor: AdmittingExecutor) -> None:
    """Nor do many."""
    for _ in range(3):
        with pytest.raises(QuerySyntaxError):
            executor.execute(QueryRequest("ASK {", _JSON))


def test_a_caller_leaves_places_to_others() -> None:
    """One takes two of three and no more; another gets the third."""
    admission = Admission(3, each=2, queue=0)
    admission.enter("greedy")
    admission.enter("greedy")
    with pytest.raises(ServiceUnavailable):
        admission.enter("greedy")
    admission.enter("other")
    admission.leave("greedy")
    admission.enter("greedy")


def test_who_waits_too_long_is_told_to_come_back() -> None:
    """And takes no place when one gets free later."""
    admission = Admission(1, each=1, seconds=0.05)
    admission.enter("first")
    with pytest.raises(ServiceUnavailable) as caught:
        admission.enter("second")
    assert caught.value.retry_after == 5
    admission.leave("first")
    admission.enter("third")


class _Waiting:
    """Callers that wait in threads of their own; ``served`` is the order they get places in."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self.served: list[str] = []
        self._threads: list[threading.Thread] = []

    def add(self, caller: str) -> None:
        """Let a caller wait, and see that it does."""
        before = len(self._admission._queue)
        self._threads.append(threading.Thread(target=self._wait, args=(caller,)))
        self._threads[-1].start()
        _eventually(lambda: len(self._admission._queue) == before + 1)

    def join(self) -> None:
        """Wait until all have been served."""
        for thread in self._threads:
            thread.join()

    def _wait(self, caller: str) -> None:
        self._admission.enter(caller)
        self.served.append(caller)
        self._admission.leave(caller)


def _eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_callers_with_fewest_places_come_first() -> None:
    """Who holds a place waits for those who hold none, however long he has waited."""
    admission = Admission(2, each=2, seconds=30)
    admission.enter("greedy")
    admission.enter("other")
    waiting = _Waiting(admission)
    for caller in ("greedy", "greedy", "new"):
        waiting.add(caller)
    admission.leave("other")
    waiting.join()
    assert waiting.served == ["new", "greedy", "greedy"]
    assert not admission._queue
    assert dict(admission._held) == {"greedy": 1}


def test_no_caller_fills_the_queue() -> None:
    """Two of one wait; the third is turned away at once, another caller is not."""
    admission = Admission(1, each=1, queue=2, seconds=30)
    admission.enter("busy")
    waiting = _Waiting(admission)
    waiting.add("greedy")
    waiting.add("greedy")
    with pytest.raises(ServiceUnavailable):
        admission.enter("greedy")
    waiting.add("other")
    admission.leave("busy")
    waiting.join()
    assert sorted(waiting.served) == ["greedy", "greedy", "other"]
