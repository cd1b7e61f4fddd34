"""sh:not, and, or, xone: which of some shapes each value node conforms to (SHACL, 4.6)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from kg.namespaces import SH
from kg.shacl.compiled.errors import NoExpression
from kg.shacl.compiled.templates import FALSE, Fragment, any_of, negated, render
from kg.shacl.components.base import ValueConstraint
from kg.shacl.model.shape import Shape
from kg.terms import Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus
    from kg.shacl.compiled.hits import Hit
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class ShapeConstraint(ValueConstraint):
    """A condition on whether value nodes conform to other shapes.

    One query asks it where conforming can be said by an expression; else each shape is asked
    about all value nodes, and the answers are put together.
    """

    members: tuple[Shape, ...] = field(repr=False)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes that are referred to."""
        return self.members

    @abstractmethod
    def wrong(self, broken: Sequence[bool]) -> bool:
        """Whether a node is wrong that breaks those of the members."""

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each value node that is wrong."""
        try:
            yield from super().hits(shape, focus, evaluation)
        except NoExpression:
            for this, value in self._wrong_pairs(shape, focus, evaluation):
                yield evaluation.hit(shape, self, this, value)

    def _wrong_pairs(
        self, shape: Shape, focus: Focus, evaluation: Evaluation
    ) -> Iterator[tuple[Term, Term]]:
        nodes = evaluation.value_focus(shape, focus)
        failing = [evaluation.failing(member, nodes) for member in self.members]
        for this, value in evaluation.pairs(shape, focus):
            if self.wrong([value in found for found in failing]):
                yield this, value


class Not(ShapeConstraint):
    """No value node conforms to the shape."""

    component: ClassVar = SH.NotConstraintComponent

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """The node conforms."""
        return negated(evaluation.breaks(self.members[0], value))

    def wrong(self, broken: Sequence[bool]) -> bool:
        """It breaks nothing."""
        return not broken[0]

    def message(self) -> str:
        """What is wrong, in words."""
        return "a value may not conform to the shape given"


class And(ShapeConstraint):
    """Each value node conforms to every shape."""

    component: ClassVar = SH.AndConstraintComponent

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """The node breaks one."""
        return any_of(evaluation.breaks(member, value) for member in self.members)

    def wrong(self, broken: Sequence[bool]) -> bool:
        """It breaks one."""
        return any(broken)

    def message(self) -> str:
        """What is wrong, in words."""
        return "a value must conform to all of the shapes given"


class Or(ShapeConstraint):
    """Each value node conforms to one of the shapes at least."""

    component: ClassVar = SH.OrConstraintComponent

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """The node breaks all."""
        kept = [negated(evaluation.breaks(member, value)) for member in self.members]
        return negated(any_of(kept))

    def wrong(self, broken: Sequence[bool]) -> bool:
        """It breaks all."""
        return all(broken)

    def message(self) -> str:
        """What is wrong, in words."""
        return "a value must conform to one or more of the shapes given"


class Xone(ShapeConstraint):
    """Each value node conforms to exactly one of the shapes."""

    component: ClassVar = SH.XoneConstraintComponent

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """The number of shapes that the node keeps is not one."""
        broken = [evaluation.breaks(member, value) for member in self.members]
        return FALSE if not broken else render("conditions/xone", broken=broken)

    def wrong(self, broken: Sequence[bool]) -> bool:
        """It keeps none, or more than one."""
        return broken.count(False) != 1

    def message(self) -> str:
        """What is wrong, in words."""
        return "a value must conform to exactly one of the shapes given"


def read(reader: ShapesReader, node: Term) -> Iterator[ShapeConstraint]:
    """A constraint for each value of each parameter."""
    for shape in reader.values(node, SH["not"]):
        yield Not((reader.shape(shape),))
    for parameter, constraint in ((SH["and"], And), (SH["or"], Or), (SH.xone, Xone)):
        for members in reader.lists(node, parameter):
            yield constraint(tuple(reader.shape(member) for member in members))
