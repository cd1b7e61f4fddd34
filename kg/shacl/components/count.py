"""sh:minCount and sh:maxCount: how many value nodes there are (SHACL, 4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kg.namespaces import SH
from kg.shacl.compiled.errors import NoExpression
from kg.shacl.compiled.patterns import THIS, exists, exists_pair
from kg.shacl.compiled.templates import FALSE, Fragment, negated
from kg.shacl.model.shape import Constraint, Shape
from kg.terms import Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus
    from kg.shacl.compiled.hits import Hit
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class _Count(Constraint):
    count: int

    def _hits(
        self, template: str, shape: Shape, focus: Focus, evaluation: Evaluation
    ) -> Iterator[Hit]:
        """Ask by an expression where one is known, else count."""
        pattern = focus.pattern(THIS, evaluation)
        try:
            condition = self.breaks(shape, THIS, evaluation)
        except NoExpression:
            values = evaluation.values(shape, focus)
            rows = evaluation.rows(template, focus=pattern, values=values, count=self.count)
        else:
            if condition == FALSE:
                return
            rows = evaluation.rows("broken-nodes", focus=pattern, condition=condition)
        for (this,) in rows:
            yield evaluation.hit(shape, self, this)


@dataclass(frozen=True)
class MinCount(_Count):
    """The least number of value nodes."""

    component: ClassVar = SH.MinCountConstraintComponent

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each focus node with fewer value nodes."""
        scan = evaluation.scan(shape.path, focus) if self.count == 1 else None
        if scan is None or not scan.small:
            yield from self._hits("fewer-values", shape, focus, evaluation)
            return
        pattern = focus.pattern(THIS, evaluation)
        for (this,) in evaluation.rows("without-pairs", focus=pattern, pairs=scan.pairs):
            yield evaluation.hit(shape, self, this)

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether there is no value node, where one is demanded."""
        if self.count <= 0:
            return FALSE
        if self.count > 1 or shape.path is None:
            raise NoExpression
        return negated(exists(shape.path, node, evaluation))

    def message(self) -> str:
        """What is wrong, in words."""
        return f"there must be {self.count} values or more"


@dataclass(frozen=True)
class MaxCount(_Count):
    """The largest number of value nodes."""

    component: ClassVar = SH.MaxCountConstraintComponent

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each focus node with more value nodes."""
        scan = evaluation.scan(shape.path, focus)
        if scan is None or not scan.small:
            yield from self._hits("more-values", shape, focus, evaluation)
            return
        asked = {"pairs": scan.pairs, "count": self.count, "member": scan.member}
        for (this,) in evaluation.rows("repeated-pairs", **asked):
            yield evaluation.hit(shape, self, this)

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether there is a value node too many, where none or one is allowed."""
        path = shape.path
        if self.count > 1 or path is None:
            raise NoExpression
        if self.count == 0:
            return exists(path, node, evaluation)
        return exists_pair(path, node, evaluation, "conditions/different")

    def message(self) -> str:
        """What is wrong, in words."""
        return f"there may be {self.count} values at most"


def read(reader: ShapesReader, node: Term) -> Iterator[MinCount | MaxCount]:
    """The constraints that are there."""
    least, most = reader.integer(node, SH.minCount), reader.integer(node, SH.maxCount)
    if least is not None:
        yield MinCount(least)
    if most is not None:
        yield MaxCount(most)
