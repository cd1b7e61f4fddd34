"""From what was found to the results of a report: their rules, paths and owners."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import rdflib

from kg.shacl.compiled.evaluation import Evaluation
from kg.shacl.compiled.owners import owners_of
from kg.shacl.described import described
from kg.shacl.paths import path_text
from kg.shacl.rdflib_bridge import to_rdflib
from kg.shacl.report import Result
from kg.shacl.shapes import Shapes
from kg.terms import BlankNode, Term, Triple


def placed(results: Iterable[Result], shapes: Shapes) -> tuple[Result, ...]:
    """The results with their rules, and their paths spelt out."""
    found = list(results)
    spellings: dict[Term | None, str] = {None: ""}
    for result in found:
        if result.path is not None and result.path not in spellings:
            spellings[result.path] = path_text(shapes.graph, to_rdflib(result.path))
    return tuple(
        replace(
            result,
            path_text=spellings[result.path],
            rule=shapes.rule_of(to_rdflib(result.shape)),
        )
        for result in found
    )


def with_owners(results: Iterable[Result], evaluation: Evaluation) -> tuple[Result, ...]:
    """The results with those who answer for their focus nodes now."""
    found = list(results)
    owners = owners_of({result.focus for result in found}, evaluation)
    return tuple(replace(result, owners=owners.get(result.focus, ())) for result in found)


def details_of(results: Iterable[Result], graph: rdflib.Graph) -> frozenset[Triple]:
    """What the shapes graph says of the blank nodes that results point at."""
    named = {t for r in results for t in (r.path, r.shape, r.constraint)}
    return described((node for node in named if isinstance(node, BlankNode)), graph)
