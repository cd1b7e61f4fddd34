"""sh:closed and sh:ignoredProperties: no properties but those named (SHACL, 4.8.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kg.namespaces import SH
from kg.shacl.compiled.patterns import THIS, VALUE, exists, values_pattern
from kg.shacl.compiled.templates import Fragment, render
from kg.shacl.model.shape import Constraint, Shape
from kg.terms import NamedNode, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus
    from kg.shacl.compiled.hits import Hit
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class Closed(Constraint):
    """The properties that value nodes may have."""

    allowed: tuple[NamedNode, ...]
    component: ClassVar = SH.ClosedConstraintComponent

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each other triple, its predicate as path and its object as value."""
        node = evaluation.fresh()
        start = focus.pattern(THIS, evaluation)
        nodes = values_pattern(start, shape.path, THIS, node, evaluation)
        rows = evaluation.rows(
            "other-properties", nodes=nodes, node=node, value=VALUE, allowed=self.allowed
        )
        for this, _node, predicate, value in rows:
            yield evaluation.hit(shape, self, this, value, path=predicate)

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether there is such a triple."""
        if shape.path is None:
            return self._open(node, evaluation)
        return exists(shape.path, node, evaluation, lambda value: self._open(value, evaluation))

    def _open(self, node: Fragment, evaluation: Evaluation) -> Fragment:
        return render(
            "conditions/open",
            node=node,
            predicate=evaluation.fresh(),
            value=evaluation.fresh(),
            allowed=self.allowed,
        )

    def message(self) -> str:
        """What is wrong, in words."""
        return "this property is not among those allowed here"


def read(reader: ShapesReader, node: Term) -> Iterator[Closed]:
    """The constraint, where the shape is closed."""
    if reader.is_true(node, SH.closed):
        ignored = [term for items in reader.lists(node, SH.ignoredProperties) for term in items]
        paths = [
            path
            for shape in reader.values(node, SH.property)
            for path in reader.values(shape, SH.path)
        ]
        allowed = {term for term in (*ignored, *paths) if isinstance(term, NamedNode)}
        yield Closed(tuple(sorted(allowed, key=str)))
