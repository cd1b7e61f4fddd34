"""sh:in: each value node is a member of a list (SHACL, 4.8.3)."""

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
class In(ValueConstraint):
    """The members, of which each value node must be one, term for term."""

    members: tuple[Term, ...]
    component: ClassVar = SH.InConstraintComponent

    def fails(self, value: Fragment, evaluation: Evaluation) -> Fragment:
        """The same term as no member."""
        members = [evaluation.encode(member) for member in self.members]
        # SPARQL's IN compares values, so literals are compared one by one.
        named = [member for member in members if not isinstance(member, Literal)]
        literals = [member for member in members if isinstance(member, Literal)]
        return render("conditions/in", node=value, named=named, literals=literals)

    def message(self) -> str:
        """What is wrong, in words."""
        return f"a value must be one of {', '.join(member.value for member in self.members)}"


def read(reader: ShapesReader, node: Term) -> Iterator[In]:
    """A constraint for each list."""
    for members in reader.lists(node, SH["in"]):
        yield In(members)
