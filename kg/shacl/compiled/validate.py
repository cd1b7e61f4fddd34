"""Validation by compiled shapes: a source of data and shapes give a report."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

from kg.shacl.affected.by_reference import by_reference
from kg.shacl.compiled.errors import NotCompiled
from kg.shacl.compiled.evaluation import Evaluation
from kg.shacl.compiled.finished import details_of, placed, with_owners
from kg.shacl.compiled.focus import Targeted
from kg.shacl.compiled.plan import Plan, make_plan
from kg.shacl.compiled.prebinding import Context
from kg.shacl.compiled.sources import Source
from kg.shacl.context import context_triples
from kg.shacl.model.shape import Shape
from kg.shacl.report import NotCompiledShape, Report, Result, sort_results
from kg.shacl.shapes import Shapes
from kg.terms import Literal, NamedNode, Term

_THREADS: Final = 2


def validate_source(
    source: Source,
    shapes: Shapes,
    as_of: datetime | None = None,
    revision: int | None = None,
    focus_nodes: Sequence[NamedNode | Literal] | None = None,
) -> Report:
    """Validate what a source holds, at an instant.

    With ``focus_nodes`` each shape is asked only about those of its targets that are among
    them, at a cost that does not grow with the data. What is not compiled is validated by the
    reference engine, see :func:`kg.shacl.affected.by_reference.by_reference`; the report says
    which shapes these were.

    Raises what :func:`kg.shacl.compiled.plan.make_plan` raises, :class:`InputError` for a SPARQL
    constraint that is not well-formed, and whatever the source raises.
    """
    context = list(context_triples(shapes, as_of))
    evaluation = Evaluation(source, Context(context))
    plan = make_plan(shapes.graph)
    results, rest = _evaluated(plan, evaluation, focus_nodes)
    finished = with_owners(placed(results, shapes), evaluation)
    details = details_of(finished, shapes.graph)
    held_back: tuple[NotCompiledShape, ...] = ()
    if rest:
        reference = by_reference(source, shapes, as_of, dict(rest), focus_nodes)
        finished += reference.results
        details |= reference.details
        held_back = reference.not_compiled
    rules = tuple(shapes.rules.values())
    return Report(sort_results(finished), rules, details, as_of, revision, not_compiled=held_back)


def _evaluated(
    plan: Plan, evaluation: Evaluation, focus_nodes: Sequence[NamedNode | Literal] | None
) -> tuple[list[Result], list[tuple[Term, str]]]:
    """What the shapes find, and those that are not compiled; two shapes are asked at a time.

    The engine lets go of the interpreter while it evaluates.
    """
    given = None if focus_nodes is None else tuple(focus_nodes)

    def ask(shape: Shape) -> list[Result] | NotCompiled:
        try:
            focus = Targeted(shape.targets, given)
            return [hit.result for hit in evaluation.hits(shape, focus)]
        except NotCompiled as error:
            return error

    if given is None:
        with ThreadPoolExecutor(_THREADS) as pool:
            answers = list(pool.map(ask, plan.compiled))
    else:
        answers = list(map(ask, plan.compiled))
    results: list[Result] = []
    rest: list[tuple[Term, str]] = list(plan.rest)
    for shape, found in zip(plan.compiled, answers, strict=True):
        if isinstance(found, NotCompiled):
            rest.append((shape.node, found.reason))
        else:
            results += found
    return results, rest
