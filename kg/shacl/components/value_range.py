"""sh:minExclusive, minInclusive, maxExclusive, maxInclusive: value ranges (SHACL, 4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from kg.namespaces import SH
from kg.shacl.compiled.templates import Fragment, render
from kg.shacl.components.base import ValueConstraint
from kg.terms import Literal, NamedNode, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class _Range(ValueConstraint):
    bound: Literal
    comparison: ClassVar[Fragment]
    words: ClassVar[str]

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """The comparison is false, or cannot be made."""
        typed = evaluation.typed(value)
        return render("conditions/range", value=typed, comparison=self.comparison, bound=self.bound)

    def message(self) -> str:
        """What is wrong, in words."""
        return f"a value must be {self.words} {self.bound.value}"


class MinExclusive(_Range):
    """Each value node is greater than the bound."""

    component: ClassVar[NamedNode] = SH.MinExclusiveConstraintComponent
    comparison = Fragment(">")
    words = "greater than"


class MinInclusive(_Range):
    """Each value node is the bound or greater."""

    component: ClassVar[NamedNode] = SH.MinInclusiveConstraintComponent
    comparison = Fragment(">=")
    words = "at least"


class MaxExclusive(_Range):
    """Each value node is less than the bound."""

    component: ClassVar[NamedNode] = SH.MaxExclusiveConstraintComponent
    comparison = Fragment("<")
    words = "less than"


class MaxInclusive(_Range):
    """Each value node is the bound or less."""

    component: ClassVar[NamedNode] = SH.MaxInclusiveConstraintComponent
    comparison = Fragment("<=")
    words = "at most"


_PARAMETERS: Final[dict[NamedNode, type[_Range]]] = {
    SH.minExclusive: MinExclusive,
    SH.minInclusive: MinInclusive,
    SH.maxExclusive: MaxExclusive,
    SH.maxInclusive: MaxInclusive,
}


def read(reader: ShapesReader, node: Term) -> Iterator[ValueConstraint]:
    """The constraints that are there."""
    for parameter, constraint in _PARAMETERS.items():
        for bound in reader.literals(node, parameter):
            yield constraint(bound)
