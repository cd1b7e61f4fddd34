"""Documents about a model version."""

from __future__ import annotations

from kg.app.graph import KnowledgeGraph
from kg.documents import Filled, Filler, load_spec
from kg.errors import InputError
from kg.namespaces import MLG, RDF
from kg.terms import NamedNode


def fill(graph: KnowledgeGraph, kind: str, version: NamedNode) -> Filled:
    """The document of a kind (``annex-iv``, ``model-card``) about a model version.

    Raises :class:`InputError` for what is no model version.
    """
    if not any(graph.store.quads(version, RDF.type, MLG.ModelVersion, None)):
        short = graph.names.short(version)
        raise InputError(f"{short} is not a model version", hint="give one, such as model/3")
    return Filler(graph.store, graph.names).fill(load_spec(kind), version)
