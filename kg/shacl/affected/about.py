"""Asking shapes about some nodes, or some shapes about what they were asked before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kg.index import IndexView
from kg.propagation import with_facts
from kg.shacl.affected.asking import Answer, AskedShapes, answer_by_reference, ask_compiled
from kg.shacl.affected.walker import Nodes
from kg.shacl.compiled.errors import NotCompiled
from kg.shacl.compiled.finished import details_of, with_owners
from kg.shacl.compiled.focus import Given, Targeted
from kg.shacl.model.shape import Shape
from kg.shacl.report import Report, sort_results
from kg.shacl.rule import Rule
from kg.store import EmbeddedStore, Lookups
from kg.terms import NamedNode, Term

_NOBODY: Final = NamedNode("urn:kg:nobody")


@dataclass(frozen=True)
class Inquiry:
    """What was asked and found: a report, with owners, and the focus nodes of each rule."""

    report: Report
    rules: Mapping[Rule, int]


class Inquirer:
    """Asks the shapes of one graph of one store at one instant; derived facts are made first."""

    def __init__(
        self,
        store: EmbeddedStore,
        asked: AskedShapes,
        as_of: datetime,
        index: IndexView | None = None,
        lookups: Lookups | None = None,
    ) -> None:
        """``index`` and ``lookups`` are as :meth:`AskedShapes.evaluation` takes them."""
        self._store = with_facts(store)
        self._asked = asked
        self._as_of = as_of
        self._evaluation = asked.evaluation(self._store, as_of, index, lookups)
        self._shapes: dict[Term, Shape] = {shape.node: shape for shape in asked.plan.compiled}
        self._reasons: dict[Term, str] = dict(asked.plan.rest)

    def prepare(self) -> Iterator[None]:
        """Ask one shape after the other about nothing, so that what asking takes is read."""
        for shape in self._asked.plan.compiled:
            self._asked.reads(shape)
            about = self._evaluation.about([_NOBODY])
            with suppress(NotCompiled):
                self._evaluation.left(shape, [_NOBODY])
                for constraint in shape.constraints:
                    any(True for _ in constraint.hits(shape, Given(), about))
            yield

    def about(self, nodes: Nodes) -> Inquiry:
        """What all shapes find about the nodes; whatever the size of the store."""
        return self.inquiry(self.answers(nodes))

    def answers(self, nodes: Nodes) -> list[Answer]:
        """What each shape finds about the nodes."""
        if not nodes:
            return []
        return [
            *(self._ask(shape, nodes) for shape in self._asked.plan.compiled),
            *(self._by_reference(node, nodes, why) for node, why in self._reasons.items()),
        ]

    def again(self, answers: Iterable[Answer]) -> Inquiry:
        """What is answered here to what was asked elsewhere: the same shapes of the same nodes."""
        shapes = self._shapes
        return self.inquiry(
            self._ask(shapes[answer.shape], answer.nodes)
            if answer.shape in shapes
            else self._by_reference(answer.shape, answer.nodes, self._reasons.get(answer.shape, ""))
            for answer in answers
        )

    def inquiry(self, answers: Iterable[Answer]) -> Inquiry:
        """Answers as a report, and how many focus nodes each rule was asked of.

        What is answered twice, as where a shape was asked twice about a node, is told once.
        """
        given = list(answers)
        results = dict.fromkeys(result for answer in given for _, result in answer.results)
        found = sort_results(with_owners(results, self._evaluation))
        graph = self._asked.shapes.graph
        rules = self._rules(given)
        return Inquiry(Report(found, tuple(rules), details_of(found, graph), self._as_of), rules)

    def _ask(self, shape: Shape, nodes: Nodes | None) -> Answer:
        try:
            return ask_compiled(shape, nodes, self._asked, self._evaluation)
        except NotCompiled as error:
            return self._by_reference(shape.node, nodes, error.reason)

    def _by_reference(self, shape: Term, nodes: Nodes | None, reason: str) -> Answer:
        return answer_by_reference(shape, self._store, self._asked, self._as_of, reason, nodes)

    def _rules(self, answers: Collection[Answer]) -> dict[Rule, int]:
        nodes: defaultdict[Rule, set[Term]] = defaultdict(set)
        for answer in answers:
            rule = self._asked.rule(answer.shape)
            shape = self._shapes.get(answer.shape)
            if rule is not None and shape is not None:
                nodes[rule].update(self._focus(shape, answer.nodes))
        return {rule: len(found) for rule, found in nodes.items() if found}

    def _focus(self, shape: Shape, nodes: Nodes | None) -> Collection[Term]:
        if nodes is None:
            return self._evaluation.nodes(Targeted(shape.targets))
        return self._evaluation.aim.among(shape.targets, nodes)
