"""Copies that follow a store write by write hold what it holds, whatever was written."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_cases import GRAPH, OTHER, PREDICATE, quad

from kg.namespaces import MLG
from kg.sparql.copies import Copies, Holding, Place
from kg.store import EmbeddedStore, StorePatch
from kg.store.writes import RecentWrites
from kg.terms import BlankNode, Literal, Quad

_SETTINGS = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
_READERS = 2


class _Reader:
    """What a reader process does with the places that it is told."""

    def __init__(self) -> None:
        self.holding = Holding()
        self.path: Path | None = None
        self.store = EmbeddedStore.in_memory()

    def at(self, place: Place) -> EmbeddedStore:
        """The copy, as new as it is to be."""
        if self.path != place.store:
            opened = EmbeddedStore.open if place.owned else EmbeddedStore.read_only
            self.store, self.path = opened(place.store), place.store
        self.store.repeat(place.updates)
        place.held.close()
        return self.store


def _write(store: EmbeddedStore, revision: int, random: Random) -> None:
    """One write of a kind by chance."""
    some = [quad(random.randrange(20), random.choice((GRAPH, OTHER))) for _ in range(3)]
    match random.randrange(12):
        case 0:
            store.load(some, revision)
        case 1:
            store.apply(StorePatch(revision, dropped=[GRAPH], added=some))
        case 2:
            blank = Quad(BlankNode(), PREDICATE, Literal(revision), GRAPH)
            store.apply(StorePatch(revision, added=[blank]))
        case 3:
            store.apply(StorePatch(revision, notes={MLG.ontologyDigest: str(revision)}))
        case _:
            store.apply(StorePatch(revision, removed=some[:1], added=some[1:]))


@_SETTINGS
@given(random=st.randoms(use_true_random=False))
def test_copies_hold_what_the_store_holds(
    tmp_path_factory: pytest.TempPathFactory, random: Random
) -> None:
    """After each of some writes, whichever reader is asked, however long it was not."""
    folder = tmp_path_factory.mktemp("store")
    store = EmbeddedStore.open(folder / "store")
    store.load([quad(number) for number in range(20)], 1)
    copies = Copies(store, None, folder / "copies")
    readers = [_Reader() for _ in range(_READERS)]
    for revision in range(2, 12):
        _write(store, revision, random)
        if random.random() < 0.7:
            reader = random.choice(readers)
            place = copies.place(reader.holding)
            copy = reader.at(place)
            assert place.revision == copy.revision() == store.revision() == revision
            assert _all(copy) == _all(store)
    for reader in readers:
        reader.store.close()
    copies.close()
    assert list((folder / "copies").iterdir()) == []


def _all(store: EmbeddedStore) -> Counter[str]:
    return Counter(str(quad) for quad in store.quads(None, None, None, None))


def test_small_writes_are_followed_without_a_new_checkpoint(tmp_path: Path) -> None:
    """A reader gets one copy of its own, and after that what was written since, no more."""
    store = EmbeddedStore.open(tmp_path / "store")
    store.load([quad(1)], 1)
    copies, reader = Copies(store, None, tmp_path / "copies"), _Reader()
    assert not copies.place(reader.holding).owned
    updates = []
    for revision in range(2, 6):
        store.apply(StorePatch(revision, added=[quad(revision)]))
        place = copies.place(reader.holding)
        assert place.owned
        updates.append(len(place.updates))
    assert updates == [1, 1, 1, 1]
    assert copies.place(reader.holding).updates == ()
    assert [path.name for path in sorted((tmp_path / "copies").iterdir())] == [
        "checkpoint-1",
        "own-1",
    ]


def test_a_write_that_cannot_be_repeated_needs_a_checkpoint(tmp_path: Path) -> None:
    """What was copied before it is given up, and the space that it takes."""
    store = EmbeddedStore.open(tmp_path / "store")
    store.load([quad(1)], 1)
    copies, reader = Copies(store, None, tmp_path / "copies"), _Reader()
    reader.at(copies.place(reader.holding))
    store.apply(StorePatch(2, added=[quad(2)]))
    reader.at(copies.place(reader.holding))
    store.load([quad(3)], 3)
    place = copies.place(reader.holding)
    assert (place.owned, place.updates, place.revision) == (False, (), 3)
    assert [path.name for path in (tmp_path / "copies").iterdir()] == ["checkpoint-2"]
    place.held.close()


def test_writes_are_kept_up_to_a_bound() -> None:
    """The newest ones, as many as fit; who lacks an older one is told that it is gone."""
    writes = RecentWrites(7, most=10)
    assert (writes.standing.number, writes.standing.revision) == (0, 7)
    for revision, text in ((8, "aaaa"), (9, "bbbb"), (None, "cc")):
        writes.note(revision, text)
    assert writes.since(0).updates == ("aaaa", "bbbb", "cc")
    assert writes.since(3).updates == ()
    writes.note(10, "d")
    assert writes.since(0).updates is None
    assert writes.since(1).updates == ("bbbb", "cc", "d")
    assert writes.standing.revision == 10


@pytest.mark.parametrize("update", [None, "INSERT DATA { _:b <p> 1 }", "x" * 11])
def test_what_cannot_be_repeated_ends_what_can(update: str | None) -> None:
    """No update, a blank node, or one over the bound: those before are of no use alone."""
    writes = RecentWrites(1, most=10) if update and "x" in update else RecentWrites(1)
    writes.note(2, "a")
    writes.note(3, update)
    assert writes.since(0).updates is None
    assert writes.since(1).updates is None
    assert writes.since(2).updates == ()
    assert writes.standing.revision == 3
