"""The gate of a graph, to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from types import TracebackType
from typing import Self

from kg.app.gate.answering import Answering
from kg.app.gate.overlays import Overlays
from kg.app.gate.question import Question
from kg.app.gate.rules import RulesInForce
from kg.app.gate.situation import Situation
from kg.app.graph import KnowledgeGraph
from kg.app.queries import catalog
from kg.gate import Purpose, Verdict
from kg.gate.verdict import ENGINE
from kg.sparql.catalog import QueryCatalog


class Gate:
    """Answers questions of one graph; any number of threads may ask. Nothing it does is written.

    A context manager that removes its copies of the store.
    """

    def __init__(self, graph: KnowledgeGraph, rules: RulesInForce | None = None) -> None:
        """The gate of a graph, by its own rules unless others are given."""
        self.graph = graph
        self._overlays = Overlays(graph)
        self._rules = rules or RulesInForce(graph.data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the copies of the store."""
        self._overlays.close()

    def ask(self, question: Question) -> Verdict:
        """The verdict on a question.

        Raises :class:`NotFound` for a thing, purpose or pack that there is not,
        :class:`InputError` for a question that cannot be meant, and what
        :meth:`Situation.change` raises.
        """
        rules = self._rules.of(question.packs)
        purpose = rules.purpose(question.purpose_name)
        asking = Answering(self.graph, question, rules, purpose, self._queries, self._overlays)
        with self._overlays.take() as overlay:
            return asking.verdict(Situation(self.graph, overlay))

    def purpose(self, name: str) -> Purpose:
        """The purpose of a name; raises :class:`NotFound`."""
        return self._rules.of().purpose(name)

    def state(self, packs: Sequence[str]) -> dict[str, str]:
        """By which shapes, ontology and engine it is answered now; parts of a verdict."""
        shapes = self._rules.of(packs).shapes.digest
        return {"shapes": shapes, "ontology": self.graph.ontology.digest, "engine": ENGINE}

    @cached_property
    def _queries(self) -> QueryCatalog:
        return catalog(self.graph)
