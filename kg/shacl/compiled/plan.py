"""Plans: the shapes of a shapes graph that can be asked in SPARQL, and the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import rdflib

from kg.shacl.compiled.errors import NotCompiled
from kg.shacl.model.reader import ShapesReader
from kg.shacl.model.shape import Shape
from kg.terms import BlankNode, NamedNode


@dataclass(frozen=True)
class Plan:
    """The shapes with targets; those that are not ``compiled`` stand in ``rest`` with a reason."""

    compiled: tuple[Shape, ...]
    rest: tuple[tuple[NamedNode | BlankNode, str], ...]

    def shapes(self) -> Iterator[Shape]:
        """Every compiled shape, those that others refer to included."""
        for shape in self.compiled:
            yield from shape.parts()


def make_plan(graph: rdflib.Graph) -> Plan:
    """Read a shapes graph.

    Raises :class:`InputError` for what is no well-formed shape and :class:`Unsupported` for
    shapes that refer to themselves.
    """
    reader = ShapesReader(graph)
    compiled, rest = [], []
    for node in reader.roots():
        try:
            compiled.append(reader.shape(node))
        except NotCompiled as error:
            rest.append((node, error.reason))
    return Plan(tuple(compiled), tuple(rest))
