"""sh:equals, disjoint, lessThan, lessThanOrEquals: value nodes against a property (SHACL, 4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kg.namespaces import SH, compact
from kg.shacl.compiled.patterns import THIS, VALUE, exists, leads_to
from kg.shacl.compiled.templates import Fragment, any_of, negated, render
from kg.shacl.model.paths import Predicate
from kg.shacl.model.shape import Constraint, Shape
from kg.terms import NamedNode, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus
    from kg.shacl.compiled.hits import Hit
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class Pair(Constraint):
    """What is demanded of value nodes and the values of a property together."""

    predicate: NamedNode

    def _other(self, node: Fragment, value: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether a node is among the values of the property."""
        return leads_to(Predicate(self.predicate), node, value, evaluation)


def _reached(shape: Shape, node: Fragment, value: Fragment, evaluation: Evaluation) -> Fragment:
    """Whether a node is among the value nodes."""
    if shape.path is None:
        return render("conditions/same", left=node, right=value)
    return leads_to(shape.path, node, value, evaluation)


@dataclass(frozen=True)
class Equals(Pair):
    """The value nodes are exactly the values of the property."""

    component: ClassVar = SH.EqualsConstraintComponent

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each node that is on one side only."""
        values = evaluation.values(shape, focus)
        missing = negated(self._other(THIS, VALUE, evaluation))
        for this, value in evaluation.rows("broken-values", values=values, condition=missing):
            yield evaluation.hit(shape, self, this, value)
        others = render(
            "target-values",
            focus=focus.pattern(THIS, evaluation),
            this=THIS,
            predicate=self.predicate,
            value=VALUE,
        )
        extra = negated(_reached(shape, THIS, VALUE, evaluation))
        for this, value in evaluation.rows("broken-values", values=others, condition=extra):
            yield evaluation.hit(shape, self, this, value)

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether a node is on one side only."""
        extra = exists(
            Predicate(self.predicate),
            node,
            evaluation,
            lambda value: negated(_reached(shape, node, value, evaluation)),
        )
        if shape.path is None:
            missing = negated(self._other(node, node, evaluation))
        else:
            missing = exists(
                shape.path,
                node,
                evaluation,
                lambda value: negated(self._other(node, value, evaluation)),
            )
        return any_of([missing, extra])

    def message(self) -> str:
        """What is wrong, in words."""
        return f"the values must be those of {compact(self.predicate.value)}"


@dataclass(frozen=True)
class Disjoint(Pair):
    """No value node is a value of the property."""

    component: ClassVar = SH.DisjointConstraintComponent

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each node that is on both sides."""
        values = evaluation.values(shape, focus)
        both = self._other(THIS, VALUE, evaluation)
        for this, value in evaluation.rows("broken-values", values=values, condition=both):
            yield evaluation.hit(shape, self, this, value)

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether a node is on both sides."""
        if shape.path is None:
            return self._other(node, node, evaluation)
        return exists(
            shape.path, node, evaluation, lambda value: self._other(node, value, evaluation)
        )

    def message(self) -> str:
        """What is wrong, in words."""
        return f"no value may be a value of {compact(self.predicate.value)}"


@dataclass(frozen=True)
class LessThan(Pair):
    """Each value node is less than each value of the property."""

    comparison: ClassVar[Fragment] = Fragment("<")
    component: ClassVar[NamedNode] = SH.LessThanConstraintComponent

    def _wrong(self, value: Fragment, other: Fragment, evaluation: Evaluation) -> Fragment:
        return render(
            "conditions/range",
            value=evaluation.typed(value),
            comparison=self.comparison,
            bound=evaluation.typed(other),
        )

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each pair that is in the wrong order or cannot be compared."""
        for this, value, _other in self._broken(shape, focus, evaluation):
            yield evaluation.hit(shape, self, this, value)

    def _broken(
        self, shape: Shape, focus: Focus, evaluation: Evaluation
    ) -> Iterator[tuple[Term | None, ...]]:
        other = Fragment("?other")
        condition = self._wrong(VALUE, other, evaluation)
        asked = {"predicate": self.predicate, "other": other}
        scans = [evaluation.scan(p, focus) for p in (shape.path, Predicate(self.predicate))]
        if scans[0] and all(scan and scan.small for scan in scans):
            asked |= {"pairs": scans[0].pairs, "condition": scans[0].wrong(condition)}
            return evaluation.rows("broken-scanned-pairs", **asked)
        values = evaluation.values(shape, focus)
        return evaluation.rows("broken-pairs", values=values, condition=condition, **asked)

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether there is such a pair."""

        def worse(value: Fragment) -> Fragment:
            return exists(
                Predicate(self.predicate),
                node,
                evaluation,
                lambda other: self._wrong(value, other, evaluation),
            )

        return worse(node) if shape.path is None else exists(shape.path, node, evaluation, worse)

    def message(self) -> str:
        """What is wrong, in words."""
        return f"a value must be less than those of {compact(self.predicate.value)}"


class LessThanOrEquals(LessThan):
    """Each value node is at most each value of the property."""

    comparison = Fragment("<=")
    component = SH.LessThanOrEqualsConstraintComponent

    def message(self) -> str:
        """What is wrong, in words."""
        return f"a value must be at most those of {compact(self.predicate.value)}"


def read(reader: ShapesReader, node: Term) -> Iterator[Pair]:
    """A constraint for each value of each parameter."""
    for parameter, constraint in (
        (SH.equals, Equals),
        (SH.disjoint, Disjoint),
        (SH.lessThan, LessThan),
        (SH.lessThanOrEquals, LessThanOrEquals),
    ):
        for predicate in reader.iris(node, parameter):
            yield constraint(predicate)
