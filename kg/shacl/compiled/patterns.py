"""Patterns of property paths: as a join, and as nested EXISTS.

``FILTER EXISTS`` over two joined patterns costs outer times inner in Oxigraph; nested EXISTS of
one pattern each does not, so sequences are taken apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.shacl.compiled.templates import FALSE, TRUE, Fragment, any_of, render
from kg.shacl.model.paths import Alternative, Path, Sequence, sparql, walks
from kg.terms import Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation

THIS = Fragment("?this")
VALUE = Fragment("?value")

Node = Fragment | Term


def values_pattern(
    start: Fragment, path: Path | None, this: Node, value: Fragment, evaluation: Evaluation
) -> Fragment:
    """A pattern that binds ``value`` to the value nodes of ``this``, which ``start`` binds.

    Without a path (a node shape) the value node is the focus node.
    """
    if path is None:
        return render("values-itself", start=start, this=this, value=value)
    found = walks(path)
    steps = found.steps and chain(found.steps, this, value, evaluation)
    if not found.stays:
        return render("values", start=start, steps=steps)
    return render("values-or-itself", start=start, this=this, value=value, steps=steps)


def chain(path: Path, this: Node, value: Node, evaluation: Evaluation) -> Fragment:
    """Triple patterns for a path that takes a step or more."""
    if not isinstance(path, Sequence):
        return render("step", this=this, path=Fragment(sparql(path)), value=value)
    patterns, here = [], this
    for part in path.parts[:-1]:
        after = evaluation.fresh()
        patterns.append(chain(part, here, after, evaluation))
        here = after
    patterns.append(chain(path.parts[-1], here, value, evaluation))
    return Fragment(" ".join(patterns))


def exists(
    path: Path,
    this: Node,
    evaluation: Evaluation,
    condition: Callable[[Fragment], Fragment] = lambda _value: TRUE,
) -> Fragment:
    """An expression: whether some value node of ``this`` meets the condition."""
    found = walks(path)
    ways = []
    if found.stays:
        ways.append(condition(_as_fragment(this)))
    for way in _ways(found.steps):
        parts = way.parts if isinstance(way, Sequence) else (way,)
        ways.append(_nested(parts, this, evaluation, condition))
    return any_of(ways)


def exists_pair(path: Path, this: Node, evaluation: Evaluation, template: str) -> Fragment:
    """An expression: whether two value nodes of ``this`` meet a condition on both."""

    def another(one: Fragment) -> Fragment:
        return exists(path, this, evaluation, lambda other: render(template, left=one, right=other))

    return exists(path, this, evaluation, another)


def leads_to(path: Path, this: Fragment, target: Node, evaluation: Evaluation) -> Fragment:
    """An expression: whether the path leads from ``this`` to a given node."""
    found = walks(path)
    ways = []
    if found.stays:
        ways.append(render("conditions/same", left=this, right=target))
    for way in _ways(found.steps):
        parts = way.parts if isinstance(way, Sequence) else (way,)
        ways.append(_nested(parts, this, evaluation, lambda _value: TRUE, target))
    return any_of(ways)


def _ways(path: Path | None) -> tuple[Path, ...]:
    if path is None:
        return ()
    return path.parts if isinstance(path, Alternative) else (path,)


def _nested(
    parts: tuple[Path, ...],
    this: Node,
    evaluation: Evaluation,
    condition: Callable[[Fragment], Fragment],
    target: Node | None = None,
) -> Fragment:
    first, *rest = parts
    after = evaluation.fresh() if rest or target is None else target
    inner = (
        _nested(tuple(rest), after, evaluation, condition, target)
        if rest
        else condition(_as_fragment(after))
    )
    if inner == FALSE:
        return FALSE
    step = render("step", this=this, path=Fragment(sparql(first)), value=after)
    return render("conditions/exists", step=step, condition=inner, always=inner == TRUE)


def _as_fragment(node: Node) -> Fragment:
    return node if isinstance(node, Fragment) else render("node", node=node)
