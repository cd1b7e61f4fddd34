"""Asking shapes again about the nodes that a change concerns, and about no others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Final

import rdflib
from rdflib import XSD

from kg.index import IndexView
from kg.model import literal
from kg.namespaces import MLG
from kg.propagation import PROPERTIES, with_facts
from kg.shacl.affected.by_reference import by_reference
from kg.shacl.affected.evaluating import StoreEvaluation
from kg.shacl.affected.focus import affected
from kg.shacl.affected.shapes import ByProperty, Reads, reads_of_shape, times_of_shape
from kg.shacl.affected.times import Times
from kg.shacl.affected.walker import Nodes, Walker
from kg.shacl.affected.worth import Worth
from kg.shacl.compiled.errors import NotCompiled
from kg.shacl.compiled.finished import placed
from kg.shacl.compiled.focus import Given, Targeted
from kg.shacl.compiled.hits import Hit
from kg.shacl.compiled.plan import Plan, make_plan
from kg.shacl.compiled.prebinding import Context
from kg.shacl.compiled.sources import StoreSource
from kg.shacl.compiled.templates import INSTANT
from kg.shacl.context import REPORT_NODE, context_properties, context_triples
from kg.shacl.model.shape import Shape
from kg.shacl.model.targets import SparqlTarget
from kg.shacl.rdflib_bridge import to_rdflib
from kg.shacl.report import NotCompiledShape, Result
from kg.shacl.rule import Rule
from kg.shacl.shapes import Shapes
from kg.store import EmbeddedStore, Lookups
from kg.terms import NamedNode, Term, Triple

DERIVED: Final = PROPERTIES
"""Properties of derived facts, whose changes no patch tells."""

_DURATIONS: Final = (XSD.duration, XSD.dayTimeDuration, XSD.yearMonthDuration)


class AskedShapes:
    """A shapes graph with its plan and with what each shape reads, worked out once."""

    def __init__(self, shapes: Shapes) -> None:
        """Raises what :func:`kg.shacl.compiled.plan.make_plan` raises."""
        self.shapes = shapes
        self.plan: Final[Plan] = make_plan(shapes.graph)
        self._reads: dict[Term, Reads] = {}
        self._rules: dict[Term, Rule | None] = {}
        self._worth = Worth()

    def reads(self, shape: Shape) -> Reads:
        """What a compiled shape with targets reads."""
        if shape.node not in self._reads:
            self._reads[shape.node] = reads_of_shape(shape, self._beside)
        return self._reads[shape.node]

    def reading(self, properties: Iterable[NamedNode]) -> frozenset[Term]:
        """The compiled shapes with targets that read one of some properties, by their nodes."""
        readers = self._readers
        return readers[None].union(*(readers.get(prop, ()) for prop in properties))

    @cached_property
    def _readers(self) -> Mapping[NamedNode | None, frozenset[Term]]:
        """The shapes by the properties that they read; those that read any under ``None``."""
        found: defaultdict[NamedNode | None, set[Term]] = defaultdict(set, {None: set()})
        for shape in self.plan.compiled:
            for prop in self.reads(shape).properties:
                found[prop].add(shape.node)
        return {prop: frozenset(shapes) for prop, shapes in found.items()}

    def rule(self, shape: Term) -> Rule | None:
        """The rule that a shape belongs to."""
        if shape not in self._rules:
            self._rules[shape] = self.shapes.rule_of(to_rdflib(shape))
        return self._rules[shape]

    @cached_property
    def compiled(self) -> dict[Term, Shape]:
        """The compiled shapes with targets, by their nodes."""
        return {shape.node: shape for shape in self.plan.compiled}

    @cached_property
    def times(self) -> dict[Term, Times]:
        """How each compiled shape with targets hangs on the instant, by its node."""
        fixed = all(map(is_fixed, self.durations))
        return {
            shape.node: times_of_shape(shape, self._beside, fixed=fixed)
            for shape in self.plan.compiled
        }

    @cached_property
    def durations(self) -> frozenset[str]:
        """The durations that rules set."""
        values = (
            value for _, _, value in self.shapes.settings if isinstance(value, rdflib.Literal)
        )
        return frozenset(str(value) for value in values if value.datatype in _DURATIONS)

    @cached_property
    def _beside(self) -> frozenset[str]:
        return context_properties(self.shapes)

    def evaluation(
        self,
        store: EmbeddedStore,
        as_of: datetime | None,
        index: IndexView | None = None,
        lookups: Lookups | None = None,
    ) -> StoreEvaluation:
        """What the shapes are asked with, of a store and its lineage index at an instant.

        ``lookups`` are those in the store, where something is known of what it holds.
        """
        source = StoreSource(store, index)
        if as_of is None:
            return StoreEvaluation(lookups or store, source, self._timeless, worth=self._worth)
        instant = literal(as_of)
        timed = source.putting(INSTANT, [instant])
        return StoreEvaluation(lookups or store, timed, self._timed, instant, self._worth)

    @cached_property
    def _timeless(self) -> Context:
        return Context(context_triples(self.shapes, None))

    @cached_property
    def _timed(self) -> Context:
        """What stands beside the data at any instant, so that texts are the same at each."""
        instant = Triple(REPORT_NODE, MLG.asOf, INSTANT)
        return Context([*context_triples(self.shapes, None), instant])


def is_fixed(duration: str) -> bool:
    """Whether a duration (in letters) is as long on every day: it has no years and months."""
    return not re.search(r"[YM]", duration.partition("T")[0])


@dataclass(frozen=True)
class Answer:
    """What the shape of a node finds about some focus nodes; ``None`` stands for all.

    Each result comes with the focus node of that shape from which it was found. In place of
    what the shape found about these nodes before, this makes its results those of a full run.
    """

    shape: Term
    nodes: Nodes | None
    results: tuple[tuple[Term, Result], ...]
    not_compiled: NotCompiledShape | None = None
    """That the reference engine answered, where it did."""


def ask_again(
    store: EmbeddedStore,
    asked: AskedShapes,
    changed: Collection[Triple],
    as_of: datetime,
    *,
    passed: Collection[Triple] | None = None,
    whole: Collection[Term] = (),
    untold: Set[NamedNode] = DERIVED,
    index: IndexView | None = None,
    lookups: Lookups | None = None,
) -> list[Answer]:
    """What shapes find anew after a change, at an instant: an answer for each that it concerns.

    ``changed`` are the triples that were added or removed, asserted and entailed, in whatever
    graph; the store is as it is afterwards. Where what was found before was found at an earlier
    instant, ``passed`` are the statements with dates that were passed since then, as
    :func:`kg.shacl.affected.clock.passed_days` tells. The shapes in ``whole`` are asked about all
    their focus nodes, and so are those that hang on properties whose changes are ``untold``.
    Results have rule and path, and no owners. With the lineage ``index`` of the store paths over
    dependencies are answered from it. ``lookups`` are those in the store, where something is known
    of what it holds.

    Costs what the walks from the change to focus nodes cost and the questions about these,
    whatever the size of the store; see docs/shacl.md for what is asked in full.
    """
    walker = Walker(lookups or store)
    evaluation = asked.evaluation(store, as_of, index, lookups)

    @cache
    def with_derived() -> StoreEvaluation:
        return asked.evaluation(with_facts(store), as_of, index)

    answers, known = [], ByProperty(changed)
    reading, tells_all = asked.reading(known.properties), not (untold and changed)
    for shape in asked.plan.compiled:
        late = [] if passed is None else _late(asked.times[shape.node], passed)
        all_ = shape.node in whole or late is None
        concerned = ByProperty([*changed, *late]) if late else known
        if tells_all and not (all_ or late or shape.node in reading):
            continue
        hangs = _hangs_on(untold, asked.reads(shape))
        all_ = all_ or (hangs and bool(changed))
        nodes = None if all_ else affected(asked.reads(shape), concerned, walker)
        if nodes is None or nodes:
            facts = with_derived() if hangs else evaluation
            answers.append(_ask_shape(shape, nodes, store, asked, facts, as_of))
    if changed or whole or passed is not None:
        answers += [
            answer_by_reference(node, store, asked, as_of, reason)
            for node, reason in asked.plan.rest
        ]
    return answers


def _late(times: Times, passed: Collection[Triple]) -> list[Triple] | None:
    """The statements whose dates have come to matter to a shape; ``None`` where all may have."""
    if times.properties is None:
        return None
    return [triple for triple in passed if triple.predicate in times.properties]


def _hangs_on(properties: Set[NamedNode], reads: Reads) -> bool:
    """Whether a shape reads one of some properties, or any."""
    return bool(properties) and (
        None in reads.properties or not properties.isdisjoint(reads.properties)
    )


def _ask_shape(
    shape: Shape,
    nodes: Nodes | None,
    store: EmbeddedStore,
    asked: AskedShapes,
    evaluation: StoreEvaluation,
    as_of: datetime,
) -> Answer:
    """What one shape finds about those of some nodes that are its focus nodes, or about all.

    Where it turns out not to be compiled the answer is about all.
    """
    try:
        return ask_compiled(shape, nodes, asked, evaluation)
    except NotCompiled as error:
        return answer_by_reference(shape.node, store, asked, as_of, error.reason)


def ask_compiled(
    shape: Shape, nodes: Nodes | None, asked: AskedShapes, evaluation: StoreEvaluation
) -> Answer:
    """The same; raises :class:`NotCompiled`."""
    hits = list(_hits(shape, nodes, evaluation))
    if not hits:
        return Answer(shape.node, nodes, ())
    results = placed((hit.result for hit in hits), asked.shapes)
    roots = (hit.root for hit in hits)
    return Answer(shape.node, nodes, tuple(zip(roots, results, strict=True)))


def _hits(shape: Shape, nodes: Nodes | None, evaluation: StoreEvaluation) -> Iterable[Hit]:
    if nodes is None:
        return evaluation.hits(shape, Targeted(shape.targets))
    given = evaluation.aim.among(shape.targets, nodes)
    if any(isinstance(target, SparqlTarget) for target in shape.targets):
        return evaluation.hits(shape, Targeted(shape.targets, given)) if given else ()
    left = evaluation.left(shape, given)
    return evaluation.about(left).hits(shape, Given()) if left else ()


def answer_by_reference(
    node: Term,
    store: EmbeddedStore,
    asked: AskedShapes,
    as_of: datetime,
    reason: str,
    nodes: Nodes | None = None,
) -> Answer:
    """What the reference engine finds about all focus nodes of a shape, or those of some nodes."""
    source = StoreSource(with_facts(store))
    report = by_reference(source, asked.shapes, as_of, {node: reason}, nodes)
    results = tuple((result.focus, result) for result in report.results)
    return Answer(node, nodes, results, *report.not_compiled)
