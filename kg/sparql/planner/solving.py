"""Solves joined patterns by the lineage index: closures, and what it knows of nodes.

Constants are columns as well, with one value, so that every end of a pattern is a column.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from kg.index import Closure, Facts
from kg.index.terms import Int32
from kg.sparql.lineage import Direction, Snapshot
from kg.sparql.planner.atoms import ENDED, TYPE, Atom, End
from kg.sparql.planner.tables import MOST, Integers, Relation, Table, TooLarge
from kg.terms import NamedNode

_NOBODY: Final = -1
"""The number of what the index does not know."""


class Unsolvable(Exception):
    """The index cannot tell."""


class Solver:
    """Joins patterns; each is looked up for what the ones before have found.

    ``reached`` counts the nodes of the closures that were looked up.
    """

    def __init__(self, snapshot: Snapshot, facts: Facts, most_starts: int) -> None:
        self._snapshot = snapshot
        self._facts = facts
        self._most_starts = most_starts
        self._number = facts.terms.number
        self.reached = 0

    def solve(self, atoms: Sequence[Atom], starts: Mapping[str, Collection[NamedNode]]) -> Table:
        """The solutions of some patterns; ``starts`` are all nodes that a variable may be.

        Raises :class:`Unsolvable` and :class:`TooLarge`.
        """
        table = Table.unit()
        for variable, nodes in starts.items():
            table = table.multiplied(variable, self._numbers(nodes))
        return self._join(table, atoms)

    def filtered(self, table: Table, atoms: Sequence[Atom], *, negated: bool) -> Table:
        """The solutions for which some patterns have one too, or with ``negated`` none."""
        inside = frozenset[str]().union(*(atom.variables for atom in atoms))
        shared = tuple(sorted(inside & table.columns.keys()))
        if not shared:
            raise Unsolvable
        found = self._join(table.projected(shared), atoms).projected(shared)
        return table.matching(found, shared, negated=negated)

    def _join(self, table: Table, atoms: Sequence[Atom]) -> Table:
        for end in (end for atom in atoms for end in (atom.subject, atom.object)):
            if isinstance(end, NamedNode) and _column(end) not in table.columns:
                table = table.multiplied(_column(end), self._numbers([end]))
        left = list(atoms)
        while left:
            chosen = min(left, key=lambda atom: _rank(table, atom))
            left.remove(chosen)
            table = self._joined(table, chosen)
        return table

    def _joined(self, table: Table, atom: Atom) -> Table:
        subject, target = _column(atom.subject), _column(atom.object)
        subjects, objects = table.distinct(subject), table.distinct(target)
        if atom.prop == ENDED:
            return self._ended(table, subject, subjects, objects)
        if subjects is not None and objects is not None:
            return table.checked(subject, target, self._between(atom, subjects, objects))
        if subjects is not None:
            return table.expanded(subject, self._from(atom, subjects, down=False), target)
        if objects is not None:
            return table.expanded(target, self._from(atom, objects, down=True).turned, subject)
        raise Unsolvable

    def _ended(
        self, table: Table, subject: str, subjects: Integers | None, objects: Integers | None
    ) -> Table:
        """Asked in EXISTS alone, where one solution is as good as several."""
        if subjects is None or objects is not None:
            raise Unsolvable
        return table.restricted(subject, self._facts.have_end(_known(subjects)))

    def _between(self, atom: Atom, subjects: Integers, objects: Integers) -> Relation:
        """At least the pairs of a pattern between some nodes and others, subjects on the left."""
        if atom.prop == TYPE:
            return self._types(atom, subjects, objects)
        down = len(objects) < len(subjects)
        return self._from(
            atom, objects if down else subjects, down=down, wanted=subjects if down else objects
        )

    def _from(
        self, atom: Atom, nodes: Integers, *, down: bool, wanted: Integers | None = None
    ) -> Relation:
        """The pairs of a pattern from some subjects, or with ``down`` objects."""
        if atom.walk is not None:
            direction = atom.walk.back if down else atom.walk.direction
            found = self._walked(nodes, direction, wanted, zero=atom.walk.zero)
            return found.turned if down else found
        if atom.prop == TYPE:
            return self._instances(nodes) if down else self._types(atom, nodes, None)
        pairs = self._facts.pairs(atom.prop, _known(nodes), down)
        return Relation(pairs.subjects, pairs.objects, pairs.counts)

    def _types(self, atom: Atom, subjects: Integers, classes: Integers | None) -> Relation:
        if isinstance(atom.object, str) and self._have(self._facts.typed, subjects):
            raise Unsolvable
        pairs = self._facts.types_of(_known(subjects), None if classes is None else _known(classes))
        return Relation(pairs.subjects, pairs.objects, pairs.counts)

    def _instances(self, classes: Integers) -> Relation:
        if self._have(self._facts.types, classes):
            raise Unsolvable
        pairs = self._facts.pairs(TYPE, _known(classes), True)
        return Relation(pairs.subjects, pairs.objects, pairs.counts)

    def _have(self, iris: Iterable[str], nodes: Integers) -> bool:
        """Whether any of these is among some nodes: the ontology's own statements are not here."""
        numbers = [number for iri in iris if (number := self._number(iri)) is not None]
        return bool(np.isin(numbers, nodes).any())

    def _walked(
        self, starts: Integers, direction: Direction, wanted: Integers | None, *, zero: bool
    ) -> Relation:
        """The pairs of closures, starts on the left."""
        if len(starts) > self._most_starts:
            raise Unsolvable
        left: list[Integers] = [np.empty(0, np.int32)]
        right: list[Integers] = [np.empty(0, np.int32)]
        for start in starts.tolist():
            found = self._closure(start, direction, zero=zero)
            kept = found if wanted is None else found[np.isin(found, wanted)]
            left.append(np.full(len(kept), start, np.int32))
            right.append(kept)
        ends = np.concatenate(right)
        return Relation(np.concatenate(left), ends, np.ones(len(ends), np.int64))

    def _closure(self, start: int, direction: Direction, *, zero: bool) -> Integers:
        if start == _NOBODY:
            if zero:
                raise Unsolvable  # it may be in the store all the same
            return np.empty(0, np.int32)
        node = NamedNode(self._facts.terms.iri(start))
        found = self._snapshot.closures.closure(node, direction)
        if not isinstance(found, Closure):
            raise Unsolvable
        self.reached += len(found)
        if self.reached > MOST:
            raise TooLarge
        numbers: Integers = found.numbers
        return np.union1d(numbers, [start]) if zero and self._snapshot.has(node) else numbers

    def _numbers(self, nodes: Collection[NamedNode]) -> Integers:
        found = (self._number(node.value) for node in nodes)
        return np.array([_NOBODY if number is None else number for number in found], np.int32)


def _column(end: End) -> str:
    return end if isinstance(end, str) else str(end)


def _known(nodes: Integers) -> Int32:
    known: Int32 = nodes[nodes != _NOBODY].astype(np.int32)
    return known


def _rank(table: Table, atom: Atom) -> tuple[int, bool, bool]:
    """What restricts comes first, then closures, then what begins at a node, then at a class."""
    ends = [_column(atom.subject), _column(atom.object)]
    still_open = sum(end not in table.columns for end in ends)
    return still_open, atom.walk is None, atom.prop == TYPE
