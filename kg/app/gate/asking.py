"""The gate of a graph, to be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from types import TracebackType
from typing import Final, Self

from kg.app.gate.answering import Answering
from kg.app.gate.overlays import Moved, Overlays
from kg.app.gate.question import Question
from kg.app.gate.rules import Rules, RulesInForce
from kg.app.gate.situation import Situation
from kg.app.graph import KnowledgeGraph
from kg.app.queries import catalog
from kg.gate import Purpose, Verdict
from kg.gate.verdict import ENGINE
from kg.namespaces import RDF
from kg.shacl.affected import Inquirer
from kg.sparql.catalog import QueryCatalog
from kg.terms import NamedNode

_TRIES: Final = 3
_COPIES: Final = 2  # what a question takes that compares


class Gate:
    """Answers questions of one graph; any number of threads may ask. Nothing it does is written.

    A context manager that removes its copies of the store.
    """

    def __init__(self, graph: KnowledgeGraph, rules: RulesInForce | None = None) -> None:
        """The gate of a graph, by its own rules unless others are given."""
        self.graph = graph
        self._overlays = Overlays(graph)
        self._rules = rules or RulesInForce(graph.data)
        self._prepared: Rules | None = None

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
        for _ in range(_TRIES):
            with suppress(Moved):
                return self._asked(asking)
        with self.graph.undisturbed():  # somebody commits all the time
            return self._asked(asking)

    def _asked(self, asking: Answering) -> Verdict:
        with self._overlays.take() as overlay:
            return asking.verdict(Situation(self.graph, overlay))

    def prepare(self, wanted: Callable[[], bool] = lambda: True) -> bool:
        """Do what the first question would take long for; costs next to nothing where it is done.

        Has the copies of the store that a question takes made and brought up to what was
        committed, and, once for each state of the rules, whatever is there judged for a purpose;
        whether it did the latter. It stops when it is not ``wanted`` any more. Raises what reading
        rules raises.
        """
        if not self.graph.revision:
            return False
        rules = self._rules.of()
        self._overlays.refresh(_COPIES)
        if rules is self._prepared:
            return False
        self._prepared = rules  # whatever comes of it: what fails here fails where it is asked
        with self._overlays.take() as overlay:
            moment, lookups = datetime.now(UTC), overlay.lookups
            steps = Inquirer(overlay.store, rules.asked, moment, lookups=lookups).prepare()
            all(wanted() for _ in steps)
        for purpose in filter(lambda _: wanted(), rules.purposes.values()):
            for asset in self._some(purpose.classes) if purpose.needs_asset else ():
                self.ask(Question(asset.value, purpose.name))
        return True

    def _some(self, classes: Sequence[str]) -> Iterator[NamedNode]:
        """A thing of one of some classes, if there is any."""
        store = self.graph.store
        found = (
            q.subject for c in classes for q in store.quads(None, RDF.type, NamedNode(c), None)
        )
        return islice((node for node in found if isinstance(node, NamedNode)), 1)

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
