"""sh:pattern: each value node, as a string, matches a regular expression (SHACL, 4.4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kg.namespaces import SH
from kg.shacl.compiled.errors import NotCompiled
from kg.shacl.compiled.templates import Fragment, render
from kg.shacl.components.base import ValueConstraint
from kg.terms import Literal, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.model.reader import ShapesReader


@dataclass(frozen=True)
class Pattern(ValueConstraint):
    """The regular expression, and its flags as SPARQL's REGEX takes them."""

    pattern: Literal
    flags: Literal
    component: ClassVar = SH.PatternConstraintComponent

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """A blank node, or no match.

        Raises :class:`NotCompiled` for an expression that the engine cannot read, such as one
        that looks ahead: it would let nothing pass.
        """
        known = {"pattern": self.pattern, "flags": self.flags}
        if not any(row[0] is not None for row in evaluation.rows("regex-known", **known)):
            raise NotCompiled(f"the engine cannot read the pattern {self.pattern.value!r}")
        return render("conditions/pattern", node=value, **known)

    def message(self) -> str:
        """What is wrong, in words."""
        return f"a value must match {self.pattern.value!r}"


def read(reader: ShapesReader, node: Term) -> Iterator[Pattern]:
    """A constraint for each value, all with the same flags."""
    flags = next(iter(reader.literals(node, SH.flags)), Literal(""))
    for pattern in reader.literals(node, SH.pattern):
        yield Pattern(Literal(pattern.value), Literal(flags.value))
