"""Validation of shapes that are not compiled: by pySHACL, on their neighbourhoods."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from kg.namespaces import SH
from kg.shacl.affected.neighbourhood import Neighbourhood, Neighbourhoods
from kg.shacl.compiled.sources import Source
from kg.shacl.rdflib_bridge import to_graph
from kg.shacl.reference import aimed_at, only_these, validate
from kg.shacl.report import NotCompiledShape, Report, Result
from kg.shacl.shapes import Shapes
from kg.terms import Term, Triple


def by_reference(
    source: Source,
    shapes: Shapes,
    as_of: datetime | None,
    reasons: Mapping[Term, str],
    given: Collection[Term] | None = None,
) -> Report:
    """What the reference engine finds by some shapes (nodes) alone, which ``reasons`` hold back.

    With ``given`` it is asked about these alone of their focus nodes. It is given a copy of what
    the shapes read from their focus nodes, of all the data where that is not known; the report
    says which it was. So it costs what the neighbourhoods hold, where these are known.

    Raises what :func:`kg.shacl.reference.validate` raises.
    """
    lookups = source.lookups()
    found = None if lookups is None else Neighbourhoods(source, lookups, shapes, as_of)
    around = {node: None if found is None else found.of(node, given) for node in reasons}
    near = {node: hood for node, hood in around.items() if hood is not None}
    results: list[Result] = []
    details: set[Triple] = set()
    if near and found is not None:
        report = _on_neighbourhoods(near, shapes, as_of)
        results += _with_owners(report.results, found)
        details |= {triple for triple in report.details if triple.predicate != SH.targetNode}
    copied = 0
    if len(near) < len(around):
        data = to_graph(source.triples())
        copied = len(data)
        report = validate(data, only_these(shapes, reasons.keys() - near.keys()), as_of)
        asked = None if given is None else set(given)
        results += [r for r in report.results if asked is None or r.focus in asked]
        details |= report.details
    return Report(
        tuple(results),
        details=frozenset(details),
        as_of=as_of,
        not_compiled=tuple(
            NotCompiledShape(node, reason, copied, whole=True)
            if node not in near
            else NotCompiledShape(node, reason, len(near[node].triples))
            for node, reason in reasons.items()
        ),
    )


def _on_neighbourhoods(
    near: Mapping[Term, Neighbourhood], shapes: Shapes, as_of: datetime | None
) -> Report:
    """One run on all of them together; one more triple of the data than needed does no harm."""
    data = to_graph(frozenset().union(*(hood.triples for hood in near.values())))
    aimed = aimed_at(shapes, {node: hood.focus for node, hood in near.items()})
    return validate(data, aimed, as_of)


def _with_owners(results: Collection[Result], found: Neighbourhoods) -> Iterator[Result]:
    """The results with the owners that all the data tells, which shapes need not read."""
    owners = {node: found.owners(node) for node in {result.focus for result in results}}
    return (replace(result, owners=owners[result.focus]) for result in results)
