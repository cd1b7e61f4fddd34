"""Scans: a property looked through from end to end, instead of focus node by focus node.

Going through the triples of a property costs an engine far less for each than looking one up, so
where a shape has about as many focus nodes as its path has triples, a constraint first asks which
of the triples break it, and of those alone whether they are about focus nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.shacl.compiled.focus import Focus, Targeted
from kg.shacl.compiled.patterns import THIS, VALUE
from kg.shacl.compiled.templates import TRUE, Fragment, any_of, negated, render
from kg.shacl.model.paths import Inverse, Path, Predicate
from kg.shacl.model.targets import (
    Target,
    TargetClass,
    TargetNode,
    TargetObjectsOf,
    TargetSubjectsOf,
)

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation

RATIO: Final = 4
"""Triples of a property for each focus node up to which they are looked through."""

HELD: Final = 1_000_000
"""Rows up to which an engine may be made to hold all of them at a time."""


@dataclass(frozen=True)
class Scan:
    """All pairs of nodes that a path of one step joins.

    ``pairs`` is a pattern that binds ``?this`` and ``?value`` to each; ``member`` an expression
    that says whether ``?this`` is a focus node; ``small`` tells that there are at most
    :data:`HELD`.
    """

    pairs: Fragment
    member: Fragment
    small: bool

    def wrong(self, condition: Fragment) -> Fragment:
        """An expression: that a pair meets the condition, asked first, and is of a focus node.

        Engines take ``&&`` apart and ask its sides in an order of their own, but not ``IF``.
        """
        if self.member == TRUE:
            return condition
        return render("conditions/if", condition=condition, then=self.member)


def scan(path: Path | None, focus: Focus, evaluation: Evaluation) -> Scan | None:
    """The scan that answers for the targets of a shape; ``None`` where going by node is cheaper.

    Asks how many focus nodes and triples there are, of the latter no more than matters: O(focus
    nodes).
    """
    if not isinstance(focus, Targeted) or focus.given is not None:
        return None
    step = _pairs(path)
    member = _member(focus.targets, path, evaluation)
    if step is None or member is None:
        return None
    nodes = evaluation.size(focus.targets, focus.pattern(THIS, evaluation), HELD)
    most = RATIO * nodes
    triples = evaluation.size(path, step, most + 1)
    return None if triples > most else Scan(step, member, triples <= HELD)


def _pairs(path: Path | None) -> Fragment | None:
    match path:
        case Predicate(iri):
            return render("target-property", subject=THIS, predicate=iri, object=VALUE)
        case Inverse(Predicate(iri)):
            return render("target-property", subject=VALUE, predicate=iri, object=THIS)
    return None


def _member(
    targets: tuple[Target, ...], path: Path | None, evaluation: Evaluation
) -> Fragment | None:
    """Whether a node with a value by the path is a target; ``None`` where no expression says."""
    ways = [_is_target(target, path, evaluation) for target in targets]
    known = [way for way in ways if way is not None]
    if TRUE in known:
        return TRUE
    return any_of(known) if len(known) == len(ways) else None


def _is_target(target: Target, path: Path | None, evaluation: Evaluation) -> Fragment | None:
    match target:
        case TargetNode(node):
            return render("conditions/same", left=THIS, right=evaluation.encode(node))
        case TargetClass(cls):
            classes, type_ = evaluation.classes(cls), evaluation.fresh()
            return negated(render("conditions/class", node=THIS, classes=classes, type=type_))
        case TargetSubjectsOf(predicate):
            if path == Predicate(predicate):
                return TRUE
            ends = {"subject": THIS, "object": evaluation.fresh()}
        case TargetObjectsOf(predicate):
            if path == Inverse(Predicate(predicate)):
                return TRUE
            ends = {"subject": evaluation.fresh(), "object": THIS}
        case _:
            return None
    step = render("target-property", predicate=predicate, **ends)
    return render("conditions/exists", step=step, condition=TRUE, always=True)
