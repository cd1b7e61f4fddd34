"""All rewrites, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from kg.errors import QuerySyntaxError
from kg.sparql.planner import chains, closures, dependencies, optionals, semijoins
from kg.sparql.planner.edits import Edit, apply
from kg.sparql.planner.unsteady import unsteady
from kg.sparql.reader import NotUnderstood, read
from kg.sparql.reader.queries import Query

Rewrite = Callable[[Query], Iterator[Edit]]

Result = TypeVar("Result")

_REWRITES: Final[tuple[Rewrite, ...]] = (
    dependencies.walk_dependencies,
    semijoins.join_closures,
    optionals.move_required_first,
    closures.hoist_closures,
    chains.chain_exists,
)

_SENTENCES: Final = {
    dependencies.STEP: "mlg:dependsOn is walked over mlg:directlyDependsOn",
    semijoins.STEP: "a filter on a recursive path is evaluated once, as a join or MINUS",
    optionals.STEP: "required patterns are joined before OPTIONAL",
    closures.STEP: "a recursive path is walked once, from the end that is known",
    chains.STEP: "EXISTS over several patterns is nested, one pattern each",
}

_MAX_ROUNDS: Final = 100
_MAX_LENGTH: Final = 20_000


@dataclass(frozen=True)
class Planned:
    """A query to evaluate, and the names of the rewrites that made it, in order."""

    text: str
    names: tuple[str, ...] = ()

    @property
    def steps(self) -> list[str]:
        """What was done, in words."""
        return [_SENTENCES[name] for name in self.names]


def plan(text: str) -> Planned:
    """Rewrite a query that the guard let pass; one that is not understood, or
    longer than 20,000 characters, stays as it is.

    The answers are the same. Their order, where the query states none, may be another, and with
    it which of them a LIMIT leaves.
    """
    if len(text) > _MAX_LENGTH:
        return Planned(text)
    names: dict[str, None] = {}
    try:
        query = read(text)
        for rewrite in _REWRITES[:1] if unsteady(query) else _REWRITES:
            query, done = _exhausted(rewrite, query)
            names.update(dict.fromkeys(done))
    except (NotUnderstood, QuerySyntaxError):
        return Planned(text)
    return Planned(query.text, tuple(names))


def evaluated(text: str, evaluate: Callable[[str], Result]) -> tuple[Result, Planned]:
    """What ``evaluate`` makes of the planned text, and the plan.

    Where the engine does not take it, the text itself is evaluated: the engine then says what is
    wrong with it, and where.
    """
    planned = plan(text)
    try:
        return evaluate(planned.text), planned
    except QuerySyntaxError:
        if planned.text == text:
            raise
        return evaluate(text), Planned(text)


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
