"""Reader processes: limits that hold, failures that stay with their query, and no remains."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.errors import InputError, QueryAborted, QuerySyntaxError, QueryTimeout
from kg.sparql.prologue import query_form
from kg.sparql.readers import ReaderPool
from kg.sparql.results import format_named
from kg.store import EmbeddedStore, StorePatch
from kg.terms import Literal, NamedNode, Quad

GRAPH = NamedNode("http://example.org/g")
OTHER = NamedNode("http://example.org/h")
PREDICATE = NamedNode("http://example.org/p")
JSON = format_named("json", "SELECT")

COUNT = "SELECT (COUNT(*) AS ?n) { ?s <http://example.org/p> ?o }"
CROSS = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {CROSS}"
LONG = f"SELECT * {CROSS}"
HOG = f"SELECT * {CROSS} ORDER BY ?a ?d ?g ?j"


def quad(number: int, graph: NamedNode = GRAPH) -> Quad:
    """One of the quads that the store holds."""
    return Quad(NamedNode(f"http://example.org/{number}"), PREDICATE, Literal(number), graph)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    """A store on disk with a thousand quads, at revision 1."""
    store = EmbeddedStore.open(tmp_path / "store")
    store.load((quad(number) for number in range(1000)), 1)
    yield store
    store.close()


PoolMaker = Callable[..., ReaderPool]


@pytest.fixture
def make_pool(store: EmbeddedStore, tmp_path: Path) -> Iterator[PoolMaker]:
    """Makes pools over the store and closes them."""
    with contextlib.ExitStack() as stack:

        def make(**options: object) -> ReaderPool:
            pool = ReaderPool(store, tmp_path / "checkpoints", **options)  # type: ignore[arg-type]
            stack.callback(pool.close)
            return pool

        yield make


def ask(pool: ReaderPool, text: str, **options: object) -> bytes:
    """The whole answer as CSV or N-Triples."""
    form = query_form(text)
    name = "csv" if form in ("SELECT", "ASK") else "n-triples"
    return b"".join(pool.execute(text, format_named(name, form), **options))  # type: ignore[arg-type]


def processes(pool: ReaderPool) -> set[int]:
    """The process ids of the readers."""
    return {reader.process.pid for reader in pool._readers}


def gone(pid: int) -> bool:
    """Whether the process has ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def eventually(condition: Callable[[], bool], seconds: float = 5) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_all_forms_are_answered(make_pool: PoolMaker) -> None:
    """An answer comes with its media type and the revision it is true of."""
    pool = make_pool(size=1)
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"
    assert ask(pool, "ASK { ?s ?p 1 }") == b"true"
    assert ask(pool, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?o = 7) }").endswith(b" .\n")
    assert b"/7>" in ask(pool, "DESCRIBE <http://example.org/7>")
    answer = pool.execute(COUNT, JSON)
    assert answer.media_type == "application/sparql-results+json"
    assert answer.revision == 1
    assert b'"1000"' in b"".join(answer)


def test_syntax_error_has_its_place_and_harms_nothing(make_pool: PoolMaker) -> None:
    """An error is raised before there is an answer; the reader goes on."""
    pool = make_pool(size=1)
    ids = processes(pool)
    with pytest.raises(QuerySyntaxError) as caught:
        pool.execute("SELECT *\n{ ?s ?p }", JSON)
    assert caught.value.line == 2
    with pytest.raises(QueryAborted, match="custom function"):
        pool.execute("SELECT (<urn:f>(1) AS ?x) {}", JSON)
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"
    assert processes(pool) == ids


@pytest.mark.parametrize("text", [ENDLESS, LONG])
def test_query_over_time_is_ended(make_pool: PoolMaker, text: str) -> None:
    """A cross product ends at its limit, with or without results so far; then all is well."""
    pool = make_pool(size=1, timeout=1.0)
    ask(pool, COUNT)
    start = time.monotonic()
    with pytest.raises(QueryTimeout, match="1 second"):
        for _ in pool.execute(text, JSON):
            pass
    assert 1.0 <= time.monotonic() - start < 1.5
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"


def test_query_over_memory_is_ended(make_pool: PoolMaker) -> None:
    """A sort of more than fits ends its reader, long before the time is up."""
    pool = make_pool(size=1, memory_limit=512 * 1024**2, timeout=60)
    with pytest.raises(QueryAborted, match="memory"):
        pool.execute(HOG, JSON)
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"


def test_other_queries_do_not_notice(make_pool: PoolMaker) -> None:
    """While one reader is ended for its query another answers, all the time."""
    pool = make_pool(size=2, timeout=1.5)
    ask(pool, COUNT)
    errors: list[BaseException] = []

    def endless() -> None:
        try:
            pool.execute(ENDLESS, JSON)
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


