"""sh:property: each value node has a property shape (SHACL, 4.7.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from kg.errors import InputError
from kg.namespaces import SH
from kg.shacl.compiled.hits import Hit
from kg.shacl.compiled.patterns import exists
from kg.shacl.compiled.templates import Fragment
from kg.shacl.model.shape import Constraint, Shape
from kg.terms import Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class Property(Constraint):
    """The property shape; its results are the results."""

    member: Shape = field(repr=False)
    component: ClassVar = SH.PropertyConstraintComponent

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The property shape."""
        return (self.member,)

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """The results of the property shape for each value node of each focus node."""
        if shape.path is None:
            yield from evaluation.hits(self.member, focus)
            return
        found = list(evaluation.hits(self.member, evaluation.value_focus(shape, focus)))
        if not found:
            return
        parents: defaultdict[Term, list[Term]] = defaultdict(list)
        for this, value in evaluation.pairs(shape, focus):
            parents[value].append(this)
        for hit in found:
            for this in parents[hit.root]:
                yield Hit(this, hit.result)

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether some value node breaks the property shape."""
        if shape.path is None:
            return evaluation.breaks(self.member, node)
        return exists(
            shape.path, node, evaluation, lambda value: evaluation.breaks(self.member, value)
        )

    def message(self) -> str:
        """What is wrong, in words; the results are those of the property shape."""
        return "a value must have the property shape given"


def read(reader: ShapesReader, node: Term) -> Iterator[Property]:
    """A constraint for each value."""
    for value in reader.values(node, SH.property):
        shape = reader.shape(value)
        if shape.path is None:
            raise InputError("a value of sh:property has no sh:path", where=f"shape {value}")
        yield Property(shape)
