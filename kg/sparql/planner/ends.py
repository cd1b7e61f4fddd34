"""The ends of a closure: what is known of the values they may have, before it is evaluated."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from kg.errors import KGError
from kg.sparql.lineage import Snapshot
from kg.sparql.planner.costs import Costs
from kg.sparql.planner.scopes import Scope
from kg.sparql.planner.sources import Sources
from kg.sparql.planner.triples import TriplePattern
from kg.sparql.reader.queries import Query
from kg.terms import Literal, NamedNode, Term

_FEW: Final = 100
"""Solutions that are not counted before they are looked at: counting costs a thirtieth of that."""


class Ends:
    """Asks a snapshot for the values of variables, each question once."""

    def __init__(self, snapshot: Snapshot, costs: Costs) -> None:
        self._snapshot = snapshot
        self._most = costs.looked_at
        self._answers: dict[str, list[Term | None] | None] = {}

    def values(
        self,
        query: Query,
        scope: Scope,
        variable: str,
        without: str | None,
        most: int | None = None,
        answered: Collection[TriplePattern] = (),
    ) -> list[NamedNode] | None:
        """All values that a variable may have by the patterns around it; ``None`` if unknown,
        too many (``most`` solutions, or as many as are looked at), or not all of them IRIs.

        Patterns that were ``answered`` are left out: what they say is known.
        """
        sources = Sources(query, answered)
        most = self._most if most is None else most
        for pattern in sources.of(scope, variable, without):
            if most > _FEW and not self._number(sources.count(variable, pattern, most + 1), most):
                continue
            found = self._asked(sources.select(variable, pattern, most + 1))
            if found is not None and len(found) <= most:
                nodes = [term for term in dict.fromkeys(found) if isinstance(term, NamedNode)]
                return nodes if len(nodes) == len(set(found)) else None
        return None

    def solutions(self, query: Query, variable: str, pattern: str) -> list[Term] | None:
        """The values of a variable in all solutions of a pattern; ``None`` if they are too many."""
        found = self._asked(Sources(query).select(variable, pattern, self._most + 1))
        if found is None or len(found) > self._most:
            return None
        terms: list[Term] = [term for term in found if isinstance(term, NamedNode | Literal)]
        return terms if len(terms) == len(found) else None

    def are_fewer(self, query: Query, scope: Scope, variable: str, limit: int) -> bool:
        """Whether some pattern beside a closure has no more solutions than a limit."""
        sources = Sources(query)
        for pattern in sources.single(scope, variable):
            if self._number(sources.count(variable, pattern, limit + 1), limit):
                return True
        return False

    def _number(self, text: str, limit: int) -> bool:
        """Whether a number that is asked for is within a limit."""
        match self._asked(text):
            case [Literal(value=number)]:
                return int(number) <= limit
        return False

    def _asked(self, text: str) -> list[Term | None] | None:
        if text not in self._answers:
            try:
                self._answers[text] = self._snapshot.values(text)
            except (KGError, RuntimeError):
                self._answers[text] = None
        return self._answers[text]
