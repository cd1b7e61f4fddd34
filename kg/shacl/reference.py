"""Validation by pySHACL, the reference engine: a data graph and shapes give a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from typing import Final

import rdflib
from rdflib import RDF, SH

from kg.errors import InputError, KGError, Unsupported
from kg.shacl.context import instant_triples
from kg.shacl.owners import owners_of
from kg.shacl.paths import path_text
from kg.shacl.rdflib_bridge import Node, from_rdflib, to_graph, to_rdflib, triples_of
from kg.shacl.report import Report, Result, sort_results
from kg.shacl.shapes import Shapes
from kg.terms import Literal, NamedNode, Term

_TARGETS: Final = {
    SH.target,
    SH.targetClass,
    SH.targetNode,
    SH.targetObjectsOf,
    SH.targetSubjectsOf,
}
_SHAPE_TYPES: Final = {SH.NodeShape, SH.PropertyShape, SH.ConstraintComponent, SH.Parameter}


def validate(
    data: rdflib.Graph,
    shapes: Shapes,
    as_of: datetime | None = None,
    revision: int | None = None,
) -> Report:
    """Validate a plain rdflib graph at an instant.

    While it is validated the graph also holds the instant (``mlg:asOf``) and the rules'
    settings, so that a report depends on nothing else and can be repeated.

    Raises :class:`InputError` when the shapes cannot be evaluated, :class:`Unsupported` for a
    SHACL feature that pySHACL lacks.
    """
    with _beside(data, shapes, as_of):
        outcome = _run(data, shapes.graph)
        results = [_result(outcome, node, data, shapes) for node in _result_nodes(outcome)]
    own = {*_result_nodes(outcome), *outcome.subjects(RDF.type, SH.ValidationReport)}
    details = frozenset(triples_of(t for t in outcome if t[0] not in own))
    rules = tuple(shapes.rules.values())
    return Report(sort_results(results), rules, details, as_of, revision)


def only_these(shapes: Shapes, nodes: Iterable[Term]) -> Shapes:
    """The same shapes graph with targets for some shapes alone."""
    kept = {to_rdflib(node) for node in nodes}
    graph = rdflib.Graph()
    for triple in shapes.graph:
        aims = triple[1] in _TARGETS or (triple[1] == RDF.type and triple[2] not in _SHAPE_TYPES)
        if triple[0] in kept or not aims:
            graph.add(triple)
    return Shapes(graph)


def aimed_at(shapes: Shapes, focus: Mapping[Term, Iterable[Term]]) -> Shapes:
    """The same shapes graph with the focus nodes of each of some shapes for its targets."""
    graph = only_these(shapes, ()).graph
    for node, nodes in focus.items():
        for target in nodes:
            graph.add((to_rdflib(node), SH.targetNode, to_rdflib(target)))
    return Shapes(graph)


@contextmanager
def _beside(data: rdflib.Graph, shapes: Shapes, as_of: datetime | None) -> Iterator[None]:
    context = chain(shapes.settings, to_graph(instant_triples(as_of)))
    added = [triple for triple in context if triple not in data]
    for triple in added:
        data.add(triple)
    try:
        yield
    finally:
        for triple in added:
            data.remove(triple)


def _run(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    # Slow to load (0.4 s), and seldom needed.
    import pyshacl

    from kg.shacl.prepared import PreparedGraph

    try:
        _, outcome, text = pyshacl.validate(
            PreparedGraph(data),
            shacl_graph=shapes,
            inplace=True,
            advanced=(None, SH.target, None) in shapes,
            inference="none",
            do_owl_imports=False,
            meta_shacl=False,
        )
    except KGError:
        raise
    except NotImplementedError as error:
        raise Unsupported(f"SHACL feature not supported: {error}") from error
    except Exception as error:  # whatever a faulty shape makes pySHACL or rdflib raise
        raise InputError(f"the shapes cannot be evaluated: {error}") from error
    if not isinstance(outcome, rdflib.Graph):
        raise InputError(f"the shapes cannot be evaluated: {text}")
    return outcome


def _result_nodes(outcome: rdflib.Graph) -> set[Node]:
    return set(outcome.objects(None, SH.result))


def _result(outcome: rdflib.Graph, node: Node, data: rdflib.Graph, shapes: Shapes) -> Result:
    said = dict(outcome.predicate_objects(node))
    focus, shape, path = said[SH.focusNode], said[SH.sourceShape], said.get(SH.resultPath)
    messages = sorted(outcome.objects(node, SH.resultMessage), key=str)
    return Result(
        focus=from_rdflib(focus),
        path=_optional(path),
        path_text=path_text(outcome, path),
        value=_optional(said.get(SH.value)),
        shape=from_rdflib(shape),
        constraint=_optional(said.get(SH.sourceConstraint)),
        component=NamedNode(str(said[SH.sourceConstraintComponent])),
        severity=NamedNode(str(said[SH.resultSeverity])),
        messages=tuple(m for m in map(from_rdflib, messages) if isinstance(m, Literal)),
        rule=shapes.rule_of(shape),
        owners=owners_of(data, focus),
    )


def _optional(node: Node | None) -> Term | None:
    return None if node is None else from_rdflib(node)
