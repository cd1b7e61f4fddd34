"""Fixtures of the tests of reader processes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from reader_cases import PoolMaker, quad

from kg.sparql.readers import ReaderPool
from kg.store import EmbeddedStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    """A store on disk with a thousand quads, at revision 1."""
    store = EmbeddedStore.open(tmp_path / "store")
    store.load((quad(number) for number in range(1000)), 1)
    yield store
    store.close()


@pytest.fixture
def make_pool(store: EmbeddedStore, tmp_path: Path) -> Iterator[PoolMaker]:
    """Makes pools over the store and closes them."""
    with contextlib.ExitStack() as stack:

        def make(**options: object) -> ReaderPool:
            pool = ReaderPool(store, tmp_path / "checkpoints", **options)  # type: ignore[arg-type]
            stack.callback(pool.close)
            return pool

        yield make
