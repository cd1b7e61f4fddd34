"""What the store notes about itself is read once, and never older than the last write."""

from __future__ import annotations

from collections.abc import Iterator

from kg.namespaces import MLG
from kg.store import EmbeddedStore, StorePatch
from kg.store.embedded import SYSTEM_GRAPH
from kg.terms import NamedNode, Quad

_QUAD = Quad(*(NamedNode(f"http://e/{name}") for name in "spog"))


def test_each_way_of_writing_is_seen_at_once() -> None:
    """Revision, notes and state after a patch, a load and a clearing."""
    store = EmbeddedStore.in_memory()
    states = [store.state()]
    store.apply(StorePatch(1, added=[_QUAD], notes={MLG.kind: "patched"}))
    states.append(store.state())
    assert (store.revision(), store.notes(MLG.kind)) == (1, ["patched"])
    assert store.state() == frozenset(store.quads(None, None, None, SYSTEM_GRAPH))
    store.load([_QUAD], 2, {MLG.kind: "noted"})
    states.append(store.state())
    assert (store.revision(), store.notes(MLG.kind)) == (2, ["noted"])
    store.clear()
    assert store.revision() == 0
    assert store.state() == states[0]
    assert len(set(states)) == 3


def test_what_is_read_during_a_write_is_not_kept() -> None:
    """A write may have happened half, for all that the reader knows."""
    store = EmbeddedStore.in_memory()
    store.apply(StorePatch(1))
    seen = []

    def quads() -> Iterator[Quad]:
        seen.append(store.revision())
        yield _QUAD

    store.load(quads(), 2)
    assert seen == [1]
    assert store.revision() == 2
