"""Closures of dependencies answered from the lineage index, where an end is or becomes bound.

``start mlg:directlyDependsOn+ ?x`` has each node of the closure as a solution once, so the
nodes as VALUES are the same pattern. Where something else gives ``?x`` its values already, a
condition that it is one of them keeps the same solutions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from kg.sparql.lineage import Direction, Snapshot
from kg.sparql.planner.costs import Costs
from kg.sparql.planner.edits import Edit
from kg.sparql.planner.ends import Ends
from kg.sparql.planner.handover import Handover, Note
from kg.sparql.planner.indexable import Walk, walk
from kg.sparql.planner.scopes import Scope, certain, scopes
from kg.sparql.planner.triples import TriplePattern, text_without, triples_of
from kg.sparql.reader.nodes import Node, NodeKind
from kg.sparql.reader.patterns import Triples
from kg.sparql.reader.queries import Query
from kg.terms import NamedNode

STEP: Final = "lineage-index"


@dataclass(frozen=True)
class Found:
    """The closure pattern of a group, seen from the end that is known."""

    start: str | None
    """The variable at this end, unless it is an IRI."""

    far: str
    """The variable at the other end."""

    starts: list[NamedNode]
    direction: Direction
    zero: bool


class IndexedClosures:
    """The rewrite, for one query on one snapshot."""

    def __init__(self, snapshot: Snapshot, handover: Handover, costs: Costs) -> None:
        self._snapshot = snapshot
        self._handover = handover
        self.costs = self._costs = costs
        self._ends = Ends(snapshot, costs)
        self.values = self._ends.values
        self._closures: dict[tuple[NamedNode, Direction, bool], Collection[NamedNode]] = {}

    def answer_closures(self, query: Query) -> Iterator[Edit]:
        """Put what the index answers in place of each pattern that it can answer."""
        for scope in scopes(query):
            if scope.graph is None:
                for block in scope.group.elements:
                    if isinstance(block, Triples):
                        yield from self._in_block(query, scope, block)

    def membership(self, found: Found) -> str:
        """An expression that is true where the far end is in the closure of the one start."""
        start = found.starts[0]
        members = self._closure(start, found.direction, found.zero)
        self._note(f"closure of {start}", len(members), "node", "looked up", f"?{found.far}")
        return self._handover.member(found.far, members)

    def asked(self, query: Query, variable: str, pattern: str) -> str | None:
        """The solutions of a pattern of one variable as data, if they are few."""
        terms = self._ends.solutions(query, variable, pattern)
        return None if terms is None else self._handover.values((variable,), [(t,) for t in terms])

    def size(self, found: Found) -> int:
        """How many nodes there are in the closures of all starts."""
        return sum(len(self._closure(start, found.direction, found.zero)) for start in found.starts)

    def _in_block(self, query: Query, scope: Scope, block: Triples) -> Iterator[Edit]:
        for triple in triples_of(block):
            found = walk(query, triple.property.verb)
            if found:
                text = self._answered(query, scope, block, triple, found)
                if text is not None:
                    rest = text_without(query, block, {triple})
                    yield Edit(STEP, ((block.start, block.end, f"{text} {rest}"),))
                    return

    def _answered(
        self, query: Query, scope: Scope, block: Triples, triple: TriplePattern, step: Walk
    ) -> str | None:
        """What can stand for a triple pattern."""
        subject, target = end_of(query, triple.subject), end_of(query, triple.object)
        if isinstance(subject, NamedNode) and isinstance(target, NamedNode):
            return self._checked(subject, target, step)
        found = self.known_end(query, scope, triple, step)
        if found is None:
            return None
        return self._handed_over(query, scope, block, triple, found)

    def _checked(self, start: NamedNode, target: NamedNode, step: Walk) -> str:
        """Both ends are given: one solution without variables, or none."""
        members = self._closure(start, step.direction, step.zero)
        self._note(f"closure of {start}", len(members), "node", "looked up", str(target))
        return "VALUES () { () }" if target in members else "VALUES () { }"

    def known_end(
        self, query: Query, scope: Scope, triple: TriplePattern, step: Walk
    ) -> Found | None:
        """A closure pattern seen from the end of which less is known to be possible, if any is."""
        subject, target = end_of(query, triple.subject), end_of(query, triple.object)
        match subject, target:
            case str(), str() if subject != target and scope.exists is None:
                return self._bound_end(query, scope, (subject, target), step)
        return from_known_end(query, triple)

    def _bound_end(
        self, query: Query, scope: Scope, ends: tuple[str, str], step: Walk
    ) -> Found | None:
        """The end from whose values, by the patterns around, less is to be walked."""
        subject, target = ends
        choices: list[Found] = []
        for most in (self._costs.inlined, self._costs.looked_at):
            for near, far, direction in (
                (subject, target, step.direction),
                (target, subject, step.back),
            ):
                starts = self._ends.values(query, scope, near, far, most)
                if starts is not None and len(starts) <= self._costs.starts:
                    choices.append(Found(near, far, starts, direction, step.zero))
                    if len(starts) <= self._costs.few_starts:
                        break
            if choices:
                break
        chosen = (
            min(choices, key=self._estimated) if len(choices) > 1 else next(iter(choices), None)
        )
        if chosen and chosen.zero and not all(map(self._snapshot.has, chosen.starts)):
            return None
        return chosen

    def _estimated(self, found: Found) -> float:
        """About how many nodes there are in the closures of all starts, by some of them.

        A few services may depend on far more than what depends on many versions.
        """
        starts = found.starts
        some = starts[:: max(1, len(starts) // self._costs.sampled)][: self._costs.sampled]
        seen = sum(len(self._closure(start, found.direction, found.zero)) for start in some)
        return len(starts) * seen / max(1, len(some))

    def _handed_over(
        self, query: Query, scope: Scope, block: Triples, triple: TriplePattern, found: Found
    ) -> str | None:
        size = 0
        for start in found.starts:
            size += len(self._closure(start, found.direction, found.zero))
            if size > self._costs.rows:
                break
        single = len(found.starts) == 1
        if single and (size > self._costs.inlined or scope.exists):
            given = self._certain_without(query, scope, block, triple)
            few = round(self._costs.calls_per_row * size)
            if found.far in given and (
                scope.exists or self._ends.are_fewer(query, scope, found.far, few)
            ):
                return self._as_function(found)
        if scope.exists:
            return None
        return self._as_rows(query, scope, found, size)

    def _certain_without(
        self, query: Query, scope: Scope, block: Triples, triple: TriplePattern
    ) -> frozenset[str]:
        """The variables that have a value in every solution before or beside a triple pattern."""
        before = [element for element in scope.group.elements if element.end <= block.start]
        beside = (
            query.mentioned(node.start, node.end)
            for other in triples_of(block)
            if other != triple
            for node in (other.subject, other.property.verb, other.object)
        )
        return certain(query, before).union(*beside)

    def _as_function(self, found: Found) -> str:
        condition = f"FILTER({self.membership(found)})"
        if found.start is None:
            return condition
        return f"{self._handover.values((found.start,), [(found.starts[0],)])} {condition}"

    def _as_rows(self, query: Query, scope: Scope, found: Found, size: int) -> str | None:
        wanted = None
        if size > self._costs.inlined and (found.start or size > self._costs.rows):
            values = self._ends.values(query, scope, found.far, found.start)
            wanted = None if values is None else set(values)
        if wanted is None and size > self._costs.rows:
            return None
        rows = list(self._rows(found, wanted))
        done = "inlined" if len(rows) == size else f"{len(rows)} that can matter inlined"
        if len(found.starts) == 1:
            self._note(f"closure of {found.starts[0]}", size, "node", done)
        else:
            of = f"closures of the {len(found.starts)} values of ?{found.start}"
            self._note(of, size, "pair", done)
        variables = (found.far,) if found.start is None else (found.start, found.far)
        return self._handover.values(variables, rows)

    def _note(self, of: str, size: int, unit: str, done: str, looked_up: str = "") -> None:
        self._handover.notes.append(Note(of, size, unit, done, looked_up))

    def _rows(self, found: Found, wanted: set[NamedNode] | None) -> Iterator[tuple[NamedNode, ...]]:
        for start in found.starts:
            closure = self._closure(start, found.direction, found.zero)
            near = () if found.start is None else (start,)
            if wanted is None:
                chosen: Collection[NamedNode] = closure
            elif len(wanted) < len(closure):
                chosen = [node for node in wanted if node in closure]
            else:
                chosen = [node for node in closure if node in wanted]
            yield from ((*near, node) for node in chosen)

    def _closure(self, start: NamedNode, direction: Direction, zero: bool) -> Collection[NamedNode]:
        key = (start, direction, zero)
        if key not in self._closures:
            found = self._snapshot.closures.closure(start, direction)
            if zero and start not in found and self._snapshot.has(start):
                found = {start, *found}
            self._closures[key] = found
        return self._closures[key]


def end_of(query: Query, node: Node) -> NamedNode | str | None:
    """The IRI in full, the name of a variable, or ``None`` for what cannot be an end."""
    if node.is_variable:
        return node.text
    return query.named_node(node.text) if node.kind is NodeKind.IRI else None


def from_known_end(query: Query, triple: TriplePattern) -> Found | None:
    """The closure that a triple pattern is, where it runs between an IRI and a variable."""
    step = walk(query, triple.property.verb)
    if step is None:
        return None
    match end_of(query, triple.subject), end_of(query, triple.object):
        case NamedNode() as start, str() as far:
            return Found(None, far, [start], step.direction, step.zero)
        case str() as far, NamedNode() as start:
            return Found(None, far, [start], step.back, step.zero)
    return None
