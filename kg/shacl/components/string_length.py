"""sh:minLength and sh:maxLength: how long value nodes are as strings (SHACL, 4.4.1, 4.4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kg.namespaces import SH
from kg.shacl.compiled.templates import Fragment, render
from kg.shacl.components.base import ValueConstraint
from kg.terms import Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class MinLength(ValueConstraint):
    """The least number of characters."""

    length: int
    component: ClassVar = SH.MinLengthConstraintComponent

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """A blank node, or too short."""
        shorter = Fragment("<")
        return render("conditions/length", node=value, wrong=shorter, length=self.length)

    def message(self) -> str:
        """What is wrong, in words."""
        return f"a value must have {self.length} characters or more"


@dataclass(frozen=True)
class MaxLength(ValueConstraint):
    """The largest number of characters."""

    length: int
    component: ClassVar = SH.MaxLengthConstraintComponent

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """A blank node, or too long."""
        longer = Fragment(">")
        return render("conditions/length", node=value, wrong=longer, length=self.length)

    def message(self) -> str:
        """What is wrong, in words."""
        return f"a value may have {self.length} characters at most"


def read(reader: ShapesReader, node: Term) -> Iterator[MinLength | MaxLength]:
    """The constraints that are there."""
    least, most = reader.integer(node, SH.minLength), reader.integer(node, SH.maxLength)
    if least is not None:
        yield MinLength(least)
    if most is not None:
        yield MaxLength(most)
