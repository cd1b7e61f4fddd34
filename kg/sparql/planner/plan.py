"""All rewrites, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

from kg.errors import QuerySyntaxError
from kg.sparql.lineage import Snapshot
from kg.sparql.planner import (
    blanks,
    chains,
    closures,
    dependencies,
    indexed,
    islands,
    members,
    optionals,
    semijoins,
    sequences,
)
from kg.sparql.planner.costs import Costs
from kg.sparql.planner.edits import Edit, apply
from kg.sparql.planner.handover import Handover, Member, Note
from kg.sparql.planner.plain import has_closure, is_plain
from kg.sparql.planner.unsteady import unsteady
from kg.sparql.reader import NotUnderstood, read
from kg.sparql.reader.queries import Query
from kg.sparql.tokens import tokenize
from kg.terms import NamedNode

Rewrite = Callable[[Query], Iterator[Edit]]

Result = TypeVar("Result")

_SENTENCES: Final = {
    dependencies.STEP: "mlg:dependsOn is walked over mlg:directlyDependsOn",
    blanks.STEP: "a blank node at the end of a recursive path is given a name",
    semijoins.STEP: "a filter on a recursive path is evaluated once, as a join or MINUS",
    optionals.STEP: "required patterns are joined before OPTIONAL",
    closures.STEP: "a recursive path is walked once, from the end that is known",
    chains.STEP: "EXISTS over several patterns is nested, one pattern each",
}

_MAX_ROUNDS: Final = 100
_MAX_LENGTH: Final = 100_000
_COSTS: Final = Costs()
_SHORT: Final = 8_192
_KEPT: Final = 64
"""So many plans are kept, of short texts."""


@dataclass(frozen=True)
class Planned:
    """A query to evaluate, the functions it calls, and the rewrites that made it.

    ``names`` are those of the rewrites, in order; ``found`` says what the lineage index gave.
    """

    text: str
    names: tuple[str, ...] = ()
    found: tuple[Note, ...] = ()
    functions: Mapping[NamedNode, Member] = field(default_factory=dict)

    @property
    def told(self) -> tuple[str, ...]:
        """The names, and behind that of the lineage index what it gave, short."""
        given = "; ".join(note.short for note in self.found)
        return tuple(
            f"{name} ({given})" if name == indexed.STEP and given else name for name in self.names
        )

    @property
    def steps(self) -> list[str]:
        """What was done, in words."""
        rewrites = [_SENTENCES[name] for name in self.names if name in _SENTENCES]
        return [*rewrites, *map(str, self.found)]


def plan(text: str, snapshot: Snapshot | None = None, costs: Costs = _COSTS) -> Planned:
    """Rewrite a query that the guard let pass; one that is not understood, or
    longer than 100,000 characters, stays as it is.

    With a snapshot, which the query must then be evaluated on as a whole, closures of
    dependencies are answered from its lineage index. The answers are the same. Their order,
    where the query states none, may be another, and with it which of them a LIMIT leaves.
    """
    if not is_worth_planning(text):
        return Planned(text)
    if not hangs_on_graph(text):
        return _by_text(text) if len(text) <= _SHORT else _planned(text, None, costs)
    return _planned(text, snapshot, costs)


def _planned(text: str, snapshot: Snapshot | None, costs: Costs) -> Planned:
    handover = Handover(text)
    names: dict[str, None] = {}
    try:
        query = read(text)
        index = isles = None
        if snapshot is not None and not query.has_dataset:
            index = indexed.IndexedClosures(snapshot, handover, costs)
            if (facts := snapshot.closures.facts) is not None:
                isles = islands.Islands(snapshot, facts, handover, index)
        for rewrite in _rewrites(query, index, isles):
            query, done = _exhausted(rewrite, query)
            names.update(dict.fromkeys(done))
    except (NotUnderstood, QuerySyntaxError):
        return Planned(text)
    return Planned(
        handover.written_out(query.text), tuple(names), tuple(handover.notes), handover.functions
    )


@lru_cache(maxsize=_KEPT)
def _by_text(text: str) -> Planned:
    """The plan of a query that is the same whatever the graph holds."""
    return _planned(text, None, _COSTS)


def is_worth_planning(text: str) -> bool:
    """Whether a rewrite may have anything to do; costs little against reading the query."""
    return (_read if len(text) <= _SHORT else _read_anew)(text).plan


def hangs_on_graph(text: str) -> bool:
    """Whether the plan of a query may be another where a graph holds something else."""
    return (_read if len(text) <= _SHORT else _read_anew)(text).graph


class _Reading(NamedTuple):
    """What a text says of its plan: whether there is any, and whether it hangs on the graph."""

    plan: bool
    graph: bool


def _read_anew(text: str) -> _Reading:
    if len(text) > _MAX_LENGTH:
        return _Reading(False, False)
    try:
        tokens = tokenize(text)
    except QuerySyntaxError:
        return _Reading(False, False)
    plain = is_plain(tokens)
    return _Reading(not plain, not plain and has_closure(tokens))


_read = lru_cache(maxsize=_KEPT)(_read_anew)


def evaluated(
    text: str, evaluate: Callable[[Planned], Result], snapshot: Snapshot | None = None
) -> tuple[Result, Planned]:
    """What ``evaluate`` makes of the planned text, and the plan.

    Where the engine does not take it, the text itself is evaluated: the engine then says what is
    wrong with it, and where.
    """
    planned = plan(text, snapshot)
    try:
        return evaluate(planned), planned
    except QuerySyntaxError:
        if planned.text == text:
            raise
        return evaluate(Planned(text)), Planned(text)


def nested_exists(text: str) -> str:
    """The text with the patterns of every EXISTS nested, one each, and nothing else changed.

    Unlike :func:`plan` this takes queries too whose other parts hang on the engine's plan.
    """
    try:
        return _exhausted(chains.chain_exists, read(text))[0].text
    except (NotUnderstood, QuerySyntaxError):
        return text


def _rewrites(
    query: Query, index: indexed.IndexedClosures | None, isles: islands.Islands | None
) -> Iterator[Rewrite]:
    yield dependencies.write_template
    yield dependencies.walk_dependencies
    if unsteady(query):
        return
    yield blanks.name_blanks
    if index is not None:
        yield sequences.part_sequences
        if isles is not None:
            yield isles.solve
        yield lambda query: members.look_up_members(query, index)
    yield semijoins.join_closures
    yield optionals.move_required_first
    if index is not None:
        yield index.answer_closures
    asked = index.asked if index is not None else None
    yield lambda query: closures.hoist_closures(query, asked)
    if isles is not None:
        yield isles.solve_given
    yield chains.chain_exists


def _exhausted(rewrite: Rewrite, query: Query) -> tuple[Query, list[str]]:
    """Apply a rewrite until it finds nothing more to do."""
    steps: list[str] = []
    for _ in range(_MAX_ROUNDS):
        text, done = apply(query.text, rewrite(query))
        if not done:
            break
        query = read(text)
        steps += done
    return query, steps
