"""Focus nodes as patterns: what binds a variable to every node that a shape is asked about.

A pattern is never turned into a list on the way, so blank nodes, which no query can name, are
focus nodes like others, and one query asks all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from kg.shacl.compiled.patterns import values_pattern
from kg.shacl.compiled.prebinding import target_pattern
from kg.shacl.compiled.templates import GIVEN, Fragment, render
from kg.shacl.model.paths import Path
from kg.shacl.model.targets import (
    SparqlTarget,
    Target,
    TargetClass,
    TargetNode,
    TargetObjectsOf,
    TargetSubjectsOf,
)
from kg.terms import Literal, NamedNode

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation


class Focus(Protocol):
    """Nodes that a shape is asked about; ``standing`` where the pattern does not hang on data."""

    @property
    def standing(self) -> bool:
        """Whether the pattern is the same whatever the data and the nodes."""
        ...

    def pattern(self, variable: Fragment, evaluation: Evaluation) -> Fragment:
        """A group graph pattern, without braces, that binds the variable to each node."""
        ...


@dataclass(frozen=True)
class Targeted:
    """The targets of a shape; with ``given`` only those among the nodes given."""

    targets: tuple[Target, ...]
    given: Sequence[NamedNode | Literal] | None = None
    standing: ClassVar[bool] = False

    def pattern(self, variable: Fragment, evaluation: Evaluation) -> Fragment:
        """The one target, or the union of several without repetition."""
        nodes = [t.node for t in self.targets if isinstance(t, TargetNode)]
        ways = [
            self._among_given(_way(target, variable, evaluation), variable, evaluation)
            for target in self.targets
            if not isinstance(target, TargetNode)
        ]
        if nodes:
            if self.given is not None:
                nodes = [node for node in nodes if node in self.given]
            encoded = [evaluation.encode(node) for node in nodes]
            ways.append(render("nodes", node=variable, nodes=encoded))
        if len(ways) == 1:
            return ways[0]
        return render("union", node=variable, ways=ways)

    def _among_given(self, way: Fragment, variable: Fragment, evaluation: Evaluation) -> Fragment:
        if self.given is None:
            return way
        encoded = [evaluation.encode(node) for node in self.given]
        return Fragment(f"{render('nodes', node=variable, nodes=encoded)} {way}")


@dataclass(frozen=True)
class Given:
    """Nodes that are known to be focus nodes: those that the source is about.

    Their place in the pattern is taken by :data:`kg.shacl.compiled.templates.GIVEN`, so that the
    text is the same whichever they are.
    """

    standing: ClassVar[bool] = True

    def pattern(self, variable: Fragment, evaluation: Evaluation) -> Fragment:  # noqa: ARG002
        """The nodes as data."""
        return render("nodes", node=variable, nodes=[GIVEN])


@dataclass(frozen=True)
class ValuesOf:
    """The value nodes, by a path, of other focus nodes: what a nested shape is asked about."""

    focus: Focus
    path: Path

    @property
    def standing(self) -> bool:
        """As the nodes that the walk begins at."""
        return self.focus.standing

    def pattern(self, variable: Fragment, evaluation: Evaluation) -> Fragment:
        """A sub-select of the distinct value nodes."""
        this = evaluation.fresh()
        start = self.focus.pattern(this, evaluation)
        values = values_pattern(start, self.path, this, variable, evaluation)
        return render("value-nodes", node=variable, values=values)


def _way(target: Target, variable: Fragment, evaluation: Evaluation) -> Fragment:
    match target:
        case TargetClass(cls):
            classes = evaluation.classes(cls)
            return render("target-class", node=variable, classes=classes, type=evaluation.fresh())
        case TargetSubjectsOf(predicate):
            return render(
                "target-property", subject=variable, predicate=predicate, object=evaluation.fresh()
            )
        case TargetObjectsOf(predicate):
            return render(
                "target-property", subject=evaluation.fresh(), predicate=predicate, object=variable
            )
        case SparqlTarget(select):
            return target_pattern(select, variable)
    raise TypeError(target)
