"""Variables that stand for the shape: $PATH, $currentShape, $shapesGraph (SHACL, 5.3.1)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kg.errors import InputError, Unsupported
from kg.shacl.compiled.errors import NotCompiled
from kg.shacl.compiled.prebinding import substitute
from kg.shacl.compiled.templates import Fragment
from kg.shacl.model.paths import sparql
from kg.shacl.model.shape import Shape
from kg.sparql.tokens import Kind, tokenize
from kg.terms import BlankNode

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation


def shape_variables(text: str, shape: Shape, evaluation: Evaluation, place: str) -> str:
    """The text with the variables of the shape replaced.

    Raises :class:`InputError` for a path where there is none or text that is no SPARQL, and
    :class:`Unsupported` for the shapes graph where the data has none beside it.
    """
    try:
        used = _variables(text)
    except InputError as error:
        raise InputError(f"no SPARQL: {error}", where=place) from error
    values: dict[str, Fragment] = {}
    if "PATH" in used:
        if shape.path is None:
            raise InputError("$PATH stands in a shape without a path", where=place)
        values["PATH"] = Fragment(f"({sparql(shape.path)})")
    if "currentShape" in used:
        if isinstance(shape.node, BlankNode):
            raise NotCompiled("$currentShape is a blank node, which no query can name")
        values["currentShape"] = Fragment(str(shape.node))
    if "shapesGraph" in used:
        graph = evaluation.source.shapes_graph
        if graph is None:
            raise Unsupported("the shapes graph is not in the store ($shapesGraph)")
        values["shapesGraph"] = Fragment(str(graph))
    return substitute(text, values) if values else text


@lru_cache(1_000)
def _variables(text: str) -> frozenset[str]:
    return frozenset(token.text[1:] for token in tokenize(text) if token.kind is Kind.VAR)
