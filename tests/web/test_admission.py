"""A place is given back when an answer is closed, dropped, or never came to be."""

from __future__ import annotations

import gc

import pytest

from kg.app import KnowledgeGraph
from kg.errors import QuerySyntaxError
from kg.sparql.executor import InProcessExecutor, QueryRequest
from kg.sparql.results import format_named
from kg.web.admission import AdmittingExecutor

_JSON = format_named("json", "ASK")


@pytest.fixture
def executor(graph: KnowledgeGraph) -> AdmittingExecutor:
    """An executor with one place."""
    return AdmittingExecutor(InProcessExecutor(graph.store), 1)


def test_an_answer_that_is_closed_gives_its_place_back(executor: AdmittingExecutor) -> None:
    """Once, however often it is closed."""
    for _ in range(3):
        answer = executor.execute(QueryRequest("ASK {}", _JSON))
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
