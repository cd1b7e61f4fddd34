"""sh:qualifiedValueShape: how many value nodes conform to a shape (SHACL, 4.7.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from kg.namespaces import SH
from kg.shacl.compiled.errors import NoExpression
from kg.shacl.compiled.patterns import VALUE, exists
from kg.shacl.compiled.templates import FALSE, Fragment, any_of, negated
from kg.shacl.model.shape import Constraint, Shape
from kg.terms import NamedNode, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus
    from kg.shacl.compiled.hits import Hit
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class _Qualified(Constraint):
    """A count of the value nodes that conform to ``member`` and to none of its ``siblings``."""

    count: int
    member: Shape = field(repr=False)
    siblings: tuple[Shape, ...] = field(repr=False)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape and, where it has to be disjoint from them, its siblings."""
        return (self.member, *self.siblings)

    def _counts(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Counter[Term]:
        return Counter(this for this, _value in self._qualified(shape, focus, evaluation))

    def _qualified(
        self, shape: Shape, focus: Focus, evaluation: Evaluation
    ) -> Iterator[tuple[Term, Term]]:
        """Each focus node with each value node that counts."""
        try:
            condition = negated(self._excluded(VALUE, evaluation))
        except NoExpression:
            yield from self._looked_through(shape, focus, evaluation)
            return
        values = evaluation.values(shape, focus)
        for this, value in evaluation.rows("broken-values", values=values, condition=condition):
            if this is not None and value is not None:
                yield this, value

    def _excluded(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether a value node does not count."""
        siblings = [negated(evaluation.breaks(sibling, value)) for sibling in self.siblings]
        return any_of([evaluation.breaks(self.member, value), *siblings])

    def _looked_through(
        self, shape: Shape, focus: Focus, evaluation: Evaluation
    ) -> Iterator[tuple[Term, Term]]:
        nodes = evaluation.value_focus(shape, focus)
        broken = evaluation.failing(self.member, nodes)
        siblings = [evaluation.failing(sibling, nodes) for sibling in self.siblings]
        for this, value in evaluation.pairs(shape, focus):
            if value not in broken and all(value in failing for failing in siblings):
                yield this, value


@dataclass(frozen=True)
class QualifiedMinCount(_Qualified):
    """The least number of value nodes that count."""

    component: ClassVar[NamedNode] = SH.QualifiedMinCountConstraintComponent

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each focus node with fewer."""
        if self.count > 0:
            counts = self._counts(shape, focus, evaluation)
            for this in evaluation.nodes(focus):
                if counts[this] < self.count:
                    yield evaluation.hit(shape, self, this)

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether no value node counts, where one is demanded."""
        if self.count <= 0:
            return FALSE
        if self.count > 1 or shape.path is None:
            raise NoExpression
        return negated(
            exists(
                shape.path,
                node,
                evaluation,
                lambda value: negated(self._excluded(value, evaluation)),
            )
        )

    def message(self) -> str:
        """What is wrong, in words."""
        return f"{self.count} values or more must conform to the shape given"


@dataclass(frozen=True)
class QualifiedMaxCount(_Qualified):
    """The largest number of value nodes that count."""

    component: ClassVar[NamedNode] = SH.QualifiedMaxCountConstraintComponent

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each focus node with more."""
        for this, number in self._counts(shape, focus, evaluation).items():
            if number > self.count:
                yield evaluation.hit(shape, self, this)

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether a value node counts, where none may."""
        if self.count > 0 or shape.path is None:
            raise NoExpression
        return exists(
            shape.path, node, evaluation, lambda value: negated(self._excluded(value, evaluation))
        )

    def message(self) -> str:
        """What is wrong, in words."""
        return f"{self.count} values at most may conform to the shape given"


def read(reader: ShapesReader, node: Term) -> Iterator[_Qualified]:
    """Constraints for each value; at a node shape the parameters mean nothing."""
    least = reader.integer(node, SH.qualifiedMinCount)
    most = reader.integer(node, SH.qualifiedMaxCount)
    for value in reader.values(node, SH.qualifiedValueShape):
        if not reader.values(node, SH.path):
            return
        shape, siblings = reader.shape(value), _siblings(reader, node, value)
        if least is not None:
            yield QualifiedMinCount(least, shape, siblings)
        if most is not None:
            yield QualifiedMaxCount(most, shape, siblings)


def _siblings(reader: ShapesReader, node: Term, value: Term) -> tuple[Shape, ...]:
    """The sibling shapes, where they count: those that the parents' property shapes qualify."""
    if not reader.is_true(node, SH.qualifiedValueShapesDisjoint):
        return ()
    found = {
        sibling: None
        for parent in reader.subjects(SH.property, node)
        for shape in reader.values(parent, SH.property)
        for sibling in reader.values(shape, SH.qualifiedValueShape)
        if sibling != value
    }
    return tuple(reader.shape(sibling) for sibling in found)
