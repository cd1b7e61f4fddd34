"""Shapes (SHACL, 2.1): a node or property shape with all that it demands."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from kg.namespaces import SH
from kg.shacl.model.paths import Path
from kg.shacl.model.targets import Target
from kg.terms import BlankNode, Literal, NamedNode, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus
    from kg.shacl.compiled.hits import Hit
    from kg.shacl.compiled.templates import Fragment


@dataclass(frozen=True, eq=False)
class Shape:
    """A shape; a property shape when it has a path.

    ``node`` names it in the shapes graph and ``path_node`` its path there.
    """

    node: NamedNode | BlankNode
    path: Path | None = None
    path_node: Term | None = None
    targets: tuple[Target, ...] = ()
    constraints: tuple[Constraint, ...] = field(default=(), repr=False)
    severity: NamedNode = SH.Violation
    messages: tuple[Literal, ...] = ()
    deactivated: bool = False

    def parts(self) -> Iterator[Shape]:
        """This shape and every shape that its constraints refer to, at any depth."""
        yield self
        for constraint in self.constraints:
            for shape in constraint.shapes:
                yield from shape.parts()


class Constraint(ABC):
    """What a shape demands by one constraint component (SHACL, 2.1.2)."""

    component: ClassVar[NamedNode]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes that the constraint refers to."""
        return ()

    @abstractmethod
    def hits(self, shape: Shape, focus: Focus, evaluation: Evaluation) -> Iterable[Hit]:
        """The results of the constraint, declared at ``shape``, for all focus nodes at once."""

    @abstractmethod
    def breaks(self, shape: Shape, node: Fragment, evaluation: Evaluation) -> Fragment:
        """A SPARQL expression that says whether a node, as focus node, has results.

        It is true or false, never an error. Raises ``NoExpression`` where none is known; then
        the results are asked for and looked through.
        """

    @abstractmethod
    def message(self) -> str:
        """What is wrong, in words, where the shape has no message of its own."""
