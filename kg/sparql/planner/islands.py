"""Patterns around a closure that the lineage index solves with it, before the engine sees any.

Beside a closure of forty thousand nodes, types and owners say which few of them matter: handing
the rows of the join over costs less than handing the closure over. What is not asked about outside
the solved patterns is left out of the rows; where that makes rows alike, DISTINCT has them once,
COUNT counts by their weights, and else they are repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain

import numpy as np

from kg.index import Facts
from kg.sparql.lineage import Snapshot
from kg.sparql.planner.atoms import Atom, Atoms
from kg.sparql.planner.counts import Counts
from kg.sparql.planner.edits import Edit
from kg.sparql.planner.handover import Handover, Note
from kg.sparql.planner.indexed import STEP, IndexedClosures
from kg.sparql.planner.scopes import Scope, scopes
from kg.sparql.planner.solving import Solver, Unsolvable
from kg.sparql.planner.tables import Table, TooLarge
from kg.sparql.planner.triples import text_without, triples_of
from kg.sparql.reader.patterns import Element, Filter, GraphPattern, Triples, Union, Values
from kg.sparql.reader.queries import Query
from kg.sparql.reader.span import Span
from kg.sparql.tokens import Token
from kg.terms import NamedNode


@dataclass(frozen=True)
class _Condition:
    """A filter that asks whether there are solutions of some patterns, or none."""

    element: Filter
    atoms: list[Atom]
    negated: bool


@dataclass(frozen=True)
class _Given:
    """Data in a group, which a path gave: the nodes that a variable is, one for each solution."""

    element: Union
    variable: str
    nodes: list[NamedNode]


@dataclass(frozen=True)
class _Island:
    """Patterns of a group that hang together, the runs of triples they are in, and conditions."""

    atoms: list[Atom]
    blocks: list[Triples]
    conditions: list[_Condition]
    given: _Given | None = None

    @property
    def variables(self) -> frozenset[str]:
        """The variables of the patterns."""
        return frozenset[str]().union(*(atom.variables for atom in self.atoms))

    @property
    def walks(self) -> bool:
        """Whether a closure is among them; else the engine does as well."""
        conditions = (condition.atoms for condition in self.conditions)
        return any(atom.walk for atom in chain(self.atoms, *conditions))


class Islands:
    """The rewrite, for one query on one snapshot."""

    def __init__(
        self, snapshot: Snapshot, facts: Facts, handover: Handover, closures: IndexedClosures
    ) -> None:
        self._facts = facts
        self._snapshot = snapshot
        self._handover = handover
        self._closures = closures
        self._costs = closures.costs
        self._atoms = Atoms(snapshot, facts)

    def solve(self, query: Query) -> Iterator[Edit]:
        """Put the rows of each such part of a group in its place."""
        for scope in scopes(query):
            if scope.graph is None and scope.exists is None:
                for island in self._islands(query, scope):
                    edit = self._solved(query, scope, island)
                    if edit is not None:
                        yield edit
                        return

    def solve_given(self, query: Query) -> Iterator[Edit]:
        """The same for patterns around what a path gave that the index does not know."""
        for scope in scopes(query):
            if scope.graph is None and scope.exists is None:
                for given in self._given(query, scope):
                    for island in self._parts(query, scope):
                        if given.variable in island.variables and not island.walks:
                            edit = self._solved(query, scope, replace(island, given=given))
                            if edit is not None:
                                yield edit
                                return

    def _given(self, query: Query, scope: Scope) -> Iterator[_Given]:
        for element in _joined(scope.group.elements):
            found = self._handover.given(query.text[element.start : element.end])
            if isinstance(element, Union) and found is not None and len(found[0]) == 1:
                nodes = [term for (term,) in found[1] if isinstance(term, NamedNode)]
                if len(nodes) == len(found[1]):
                    yield _Given(element, found[0][0], nodes)

    def _islands(self, query: Query, scope: Scope) -> Iterator[_Island]:
        for island in self._parts(query, scope):
            if island.walks and len(island.atoms) + len(island.conditions) > 1:
                yield island

    def _parts(self, query: Query, scope: Scope) -> Iterator[_Island]:
        blocks = [e for e in _joined(scope.group.elements) if isinstance(e, Triples)]
        left = [
            (atom, block)
            for block in blocks
            for triple in triples_of(block)
            if (atom := self._atoms.of(query, triple)) is not None
        ]
        conditions = list(self._conditions(query, scope))
        while left:
            part = [left.pop(0)]
            while near := [item for item in left if _touches(item[0], part)]:
                part += near
                left = [item for item in left if item not in near]
            atoms = [atom for atom, _ in part]
            found = [block for block in blocks if any(own is block for _, own in part)]
            bare = _Island(atoms, found, [])
            kept = [c for c in conditions if _applies(query, c, bare)]
            yield _Island(atoms, found, kept)

    def _conditions(self, query: Query, scope: Scope) -> Iterator[_Condition]:
        for element in scope.group.elements:
            if isinstance(element, Filter) and element.expression.alone:
                exists = element.expression.exists[0]
                atoms = self._atoms.inside(query, exists)
                if atoms is not None:
                    yield _Condition(element, atoms, exists.negated)

    def _solved(self, query: Query, scope: Scope, island: _Island) -> Edit | None:
        solver = Solver(self._snapshot, self._facts, self._costs.starts)
        counts = Counts.of(query, scope, island.variables, _mentions(query, island))
        try:
            table = solver.solve(island.atoms, self._starts(query, scope, island))
            for condition in island.conditions:
                table = solver.filtered(table, condition.atoms, negated=condition.negated)
            table = self._restricted(query, scope, island, table, counts.needed)
        except (Unsolvable, TooLarge):
            return None
        given = counts.table(table)
        size = len(island.given.nodes) if island.given else solver.reached
        if given is None or len(given) > max(self._costs.inlined, size):
            return None
        self._note(island, size, len(given))
        return self._edit(query, island, counts, given)

    def _starts(self, query: Query, scope: Scope, island: _Island) -> dict[str, list[NamedNode]]:
        """The nodes that an end of a closure may be, where patterns that stay say so, or data."""
        if island.given:
            return {island.given.variable: island.given.nodes}
        for atom in island.atoms:
            if atom.walk and isinstance(atom.subject, str) and isinstance(atom.object, str):
                found = self._closures.known_end(query, scope, atom.triple, atom.walk)
                if found is not None and found.start is not None:
                    return {found.start: found.starts}
        return {}

    def _restricted(
        self, query: Query, scope: Scope, island: _Island, table: Table, needed: Sequence[str]
    ) -> Table:
        """Only what the ends of closures may be by the patterns that stay.

        What the island says of one variable alone, as its type, is in the table: to ask it of
        the engine too takes a look-up a solution.
        """
        answered = [atom.triple for atom in island.atoms if len(atom.variables) == 1]
        for atom in island.atoms:
            if atom.walk and len(table) > self._costs.inlined:
                for end, other in ((atom.subject, atom.object), (atom.object, atom.subject)):
                    if isinstance(end, str) and end in needed:
                        without = other if isinstance(other, str) else None
                        most = len(table) // self._costs.share
                        values = self._closures.values(query, scope, end, without, most, answered)
                        if values is not None:
                            found = (self._facts.terms.number(node.value) for node in values)
                            numbers = [number for number in found if number is not None]
                            table = table.restricted(end, np.array(numbers, np.int32))
        return table

    def _edit(self, query: Query, island: _Island, counts: Counts, given: Table) -> Edit:
        taken = {atom.triple for atom in island.atoms}
        names = tuple(given.columns)
        text = self._handover.values(names, list(self._rows(given, counts.numbers)))
        pieces = []
        if island.given:
            pieces.append((island.given.element.start, island.given.element.end, text))
        for number, block in enumerate(island.blocks):
            rest = text_without(query, block, taken)
            told = rest if number or island.given else f"{text} {rest}"
            pieces.append((block.start, block.end if told else block.stop, told))
        pieces += [(c.element.start, c.element.end, "") for c in island.conditions]
        return Edit(STEP, (*pieces, *counts.pieces))

    def _rows(self, given: Table, numbers: frozenset[str]) -> Iterator[tuple[str, ...]]:
        """The rows as they are written; what the index has as an IRI was one in a record."""
        columns: list[list[str]] = []
        for name, column in given.columns.items():
            if name in numbers:
                columns.append([str(number) for number in column.tolist()])
            else:
                iri = cache(self._facts.terms.iri)
                columns.append([f"<{iri(number)}>" for number in column.tolist()])
        for place, weight in enumerate(given.weights.tolist()):
            row = tuple(column[place] for column in columns)
            yield from (row for _ in range(weight))

    def _note(self, island: _Island, size: int, rows: int) -> None:
        conditions = (condition.atoms for condition in island.conditions)
        walked = [atom for atom in chain(island.atoms, *conditions) if atom.walk]
        ends = {end for atom in walked for end in (atom.subject, atom.object)}
        known = sorted(str(end) for end in ends if isinstance(end, NamedNode))
        of = f"closure of {' and '.join(known)}" if known else "closures"
        of = f"?{island.given.variable}" if island.given else of
        self._handover.notes.append(Note(of, size, "node", f"joined there to {rows} rows"))


def _joined(elements: Sequence[Element]) -> Iterator[Element]:
    """What stands before anything that a pattern could not be moved past."""
    for element in elements:
        if not isinstance(element, Triples | Filter | Values | Union | GraphPattern):
            return
        yield element


def _touches(atom: Atom, part: Sequence[tuple[Atom, Triples]]) -> bool:
    return any(atom.variables & other.variables for other, _ in part)


def _applies(query: Query, condition: _Condition, island: _Island) -> bool:
    """Whether the condition is on variables of the island, its others being its own."""
    start, end = condition.element.start, condition.element.end
    shared = query.mentioned(start, end) & query.mentioned_outside(start, end)
    return bool(shared) and shared <= island.variables


def _mentions(query: Query, island: _Island) -> list[Token]:
    """The mentions of the variables outside what is solved."""
    taken = {atom.triple for atom in island.atoms}
    blocks = [triple for block in island.blocks for triple in triples_of(block)]
    kept = [
        node
        for triple in blocks
        if triple not in taken
        for node in (triple.subject, triple.property.verb, triple.object)
    ]
    solved: list[Span] = [*island.blocks, *(c.element for c in island.conditions)]
    solved += [island.given.element] if island.given else []
    return [
        token
        for token in query.variables
        if token.text[1:] in island.variables and (_is_in(token, kept) or not _is_in(token, solved))
    ]


def _is_in(token: Token, spans: Sequence[Span]) -> bool:
    return any(span.start <= token.start < span.end for span in spans)