def test_killed_reader_is_replaced(make_pool: PoolMaker) -> None:
    """Killed while idle nobody notices; killed at work the query is aborted, the next is not."""
    pool = make_pool(size=1)
    (pid,) = processes(pool)
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: gone(pid))
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"
    (pid,) = processes(pool)
    threading.Timer(0.5, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(QueryAborted):
        pool.execute(ENDLESS, JSON)
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"


def test_death_in_mid_stream_is_raised_to_who_reads(make_pool: PoolMaker) -> None:
    """An answer that breaks off is never taken for a whole one."""
    pool = make_pool(size=1)
    answer = pool.execute(LONG, JSON)
    next(answer)
    (pid,) = processes(pool)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(QueryAborted):
        for _ in answer:
            pass


def test_a_stack_overflow_stays_in_its_reader(make_pool: PoolMaker) -> None:
    """Text that ends the engine's process, past any guard, is one aborted query."""
    pool = make_pool(size=1)
    with pytest.raises(QueryAborted):
        pool.execute("SELECT * { FILTER(" + "(" * 200_000 + "1" + ")" * 200_000 + ")}", JSON)
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"


def test_answer_is_of_the_present_revision(
    make_pool: PoolMaker, store: EmbeddedStore, tmp_path: Path
) -> None:
    """What was committed before a query is in its answer; old checkpoints do not pile up."""
    pool = make_pool(size=2)
    for number in range(1, 6):
        store.apply(StorePatch(number + 1, added=[quad(1000 + number)]))
        answer = pool.execute(COUNT, JSON, at_least_revision=number + 1)
        assert answer.revision == number + 1
        assert f'"{1000 + number}"'.encode() in b"".join(answer)
    assert len(list((tmp_path / "checkpoints").iterdir())) == 1
    with pytest.raises(InputError, match="no revision 7 yet"):
        pool.execute(COUNT, JSON, at_least_revision=7)


def test_checkpoint_is_kept_while_it_is_read(
    make_pool: PoolMaker, store: EmbeddedStore, tmp_path: Path
) -> None:
    """A long answer stays on its revision while newer ones are read, then its copy goes."""
    pool = make_pool(size=2)
    pairs = "BASE <http://example.org/> SELECT * { ?a <p> ?n . ?b <p> ?m FILTER(?m < 20) }"
    answer = pool.execute(pairs, JSON)
    store.apply(StorePatch(2, added=[quad(1000)]))
    assert pool.execute(COUNT, JSON).revision == 2
    folders = tmp_path / "checkpoints"
    assert len(list(folders.iterdir())) == 2
    assert b"".join(answer).count(b'"a":') == 20 * 1000
    assert answer.revision == 1
    assert len(list(folders.iterdir())) == 1


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
    answer = pool.execute(LONG, JSON)
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
    answer = pool.execute(LONG, JSON)
    time.sleep(0.8)
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"
    with pytest.raises(QueryTimeout):
        for _ in answer:
            pass


def test_closed_answer_frees_its_reader(make_pool: PoolMaker) -> None:
    """Who goes away early costs nothing further."""
    pool = make_pool(size=1)
    (pid,) = processes(pool)
    answer = pool.execute(LONG, JSON)
    next(answer)
    answer.close()
    assert gone(pid)
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"


def test_busy_readers_are_said_to_be_busy(make_pool: PoolMaker) -> None:
    """A query that finds no reader free in time is told so."""
    pool = make_pool(size=1)
    held = pool.execute(LONG, JSON)
    pool._timeout = 0.2
    with pytest.raises(QueryTimeout, match="busy"):
        pool.execute(COUNT, JSON)
    held.close()


def test_closing_leaves_no_process_and_no_file(make_pool: PoolMaker, tmp_path: Path) -> None:
    """Readers end with the pool, also one at work, and checkpoints are removed."""
    pool = make_pool(size=2)
    answer = pool.execute(LONG, JSON)
    ids = processes(pool)
    pool.close()
    assert all(gone(pid) for pid in ids)
    assert list((tmp_path / "checkpoints").iterdir()) == []
    with pytest.raises(QueryAborted):
        for _ in answer:
            pass


def test_leftovers_of_a_crash_are_removed(make_pool: PoolMaker, tmp_path: Path) -> None:
    """A pool clears its folder of what an earlier one left."""
    (tmp_path / "checkpoints" / "checkpoint-7").mkdir(parents=True)
    make_pool(size=1)
    assert not (tmp_path / "checkpoints" / "checkpoint-7").exists()


PARENT = """
import sys, threading
from pathlib import Path
from kg.sparql.readers import ReaderPool
from kg.sparql.results import format_named
from kg.store import EmbeddedStore
store = EmbeddedStore.open(Path(sys.argv[1]) / "store")
pool = ReaderPool(store, Path(sys.argv[1]) / "checkpoints", size=2)
format_ = format_named("csv", "SELECT")
b"".join(pool.execute("SELECT * {}", format_))
threading.Thread(target=pool.execute, args=(sys.argv[2], format_), daemon=True).start()
print(*(reader.process.pid for reader in pool._readers), flush=True)
threading.Event().wait()
"""


def test_readers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    """Even a reader in the middle of an endless query does not outlive a killed parent."""
    store = EmbeddedStore.open(tmp_path / "store")
    store.load((quad(number) for number in range(1000)), 1)
    store.close()
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), ENDLESS], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    ids = [int(pid) for pid in parent.stdout.readline().split()]
    time.sleep(0.3)
    assert len(ids) == 2
    assert not any(gone(pid) for pid in ids)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: all(gone(pid) for pid in ids))
