"""Evaluating a query: planned for what it is asked of, its answer true of one revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from kg.errors import QueryAborted
from kg.sparql.lineage import Closures, Snapshot
from kg.sparql.planner import Planned, evaluated, hangs_on_graph
from kg.store.base import GraphStore, QueryResult
from kg.store.results import write_result
from kg.terms import NamedNode


@dataclass(frozen=True)
class Evaluation:
    """A query that is being evaluated, and how it was planned."""

    result: QueryResult
    planned: Planned

    def write(self, format_name: str, output: IO[bytes]) -> None:
        """Write the whole result in a format of its form.

        Raises :class:`QueryAborted` when the engine fails on the query, perhaps in the middle.
        """
        try:
            write_result(self.result, format_name, output)
        except RuntimeError as error:
            raise QueryAborted(f"the engine cannot evaluate the query: {error}") from error
        for member in self.planned.functions.values():
            member.raise_failure()


def begin(
    store: GraphStore,
    text: str,
    closures: Closures | None = None,
    *,
    default_graphs: Sequence[NamedNode] | None = None,
    named_graphs: Sequence[NamedNode] | None = None,
    plain: bool = False,
) -> Evaluation:
    """Plan a query that the guard let pass and begin to evaluate it.

    The closures are used where they are of the store's own revision until the query has begun
    (from then on it sees the store as it was), and the query asks the union of all graphs.
    ``plain`` says that no rewrite can apply, so that the text need not be read to find that out.
    Raises :class:`QuerySyntaxError` and :class:`QueryAborted`.
    """

    def evaluate(planned: Planned) -> QueryResult:
        return store.query(
            planned.text,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
            functions=planned.functions,
        )

    try:
        if plain:
            return Evaluation(evaluate(Planned(text)), Planned(text))
        if not hangs_on_graph(text):
            return Evaluation(*evaluated(text, evaluate))
        if closures is not None and default_graphs is None and named_graphs is None:
            snapshot = Snapshot(store, closures)
            if snapshot.is_current:
                begun = Evaluation(*evaluated(text, evaluate, snapshot))
                if snapshot.is_current:
                    return begun
        return Evaluation(*evaluated(text, evaluate))
    except RuntimeError as error:
        raise QueryAborted(f"the engine cannot evaluate the query: {error}") from error
