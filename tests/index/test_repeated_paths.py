"""Repeated paths over dependencies and versions, against the engine's own."""

from __future__ import annotations

import numpy as np
from admitting import Anything
from hypothesis import given, settings
from hypothesis import strategies as st
from index_changes import THINGS, Put, commit, commits, thing

from kg.app import KnowledgeGraph
from kg.index import Hop, IndexView, PathWays, repeated
from kg.index.links import Family
from kg.namespaces import DCAT, MLG
from kg.store import EmbeddedStore

D, V = Family.DEPENDENCY, Family.VERSION
PATHS: dict[str, PathWays] = {
    f"({MLG.directlyDependsOn})+": ((Hop(D, False),),),
    f"(^{DCAT.isVersionOf})+": ((Hop(V, True),),),
    f"({MLG.directlyDependsOn}|^{DCAT.isVersionOf}|"
    f"({DCAT.isVersionOf}/{MLG.directlyDependsOn}))+": (
        (Hop(D, False),),
        (Hop(V, True),),
        (Hop(V, False), Hop(D, False)),
    ),
    f"({DCAT.isVersionOf}/^{DCAT.isVersionOf}/^{MLG.directlyDependsOn})+": (
        (Hop(V, False), Hop(V, True), Hop(D, True)),
    ),
}

Pairs = set[tuple[str, str]]


def walked(store: EmbeddedStore, path: str) -> Pairs:
    """What the engine finds."""
    found = store.query(f"SELECT ?x ?y {{ ?x {path} ?y }}")
    return {(x.value, y.value) for x, y in found}


def from_index(view: IndexView, ways: PathWays, near: set[int], far: set[int]) -> Pairs:
    """What the index finds, by numbers."""
    starts, ends = (np.array(sorted(side), np.int32) for side in (near, far))
    found = view.repeated(ways).pairs(starts, ends)
    pairs = list(zip(*(side.tolist() for side in found), strict=True))
    assert len(pairs) == len(set(pairs))
    assert [start for start, _ in pairs] == sorted(start for start, _ in pairs)
    return {(view.node(start).value, view.node(end).value) for start, end in pairs}


_nodes = st.frozensets(st.integers(0, THINGS - 1), min_size=1)


@settings(max_examples=25, deadline=None)
@given(commits, st.sampled_from(sorted(PATHS)), _nodes, _nodes, st.sampled_from([0, 2_000]))
def test_who_reaches_whom_is_what_the_engine_says(
    changes: list[list[Put]], path: str, near: set[int], far: set[int], wide: int
) -> None:
    """Cycles and sources that disagree included, from either end, by loops and by arrays."""
    with KnowledgeGraph.in_memory(admission=Anything()) as graph:
        for change in changes:
            commit(graph, change)
        view = graph.index.at()
        chosen = [
            {n for number in side if (n := view.number(thing(graph, number))) is not None}
            for side in (near, far)
        ]
        before, repeated.WIDE = repeated.WIDE, wide
        try:
            found = from_index(view, PATHS[path], *chosen)
            reached = view.repeated(PATHS[path]).reached(np.array(sorted(chosen[0]), np.int32))
        finally:
            repeated.WIDE = before
        pairs = walked(graph.store, path)
        ends = [{view.node(number).value for number in side} for side in chosen]
        assert found == {(x, y) for x, y in pairs if x in ends[0] and y in ends[1]}
        assert {view.node(n).value for n in reached} == {y for x, y in pairs if x in ends[0]}
