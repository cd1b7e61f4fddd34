"""Rows that go on from others at a revision, while those go on by themselves."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.index.rows import Rows
from kg.index.terms import Terms, WrittenTerms
from kg.index.written import Key, WrittenRows

_SETTINGS = settings(max_examples=40, deadline=None, database=None)
_NODES = 6
_REVISIONS = 8


def _change(rows: Rows, held: set[Key], revision: int, random: Random) -> None:
    """Let some links begin and some end at a revision."""
    for _ in range(random.randrange(4)):
        key = (random.randrange(_NODES), random.randrange(_NODES), random.randrange(2), 0)
        if random.random() < 0.6:
            rows.begin(key, revision)
            held.add(key)
        else:
            rows.end(key, revision)
            held.discard(key)


def _keys(rows: Rows, revision: int) -> set[Key]:
    """The links that hold, as every way of asking tells them."""
    from_each = [rows.key(row) for node in range(_NODES) for row in rows.at(node, False, revision)]
    to_each = [rows.key(row) for node in range(_NODES) for row in rows.at(node, True, revision)]
    assert sorted(from_each) == sorted(to_each)
    assert len(set(from_each)) == len(from_each)
    ends = {(source, target) for source, target, *_ in from_each}
    for source in range(_NODES):
        others = rows.adjacency(False, revision, _NODES)
        found = others.others[others.offsets[source] : others.offsets[source + 1]].tolist()
        assert sorted(found) == sorted(rows.others(source, False, revision))
        assert rows.leads(source, False, revision) == bool(found)
        for target in range(_NODES):
            assert bool(rows.between(source, target, revision)) == ((source, target) in ends)
    nodes = np.arange(_NODES, dtype=np.int32)
    gathered = rows.gather(nodes, False, revision, None)
    assert len(gathered.sources) == len(from_each)
    return set(from_each)


@_SETTINGS
@given(random=st.randoms(use_true_random=False))
def test_a_branch_is_what_was_and_what_it_was_given(random: Random) -> None:
    """Whatever the others get meanwhile; and they do not see what it gets."""
    rows, held = _written(random)
    history = []
    for revision in range(2, _REVISIONS):
        _change(rows, held, revision, random)
        history.append((revision, set(held)))
    at, expected = random.choice(history)
    branch = rows.branch(at)
    _change(rows, held, _REVISIONS, random)
    supposed = set(expected)
    _change(branch, supposed, at + 1, random)
    assert _keys(branch, at) == expected
    assert _keys(branch, at + 1) == supposed
    again = branch.branch(at + 1)
    _change(again, further := set(supposed), at + 2, random)
    assert _keys(again, at + 2) == further
    assert _keys(branch, at + 1) == supposed
    assert _keys(rows, _REVISIONS) == held


def _written(random: Random) -> tuple[Rows, set[Key]]:
    """Rows of which some are in arrays."""
    rows, held = Rows(WrittenRows.of(np.empty((6, 0), np.int32), _NODES)), set[Key]()
    for revision in (0, 1):
        _change(rows, held, revision, random)
    return Rows(WrittenRows.of(rows.columns(), _NODES)), held


def test_names_of_a_branch_are_its_own() -> None:
    """A number that both give to a name means to each what it gave it to."""
    terms = Terms(WrittenTerms.of([]))
    terms.add("a")
    branch = terms.branch()
    assert (terms.add("b"), branch.add("c")) == (1, 1)
    assert (terms.iri(1), branch.iri(1)) == ("b", "c")
    assert (branch.number("a"), branch.number("b"), terms.number("c")) == (0, None, None)
    assert (len(terms), len(branch)) == (2, 2)
