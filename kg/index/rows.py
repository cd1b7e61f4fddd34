"""The links of one family as rows of integers, each with the revisions between which it held.

Written rows are arrays in the order of their source, with an index of the rows by source and by
target (compressed sparse rows). What came since is in memory beside them: rows that began, and
ends of rows that stood open. Nothing is ever taken away or moved, so whoever reads at a revision
is not disturbed by what is added for later ones.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import MutableMapping, Sequence, Set
from typing import Final, cast

import numpy as np

from kg.index.adjacency import Adjacency, offsets, ranges
from kg.index.layers import Growing, Numbers, Onward, OnwardEnds, OnwardNumbers, OnwardValues
from kg.index.terms import Int32
from kg.index.written import OPEN, Found, Key, Row, WrittenRows

_WIDE: Final = 64  # rows from which on an array operation is faster than a loop


class Rows:
    """Written rows and what came since; read by many while one adds."""

    def __init__(self, written: WrittenRows) -> None:
        self.written = written
        self.added: Growing[Row] = list[Row]()
        self.ends: Growing[int] = list[int]()
        """The ends of the added rows."""
        self.closed: MutableMapping[int, int] = {}
        """The ends that written rows have got since."""
        self._size = len(written)
        self._of = (cast(Numbers, {}), cast(Numbers, {}))
        self._open: dict[Key, int] = {}
        self._views = tuple(column.data for column in written.columns)
        self._order = written.order.data
        self._index = (written.by_source.data, written.by_target.data)

    def begin(self, key: Key, revision: int) -> None:
        """Let a link hold from a revision on; nothing changes where it holds already."""
        if self._standing(key) is not None:
            return
        number = len(self.added)
        self.ends.append(OPEN)
        self.added.append(Row(*key, revision))
        self._index_added(number)

    def end(self, key: Key, revision: int) -> None:
        """Let a link hold no longer from a revision on; nothing changes where it does not hold."""
        row = self._standing(key)
        if row is None:
            return
        if row < self._size:
            self.closed[row] = revision
        else:
            self.ends[row - self._size] = revision
            self._open.pop(key, None)

    def restore(self, added: Sequence[Row], ends: Sequence[int], closed: dict[int, int]) -> None:
        """Take in what another object of the same written rows had added."""
        for row, end in zip(added, ends, strict=True):
            self.added.append(row)
            self.ends.append(end)
        self.closed.update(closed)
        for number in range(len(self.added)):
            self._index_added(number)

    def branch(self, revision: int) -> Rows:
        """Rows that begin as these are at a revision, and to which others are added; O(log n)."""
        return _Branch(self, revision)

    def at(self, node: int, down: bool, revision: int) -> list[int]:
        """The rows that hold at a revision from a node, or with ``down`` those to it."""
        found = self._written_at(node, down, revision)
        for number in self._of[down].get(node, ()):
            if self.added[number].begin <= revision < self.ends[number]:
                found.append(self._size + number)
        return found

    def others(
        self, node: int, down: bool, revision: int, relations: Set[int] | None = None
    ) -> list[int]:
        """The other ends of these rows, once for each row, or each of some relations."""
        rows = self.at(node, down, revision)
        if relations is not None:
            rows = [row for row in rows if self.key(row)[2] in relations]
        place, view = (0, self._views[0]) if down else (1, self._views[1])
        return [
            view[row] if row < self._size else self.added[row - self._size][place] for row in rows
        ]

    def degree(self, node: int, down: bool) -> int:
        """How many rows from a node, or with ``down`` to it, hold at some revision; O(1)."""
        index, added = self._index[down], len(self._of[down].get(node, ()))
        return added if node + 1 >= len(index) else added + index[node + 1] - index[node]

    def leads(self, node: int, down: bool, revision: int) -> bool:
        """Whether a row from a node, or with ``down`` one to it, holds at a revision."""
        index, (begins, ends) = self._index[down], self._views[4:6]
        if node + 1 < len(index):
            for place in range(index[node], index[node + 1]):
                row = self._order[place] if down else place
                if begins[row] <= revision < self.closed.get(row, ends[row]):
                    return True
        added = ((self.added[n].begin, self.ends[n]) for n in self._of[down].get(node, ()))
        return any(begin <= revision < end for begin, end in added)

    def between(self, source: int, target: int, revision: int) -> list[int]:
        """The rows from one node to another that hold at a revision; O(log n) and theirs."""
        found = []
        if source + 1 < len(self._index[0]):
            targets, begins, ends = self._views[1], *self._views[4:6]
            stop = self._index[0][source + 1]
            row = bisect_left(targets, target, self._index[0][source], stop)
            while row < stop and targets[row] == target:
                if begins[row] <= revision < self.closed.get(row, ends[row]):
                    found.append(row)
                row += 1
        fewer = min((self._of[0].get(source, ()), self._of[1].get(target, ())), key=len)
        for number in fewer:
            added = self.added[number]
            holds = added.begin <= revision < self.ends[number]
            if holds and added[:2] == (source, target):
                found.append(self._size + number)
        return found

    def gather(self, nodes: Int32, down: bool, revision: int, relation: int | None) -> Found:
        """The rows that hold at a revision from some nodes, or with ``down`` those to them.

        All of them, or those of one relation. By array operations: O(rows of the nodes).
        """
        written, index = self.written, (self.written.by_source, self.written.by_target)[down]
        known = nodes[nodes < len(index) - 1]
        rows = ranges(index[known], index[known + 1])
        rows = written.order[rows].astype(np.int64) if down else rows
        holds = (written.begin[rows] <= revision) & (written.end[rows] > revision)
        if relation is not None:
            holds &= written.relation[rows] == relation
        rows = rows[holds]
        if self.closed:
            ends = np.array(list(self.closed.items()), np.int64).reshape(-1, 2)
            gone = ends[ends[:, 1] <= revision, 0]
            rows = rows[~np.isin(rows, gone)]
        more = [
            (row.source, row.target, row.graph)
            for number in self._added_of(nodes, down)
            if (row := self.added[number]).begin <= revision < self.ends[number]
            and (relation is None or row.relation == relation)
        ]
        columns = np.array(more, np.int32).reshape(-1, 3)
        parts = (written.source, written.target, written.graph)
        return Found(*(np.concatenate([part[rows], columns[:, n]]) for n, part in enumerate(parts)))

    def key(self, row: int) -> Key:
        """The terms of a row."""
        if row >= self._size:
            return self.added[row - self._size][:4]
        source, target, relation, graph = (view[row] for view in self._views[:4])
        return source, target, relation, graph

    def adjacency(
        self, down: bool, revision: int, terms: int, relations: Set[int] | None = None
    ) -> Adjacency:
        """All neighbours at a revision, or by some relations; O(rows + terms)."""
        written = self.written
        holds = (written.begin <= revision) & (written.end > revision)
        if relations is not None:
            holds &= np.isin(written.relation, list(relations))
        for row, end in list(self.closed.items()):
            holds[row] &= end > revision
        rows = written.order[holds[written.order]] if down else np.flatnonzero(holds)
        pairs = [
            (row.source, row.target)
            for row in self._added_at(revision)
            if relations is None or row.relation in relations
        ]
        more = np.array(pairs, np.int32).reshape(-1, 2)
        ends = [np.concatenate([written[n][rows], more[:, n]]) for n in (0, 1)]
        keys, others = (ends[1], ends[0]) if down else (ends[0], ends[1])
        if pairs:
            order = np.argsort(keys, kind="stable")
            keys, others = keys[order], others[order]
        return Adjacency(offsets(keys, terms), others)

    def columns(self) -> Int32:
        """All rows, written and added, as six columns."""
        written = np.array(self.written.columns)
        for row, end in self.closed.items():
            written[5, row] = end
        rows = [(*row, end) for row, end in zip(self.added, self.ends, strict=True)]
        added = np.array(rows, np.int32).reshape(-1, 6).T
        return np.concatenate([written, added], axis=1)

    @property
    def changes(self) -> int:
        """How much came since the rows were written."""
        return len(self.added) + len(self.closed)

    def __len__(self) -> int:
        return self._size + len(self.added)

    def _index_added(self, number: int) -> None:
        row = self.added[number]
        self._of[0].setdefault(row.source, []).append(number)
        self._of[1].setdefault(row.target, []).append(number)
        if self.ends[number] == OPEN:
            self._open[row[:4]] = self._size + number

    def _added_of(self, nodes: Int32, down: bool) -> list[int]:
        """The numbers of the added rows from some nodes, or to them."""
        of = self._of[down]
        if not of:
            return []
        return [number for node in nodes.tolist() for number in of.get(node, ())]

    def _added_at(self, revision: int) -> list[Row]:
        both = zip(list(self.added), list(self.ends), strict=False)
        return [row for row, end in both if row.begin <= revision < end]

    def _written_at(self, node: int, down: bool, revision: int) -> list[int]:
        index = self._index[down]
        if node + 1 >= len(index):
            return []
        start, stop = index[node], index[node + 1]
        if stop - start > _WIDE:
            return self._wide(start, stop, down, revision)
        rows = self._order[start:stop].tolist() if down else range(start, stop)
        begins, ends = self._views[4:6]
        closed = self.closed
        return [r for r in rows if begins[r] <= revision < closed.get(r, ends[r])]

    def _wide(self, start: int, stop: int, down: bool, revision: int) -> list[int]:
        written = self.written
        rows = written.order[start:stop] if down else np.arange(start, stop)
        holds = (written.begin[rows] <= revision) & (written.end[rows] > revision)
        found: list[int] = rows[holds].tolist()
        if not self.closed:
            return found
        return [row for row in found if revision < self.closed.get(row, OPEN)]

    def _standing(self, key: Key) -> int | None:
        """The row of a link that holds still."""
        row = self._open.get(key)
        if row is not None or key[0] + 1 >= len(self._index[0]):
            return row
        targets, ends = self._views[1], self._views[5]
        stop = self._index[0][key[0] + 1]
        row = bisect_left(targets, key[1], self._index[0][key[0]], stop)
        while row < stop and targets[row] == key[1]:
            if ends[row] == OPEN and row not in self.closed and self.key(row) == key:
                return row
            row += 1
        return None


class _Branch(Rows):
    """Rows on top of what others were at a revision, themselves of the one after it."""

    def __init__(self, base: Rows, revision: int) -> None:
        super().__init__(base.written)
        count = bisect_right(base.added, revision, key=lambda row: row.begin)
        self.added = Onward(base.added, count)
        self.ends = OnwardEnds(base.ends, count, revision, OPEN)
        self.closed = OnwardValues(base.closed, revision)
        self._of = (OnwardNumbers(base._of[0], count), OnwardNumbers(base._of[1], count))
        self._revision = revision + 1

    def _standing(self, key: Key) -> int | None:
        found = self.between(key[0], key[1], self._revision)
        return next((row for row in found if self.key(row) == key), None)
