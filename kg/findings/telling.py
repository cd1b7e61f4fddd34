"""Results that are kept as a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.findings.kept import KeptResults
from kg.findings.standing import Standing
from kg.shacl import Report
from kg.shacl.affected import AskedShapes
from kg.shacl.compiled.finished import details_of, with_owners
from kg.shacl.rdflib_bridge import to_rdflib
from kg.shacl.report import NotCompiledShape, sort_results
from kg.store import EmbeddedStore


def report_of(
    kept: KeptResults,
    asked: AskedShapes,
    store: EmbeddedStore,
    standing: Standing,
    not_compiled: Sequence[NotCompiledShape],
) -> Report:
    """The results, each with its rule and the present owners; linear in them."""
    shapes = asked.shapes
    found = (
        replace(known.result, rule=shapes.rule_of(to_rdflib(known.result.shape))) for known in kept
    )
    results = with_owners(found, asked.evaluation(store, standing.as_of))
    return Report(
        sort_results(results),
        tuple(shapes.rules.values()),
        details_of(results, shapes.graph),
        standing.as_of,
        standing.revision,
        not_compiled=tuple(not_compiled),
    )
