"""sh:class: each value node is an instance of a class (SHACL, 4.1.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kg.namespaces import SH, compact
from kg.shacl.compiled.templates import Fragment, render
from kg.shacl.components.base import ValueConstraint
from kg.terms import NamedNode, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class Class(ValueConstraint):
    """The class that value nodes must be instances of, or of one below it."""

    cls: NamedNode
    component: ClassVar = SH.ClassConstraintComponent

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """No type of the node is the class or below it."""
        classes = evaluation.classes(self.cls)
        return render("conditions/class", node=value, classes=classes, type=evaluation.fresh())

    def message(self) -> str:
        """What is wrong, in words."""
        return f"a value must be an instance of {compact(self.cls.value)}"


def read(reader: ShapesReader, node: Term) -> Iterator[Class]:
    """A constraint for each value."""
    for cls in reader.iris(node, SH["class"]):
        yield Class(cls)
