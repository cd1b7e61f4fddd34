"""What the ontology entails from one record, as quads of the graph beside it."""

from __future__ import annotations

from collections.abc import Iterable

from kg.iri import entailed_graph
from kg.ontology import Ontology
from kg.terms import NamedNode, Quad


def entailed_quads(asserted: Iterable[Quad], graph: NamedNode, ontology: Ontology) -> set[Quad]:
    """The entailments of a record's quads; linear in their number."""
    target = entailed_graph(graph)
    return {
        Quad(triple.subject, triple.predicate, triple.object, target)
        for triple in ontology.entail(quad.triple for quad in asserted)
    }
