"""What is remembered of rare properties is what the store holds, while it is changed too."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.store import EmbeddedStore, Lookups, RareProperties, StorePatch
from kg.terms import Literal, NamedNode, Quad

NODES = [NamedNode(f"urn:{name}") for name in "abc"]
PROPERTIES = [NamedNode(f"urn:{name}") for name in "pq"]
OBJECTS = [*NODES, Literal("1"), Literal("x", language="en")]
GRAPHS = [NamedNode("urn:g"), NamedNode("urn:h")]

quads = st.builds(Quad, *(st.sampled_from(terms) for terms in (NODES, PROPERTIES, OBJECTS, GRAPHS)))


def alike(known: Lookups, store: EmbeddedStore) -> bool:
    patterns = [
        (subject, predicate, object_, graph)
        for subject in (None, *NODES)
        for predicate in (None, *PROPERTIES)
        for object_ in (None, *OBJECTS)
        for graph in (None, GRAPHS[0])
    ]
    return all(
        sorted(map(str, known.quads(*pattern))) == sorted(map(str, store.quads(*pattern)))
        for pattern in patterns
    )


@settings(max_examples=60, deadline=None)
@given(
    before=st.lists(quads, max_size=12), after=st.lists(quads, max_size=6), few=st.integers(0, 6)
)
def test_look_ups_are_those_of_the_store(before: list[Quad], after: list[Quad], few: int) -> None:
    store = EmbeddedStore.in_memory()
    store.extend(before)
    known = RareProperties(store, few)
    assert alike(known, store)
    store.extend(after)
    changed = {quad.predicate for quad in after}
    assert alike(known.apart(changed), store)
    known.forget(changed)
    assert alike(known, store)


@settings(max_examples=60, deadline=None)
@given(
    before=st.lists(quads, max_size=12),
    patches=st.lists(
        st.tuples(st.lists(quads, max_size=4), st.lists(quads, max_size=4)), max_size=3
    ),
    dropped=st.sampled_from([[], [GRAPHS[0]]]),
)
def test_a_store_remembers_nothing_that_was_written_since(
    before: list[Quad], patches: list[tuple[list[Quad], list[Quad]]], dropped: list[NamedNode]
) -> None:
    store = EmbeddedStore.in_memory()
    assert alike(store.remembered, store)
    store.extend(before)
    assert alike(store.remembered, store)
    for number, (added, removed) in enumerate(patches):
        store.apply(StorePatch(number, added=added, removed=removed))
        assert alike(store.remembered, store)
    store.apply(StorePatch(9, dropped=dropped))
    assert alike(store.remembered, store)
