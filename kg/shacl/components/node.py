"""sh:node: each value node conforms to a node shape (SHACL, 4.7.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from kg.namespaces import SH, compact
from kg.shacl.compiled.templates import Fragment
from kg.shacl.components.logical import ShapeConstraint
from kg.shacl.model.shape import Shape
from kg.shacl.report import Result
from kg.terms import NamedNode, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus
    from kg.shacl.compiled.hits import Hit
    from kg.shacl.model.reader import ShapesReader


class Node(ShapeConstraint):
    """The shape that value nodes must conform to."""

    component: ClassVar = SH.NodeConstraintComponent

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each value node that does not, with what is wrong as ``sh:detail``."""
        found = list(super().hits(shape, focus, evaluation))
        if not found:
            return
        details: defaultdict[Term, list[Result]] = defaultdict(list)
        for hit in evaluation.hits(self.members[0], evaluation.value_focus(shape, focus)):
            details[hit.root].append(hit.result)
        for hit in found:
            value = hit.result.value
            inner = tuple(details[value]) if value is not None else ()
            yield evaluation.hit(shape, self, hit.root, value, details=inner)

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """The node breaks the shape."""
        return evaluation.breaks(self.members[0], value)

    def wrong(self, broken: Sequence[bool]) -> bool:
        """It breaks it."""
        return broken[0]

    def message(self) -> str:
        """What is wrong, in words."""
        node = self.members[0].node
        name = compact(node.value) if isinstance(node, NamedNode) else "given"
        return f"a value must conform to the shape {name}"


def read(reader: ShapesReader, node: Term) -> Iterator[Node]:
    """A constraint for each value."""
    for shape in reader.values(node, SH.node):
        yield Node((reader.shape(shape),))
