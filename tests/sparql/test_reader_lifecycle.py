"""Reader processes and checkpoints: fresh when needed, replaced when dead, gone at the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from reader_cases import (
    COUNT,
    ENDLESS,
    JSON,
    LONG,
    PoolMaker,
    ask,
    eventually,
    gone,
    processes,
    quad,
)

from kg.errors import InputError, KGError, QueryAborted
from kg.sparql.executor import QueryRequest
from kg.store import EmbeddedStore, StorePatch


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
        pool.execute(QueryRequest(ENDLESS, JSON))
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"


def test_answer_is_of_the_present_revision(
    make_pool: PoolMaker, store: EmbeddedStore, tmp_path: Path
) -> None:
    """What was committed before a query is in its answer, and copies do not pile up."""
    pool = make_pool(size=2)
    for number in range(1, 6):
        store.apply(StorePatch(number + 1, added=[quad(1000 + number)]))
        answer = pool.execute(QueryRequest(COUNT, JSON, at_least_revision=number + 1))
        assert answer.revision == number + 1
        assert f'"{1000 + number}"'.encode() in b"".join(answer)
    assert _folders(tmp_path) == {"checkpoint-1", "own-1"}
    with pytest.raises(InputError, match="no revision 7 yet"):
        pool.execute(QueryRequest(COUNT, JSON, at_least_revision=7))


def test_checkpoint_is_kept_while_it_is_read(
    make_pool: PoolMaker, store: EmbeddedStore, tmp_path: Path
) -> None:
    """A long answer stays on its revision while newer ones are read, then its copy goes."""
    pool = make_pool(size=2)
    pairs = "BASE <http://example.org/> SELECT * { ?a <p> ?n . ?b <p> ?m FILTER(?m < 20) }"
    answer = pool.execute(QueryRequest(pairs, JSON))
    store.load([quad(1000)], 2)
    assert pool.execute(QueryRequest(COUNT, JSON)).revision == 2
    assert _folders(tmp_path) == {"checkpoint-1", "checkpoint-2"}
    assert b"".join(answer).count(b'"a":') == 20 * 1000
    assert answer.revision == 1
    assert _folders(tmp_path) == {"checkpoint-2"}


def test_long_answer_of_an_own_copy_stays_on_its_revision(
    make_pool: PoolMaker, store: EmbeddedStore
) -> None:
    """Others that read the newer revision meanwhile have copies of their own."""
    pool = make_pool(size=2)
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"
    store.apply(StorePatch(2, added=[quad(1000)]))
    pairs = "BASE <http://example.org/> SELECT * { ?a <p> ?n . ?b <p> ?m FILTER(?m < 20) }"
    answer = pool.execute(QueryRequest(pairs, JSON))
    for number in range(1, 4):
        store.apply(StorePatch(number + 2, added=[quad(1000 + number)]))
        assert ask(pool, COUNT) == f"n\r\n{1001 + number}\r\n".encode()
    assert (answer.revision, b"".join(answer).count(b'"a":')) == (2, 20 * 1001)


def test_what_a_reader_failed_to_follow_is_not_done_again(
    make_pool: PoolMaker, store: EmbeddedStore, tmp_path: Path
) -> None:
    """A write that ends a reader fails one query; the next is answered from a new checkpoint."""
    pool = make_pool(size=1)
    ask(pool, COUNT)
    store.apply(StorePatch(2, added=[quad(1000)]))
    store.written.note(2, "INSERT DATA {")
    with pytest.raises(KGError):
        ask(pool, COUNT)
    assert ask(pool, COUNT) == b"n\r\n1001\r\n"
    assert _folders(tmp_path) == {"checkpoint-2"}


def _folders(folder: Path) -> set[str]:
    return {path.name for path in (folder / "checkpoints").iterdir()}


def test_closed_answer_frees_its_reader(make_pool: PoolMaker) -> None:
    """Who goes away early costs nothing further."""
    pool = make_pool(size=1)
    (pid,) = processes(pool)
    answer = pool.execute(QueryRequest(LONG, JSON))
    next(answer)
    answer.close()
    assert gone(pid)
    assert ask(pool, COUNT) == b"n\r\n1000\r\n"


def test_closing_leaves_no_process_and_no_file(make_pool: PoolMaker, tmp_path: Path) -> None:
    """Readers end with the pool, also one at work, and checkpoints are removed."""
    pool = make_pool(size=2)
    answer = pool.execute(QueryRequest(LONG, JSON))
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
from kg.sparql.executor import QueryRequest
from kg.sparql.readers import ReaderPool
from kg.sparql.results import format_named
from kg.store import EmbeddedStore
store = EmbeddedStore.open(Path(sys.argv[1]) / "store")
pool = ReaderPool(store, Path(sys.argv[1]) / "checkpoints", size=2)
format_ = format_named("csv", "SELECT")
b"".join(pool.execute(QueryRequest("SELECT * {}", format_)))
request = QueryRequest(sys.argv[2], format_)
threading.Thread(target=pool.execute, args=(request,), daemon=True).start()
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
