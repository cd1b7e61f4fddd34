"""SPARQL text in a shapes graph, and the prefixes that it may use (SHACL, 5.2.1)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import rdflib
from rdflib import OWL, RDF, RDFS, SH

from kg.shacl.rdflib_bridge import Node

_ALWAYS: Final = {"rdf": str(RDF), "rdfs": str(RDFS), "owl": str(OWL), "sh": str(SH)}


def declared_prefixes(graph: rdflib.Graph, named: Collection[Node]) -> str:
    """The declarations for a text with some ``sh:prefixes``, on one line.

    They are those of what is named with their ``owl:imports``, those of any ontology in the
    graph, as pySHACL has it, and a few that everybody knows.
    """
    prefixes = dict(_ALWAYS)
    for holder in sorted(_holders(graph, named), key=str):
        for declaration in graph.objects(holder, SH.declare):
            prefix, namespace = (graph.value(declaration, p) for p in (SH.prefix, SH.namespace))
            if prefix is not None and namespace is not None:
                prefixes[str(prefix)] = str(namespace)
    return "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in sorted(prefixes.items()))


def _holders(graph: rdflib.Graph, named: Collection[Node]) -> set[Node]:
    if not named:
        return set()
    imported = {o for n in named for o in graph.transitive_objects(n, OWL.imports) if o is not None}
    return {*named, *imported, *graph.subjects(RDF.type, OWL.Ontology)}
