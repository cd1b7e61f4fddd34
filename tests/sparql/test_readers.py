"""Reader processes: limits that hold, and failures that stay with their query."""

from __future__ import annotations

import os
import signal
import threading
import time
import tracemalloc
from pathlib import Path

import pytest
from reader_cases import (
    COUNT,
    ENDLESS,
    GRAPH,
    HOG,
    JSON,
    LONG,
    OTHER,
    PoolMaker,
    ask,
    processes,
    quad,
)

from kg.errors import QueryAborted, QuerySyntaxError, QueryTimeout
from kg.sparql.executor import QueryRequest
from kg.store import EmbeddedStore, StorePatch


def test_all_forms_are_answered(make_pool: PoolMaker) -> None:
    """An answer comes with its media type and the revision it is true of."""
    pool = make_pool(size=1)
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"
    assert ask(pool, "ASK { ?s ?p 1 }") == b"true"
    assert ask(pool, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?o = 7) }").endswith(b" .\n")
    assert b"/7>" in ask(pool, "DESCRIBE <http://example.org/7>")
    answer = pool.execute(QueryRequest(COUNT, JSON))
    assert answer.media_type == "application/sparql-results+json"
    assert answer.revision == 1
    assert b'"1000"' in b"".join(answer)


def test_syntax_error_has_its_place_and_harms_nothing(make_pool: PoolMaker) -> None:
    """An error is raised before there is an answer; the reader goes on."""
    pool = make_pool(size=1)
    ids = processes(pool)
    with pytest.raises(QuerySyntaxError) as caught:
        pool.execute(QueryRequest("SELECT *\n{ ?s ?p }", JSON))
    assert caught.value.line == 2
    with pytest.raises(QueryAborted, match="custom function"):
        pool.execute(QueryRequest("SELECT (<urn:f>(1) AS ?x) {}", JSON))
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"
    assert processes(pool) == ids


@pytest.mark.parametrize("text", [ENDLESS, LONG])
def test_query_over_time_is_ended(make_pool: PoolMaker, text: str) -> None:
    """A cross product ends at its limit, with or without results so far; then all is well."""
    pool = make_pool(size=1, timeout=1.0)
    ask(pool, COUNT)
    start = time.monotonic()
    with pytest.raises(QueryTimeout, match="1 second"):
        for _ in pool.execute(QueryRequest(text, JSON)):
            pass
    assert 1.0 <= time.monotonic() - start < 1.5
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"


def test_query_over_memory_is_ended(make_pool: PoolMaker) -> None:
    """A sort of more than fits ends its reader, long before the time is up."""
    pool = make_pool(size=1, memory_limit=512 * 1024**2, timeout=60)
    with pytest.raises(QueryAborted, match="memory"):
        pool.execute(QueryRequest(HOG, JSON))
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"


def test_other_queries_do_not_notice(make_pool: PoolMaker) -> None:
    """While one reader is ended for its query another answers, all the time."""
    pool = make_pool(size=2, timeout=1.5)
    ask(pool, COUNT)
    errors: list[BaseException] = []

    def endless() -> None:
        try:
            pool.execute(QueryRequest(ENDLESS, JSON))
        except QueryTimeout as error:
            errors.append(error)

    thread = threading.Thread(target=endless)
    thread.start()
    answered = 0
    while thread.is_alive():
        assert ask(pool, COUNT) == b"n\r\n1000\r\n"
        answered += 1
    thread.join()
    assert len(errors) == 1
    assert answered > 10


def test_death_in_mid_stream_is_raised_to_who_reads(make_pool: PoolMaker) -> None:
    """An answer that breaks off is never taken for a whole one."""
    pool = make_pool(size=1)
    answer = pool.execute(QueryRequest(LONG, JSON))
    next(answer)
    (pid,) = processes(pool)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(QueryAborted):
        for _ in answer:
            pass


def test_a_stack_overflow_stays_in_its_reader(make_pool: PoolMaker) -> None:
    """Text that ends the engine's process, past any guard, is one aborted query."""
    pool = make_pool(size=1)
    nested = "(" * 200_000 + "1" + ")" * 200_000
    with pytest.raises(QueryAborted):
        pool.execute(QueryRequest(f"SELECT * {{ FILTER({nested})}}", JSON))
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"


def test_graphs_restrict_what_is_seen(make_pool: PoolMaker, store: EmbeddedStore) -> None:
    """Given graphs, a query sees those alone."""
    store.apply(StorePatch(2, added=[quad(1, OTHER)]))
    pool = make_pool(size=1)
    for text in (COUNT, COUNT.replace("{", "{ GRAPH ?g {") + "}"):
        for graphs, count in (([OTHER], b"1"), ([], b"0"), ([GRAPH, OTHER], b"100")):
            assert count in ask(pool, text, default_graphs=graphs, named_graphs=graphs)


def test_large_answer_is_streamed_in_bounded_memory(make_pool: PoolMaker) -> None:
    """Fifty megabytes pass through; neither side holds more than a few chunks."""
    pool = make_pool(size=1)
    (pid,) = processes(pool)
    tracemalloc.start()
    answer = pool.execute(QueryRequest(LONG, JSON))
    size = 0
    while size < 50_000_000:
        size += len(next(answer))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    resident = Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]
    answer.close()
    assert peak < 2_000_000
    assert int(resident) < 150_000


def test_slow_reader_of_an_answer_holds_nobody_up(make_pool: PoolMaker) -> None:
    """Who does not take his answer loses it at the limit, and the process is free again."""
    pool = make_pool(size=1, timeout=0.7)
    answer = pool.execute(QueryRequest(LONG, JSON))
    time.sleep(0.8)
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"
    with pytest.raises(QueryTimeout):
        for _ in answer:
            pass


def test_busy_readers_are_said_to_be_busy(make_pool: PoolMaker) -> None:
    """A query that finds no reader free in time is told so."""
    pool = make_pool(size=1)
    held = pool.execute(QueryRequest(LONG, JSON))
    pool._timeout = 0.2
    with pytest.raises(QueryTimeout, match="busy"):
        pool.execute(QueryRequest(COUNT, JSON))
    held.close()
