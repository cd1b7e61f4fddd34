"""sh:uniqueLang: no two value nodes share a language (SHACL, 4.4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kg.namespaces import SH
from kg.shacl.compiled.patterns import exists_pair
from kg.shacl.compiled.templates import FALSE, Fragment
from kg.shacl.model.shape import Constraint, Shape
from kg.terms import Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus
    from kg.shacl.compiled.hits import Hit
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class UniqueLang(Constraint):
    """The demand; there is nothing to say about it."""

    component: ClassVar = SH.UniqueLangConstraintComponent

    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """A result for each language that is used twice or more at a focus node."""
        values = evaluation.values(shape, focus)
        for this, _language in evaluation.rows("repeated-languages", values=values):
            yield evaluation.hit(shape, self, this)

    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """Whether two value nodes share a language."""
        path = shape.path
        if path is None:
            return FALSE
        return exists_pair(path, node, evaluation, "conditions/same-language")

    def message(self) -> str:
        """What is wrong, in words."""
        return "no two values may be in the same language"


def read(reader: ShapesReader, node: Term) -> Iterator[UniqueLang]:
    """The constraint, where the parameter is ``true`` to the letter."""
    if reader.is_true(node, SH.uniqueLang):
        yield UniqueLang()
