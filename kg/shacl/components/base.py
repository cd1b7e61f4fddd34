"""What most constraint components share: a condition on each value node by itself."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.shacl.compiled.patterns import THIS, VALUE, exists
from kg.shacl.compiled.templates import FALSE, Fragment
from kg.shacl.model.shape import Constraint, Shape
from kg.terms import Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus
    from kg.shacl.compiled.hits import Hit


class ValueConstraint(Constraint):
    """A constraint that gives a result for each value node of which :meth:`fails` is true."""

    @abstractmethod
    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """A SPARQL expression, true or false, that says whether a value node is wrong."""

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result with the value node as ``sh:value`` for each that is wrong."""
        node = THIS if shape.path is None else VALUE
        condition = self.fails(node, evaluation)
        if condition == FALSE:
            return
        if shape.path is None:
            pattern = focus.pattern(THIS, evaluation)
            for (this,) in evaluation.rows("broken-nodes", focus=pattern, condition=condition):
                yield evaluation.hit(shape, self, this, this)
            return
        for this, value in self._broken(condition, shape, focus, evaluation):
            yield evaluation.hit(shape, self, this, value)

    def _broken(
        self, condition: Fragment, shape: Shape, focus: Focus, evaluation: Evaluation
    ) -> Iterator[tuple[Term | None, ...]]:
        """Each focus node with each of its value nodes that meets the condition."""
        scan = evaluation.scan(shape.path, focus)
        if scan is None:
            values = evaluation.values(shape, focus)
            return evaluation.rows("broken-values", values=values, condition=condition)
        if not scan.small:
            wrong = scan.wrong(condition)
            return evaluation.rows("broken-values", values=scan.pairs, condition=wrong)
        asked = {"pairs": scan.pairs, "condition": condition, "member": scan.member}
        return evaluation.rows("broken-scanned-values", **asked)

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether some value node is wrong."""
        if shape.path is None:
            return self.fails(node, evaluation)
        return exists(shape.path, node, evaluation, lambda value: self.fails(value, evaluation))
