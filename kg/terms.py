"""RDF terms, parser and serialiser: the door through which the rest sees pyoxigraph.

Only this module and ``kg.store`` import the engine; a term is the same object everywhere.
"""

from __future__ import annotations

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

Term = NamedNode | BlankNode | Literal

__all__ = [
    "BlankNode",
    "CanonicalizationAlgorithm",
    "Dataset",
    "DefaultGraph",
    "Literal",
    "NamedNode",
    "Quad",
    "RdfFormat",
    "Term",
    "Triple",
    "parse",
    "serialize",
]
