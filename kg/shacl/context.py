"""What stands beside the data while it is validated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from kg.model import literal
from kg.namespaces import MLG, ONTOLOGY_IRI
from kg.shacl.rdflib_bridge import triples_of
from kg.shacl.shapes import Shapes
from kg.terms import NamedNode, Triple

REPORT_NODE: Final = NamedNode(f"{ONTOLOGY_IRI}/report")


def context_triples(shapes: Shapes, as_of: datetime | None) -> Iterator[Triple]:
    """The settings of the rules and the instant of the report (``mlg:asOf``)."""
    yield from triples_of(shapes.settings)
    yield from instant_triples(as_of)


def instant_triples(as_of: datetime | None) -> Iterator[Triple]:
    """The instant of the report (``mlg:asOf``), if it is of one."""
    if as_of is not None:
        yield Triple(REPORT_NODE, MLG.asOf, literal(as_of))


def context_properties(shapes: Shapes) -> frozenset[str]:
    """The properties of what stands beside the data at an instant."""
    return frozenset({str(predicate) for _, predicate, _ in shapes.settings} | {MLG.asOf.value})
