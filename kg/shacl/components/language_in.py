"""sh:languageIn: each value node has one of some languages (SHACL, 4.4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kg.namespaces import SH
from kg.shacl.compiled.templates import Fragment, render
from kg.shacl.components.base import ValueConstraint
from kg.terms import Literal, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class LanguageIn(ValueConstraint):
    """The language ranges (RFC 4647, basic) of which one must match."""

    ranges: tuple[Literal, ...]
    component: ClassVar = SH.LanguageInConstraintComponent

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """Not a literal, without language, or of another."""
        return render("conditions/language-in", node=value, ranges=self.ranges)

    def message(self) -> str:
        """What is wrong, in words."""
        return f"a value must be in one of the languages {', '.join(r.value for r in self.ranges)}"


def read(reader: ShapesReader, node: Term) -> Iterator[LanguageIn]:
    """The constraint, if there is one."""
    for ranges in reader.lists(node, SH.languageIn):
        yield LanguageIn(tuple(r for r in ranges if isinstance(r, Literal)))
