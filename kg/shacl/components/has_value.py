"""sh:hasValue: a term is among the value nodes (SHACL, 4.8.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kg.namespaces import SH
from kg.shacl.compiled.patterns import THIS, leads_to
from kg.shacl.compiled.templates import Fragment, negated, render
from kg.shacl.model.shape import Constraint, Shape
from kg.terms import Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus
    from kg.shacl.compiled.hits import Hit
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class HasValue(Constraint):
    """The term."""

    term: Term
    component: ClassVar = SH.HasValueConstraintComponent

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each focus node that lacks the term."""
        pattern = focus.pattern(THIS, evaluation)
        lacks = self.breaks(shape, THIS, evaluation)
        for (this,) in evaluation.rows("broken-nodes", focus=pattern, condition=lacks):
            yield evaluation.hit(shape, self, this)

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether the term is not among the value nodes."""
        term = evaluation.encode(self.term)
        if shape.path is None:
            return negated(render("conditions/same", left=node, right=term))
        return negated(leads_to(shape.path, node, term, evaluation))

    def message(self) -> str:
        """What is wrong, in words."""
        return f"{self.term.value} must be among the values"


def read(reader: ShapesReader, node: Term) -> Iterator[HasValue]:
    """A constraint for each value."""
    for term in reader.values(node, SH.hasValue):
        yield HasValue(term)
