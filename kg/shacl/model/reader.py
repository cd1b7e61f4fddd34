"""Reading a shapes graph into shapes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

import rdflib
from rdflib import RDF, RDFS

from kg.errors import InputError, Unsupported
from kg.namespaces import SH, XSD
from kg.shacl.compiled.errors import NotCompiled
from kg.shacl.components import READERS
from kg.shacl.model.path_reader import read_path
from kg.shacl.model.shape import Shape
from kg.shacl.model.sparql_text import declared_prefixes
from kg.shacl.model.targets import (
    SparqlTarget,
    Target,
    TargetClass,
    TargetNode,
    TargetObjectsOf,
    TargetSubjectsOf,
)
from kg.shacl.rdflib_bridge import Node, from_rdflib, to_rdflib
from kg.terms import BlankNode, Literal, NamedNode, Term

_TRUE: Final = Literal("true", datatype=XSD.boolean)
_TARGETS: Final = (
    SH.targetClass,
    SH.targetNode,
    SH.targetSubjectsOf,
    SH.targetObjectsOf,
    SH.target,
)


class ShapesReader:
    """Reads the shapes of a graph, each once.

    Raises :class:`InputError` for what is no well-formed shape, :class:`Unsupported` for a shape
    that refers to itself, and :class:`NotCompiled` for what only the reference engine does.
    """

    def __init__(self, graph: rdflib.Graph) -> None:
        self.graph = graph
        self._shapes: dict[Term, Shape] = {}
        self._reading: list[Term] = []
        self._prefixes: dict[frozenset[Node], str] = {}

    def roots(self) -> list[NamedNode | BlankNode]:
        """The nodes that are shapes with targets, deactivated ones left out."""
        found = {n for p in _TARGETS for n in self.graph.subjects(to_rdflib(p), None)}
        found |= {n for n in self._declared if self._is_class(n)}
        nodes = [from_rdflib(node) for node in found]
        roots = [n for n in nodes if not isinstance(n, Literal) and not self._deactivated(n)]
        return sorted(roots, key=str)

    def shape(self, node: Term) -> Shape:
        """The shape of a node."""
        if isinstance(node, Literal):
            raise InputError(f"a shape is named by a literal: {node}")
        if node in self._reading:
            raise Unsupported(f"the shape {node} refers to itself, which SHACL leaves undefined")
        if node not in self._shapes:
            self._reading.append(node)
            try:
                self._shapes[node] = self._read(node)
            finally:
                self._reading.pop()
        return self._shapes[node]

    def _read(self, node: NamedNode | BlankNode) -> Shape:
        path_node = self._single(node, SH.path)
        deactivated = self._deactivated(node)
        constraints = () if deactivated else tuple(c for r in READERS for c in r(self, node))
        return Shape(
            node=node,
            path=None if path_node is None else read_path(self.graph, to_rdflib(path_node)),
            path_node=path_node,
            targets=tuple(self._targets(node)),
            constraints=constraints,
            severity=self.iri(node, SH.severity) or SH.Violation,
            messages=self.literals(node, SH.message),
            deactivated=deactivated,
        )

    def _targets(self, node: NamedNode | BlankNode) -> Iterator[Target]:
        if isinstance(node, NamedNode) and self._is_class(to_rdflib(node)):
            yield TargetClass(node)
        for cls in self.iris(node, SH.targetClass):
            yield TargetClass(cls)
        for target in self.values(node, SH.targetNode):
            if isinstance(target, BlankNode):
                raise NotCompiled("a target node is a blank node, which no query can name")
            yield TargetNode(target)
        for predicate in self.iris(node, SH.targetSubjectsOf):
            yield TargetSubjectsOf(predicate)
        for predicate in self.iris(node, SH.targetObjectsOf):
            yield TargetObjectsOf(predicate)
        for target in self.values(node, SH.target):
            select = next(iter(self.literals(target, SH.select)), None)
            if select is None:
                raise NotCompiled("a target is neither one of SHACL Core nor a SPARQL SELECT")
            yield SparqlTarget(self.prefixes(target) + select.value)

    def prefixes(self, node: Term) -> str:
        """The declarations for the SPARQL of a node; see :func:`declared_prefixes`."""
        named = frozenset(self.graph.objects(to_rdflib(node), to_rdflib(SH.prefixes)))
        if named not in self._prefixes:
            self._prefixes[named] = declared_prefixes(self.graph, named)
        return self._prefixes[named]

    @cached_property
    def _declared(self) -> set[Node]:
        kinds = (SH.NodeShape, SH.PropertyShape)
        return {n for kind in kinds for n in self.graph.subjects(RDF.type, to_rdflib(kind))}

    def _is_class(self, node: Node) -> bool:
        """Whether a shape is a class too, and so its own target (SHACL, 2.1.3.3)."""
        return node in self._declared and any(
            cls in self._classes for cls in self.graph.objects(node, RDF.type)
        )

    @cached_property
    def _classes(self) -> set[Node]:
        """The class of classes and those below it."""
        found = self.graph.transitive_subjects(RDFS.subClassOf, RDFS.Class)
        return {cls for cls in found if cls is not None}

    def _deactivated(self, node: Term) -> bool:
        return self.is_true(node, SH.deactivated)

    def values(self, node: Term, parameter: NamedNode) -> tuple[Term, ...]:
        """The values of a parameter, in a stable order."""
        found = self.graph.objects(to_rdflib(node), to_rdflib(parameter))
        return tuple(sorted((from_rdflib(value) for value in found), key=str))

    def subjects(self, parameter: NamedNode, value: Term) -> tuple[Term, ...]:
        """The nodes with a value of a parameter."""
        found = self.graph.subjects(to_rdflib(parameter), to_rdflib(value))
        return tuple(sorted((from_rdflib(node) for node in found), key=str))

    def iris(self, node: Term, parameter: NamedNode) -> tuple[NamedNode, ...]:
        """The values of a parameter that takes IRIs."""
        return tuple(self._as_iri(v, parameter, node) for v in self.values(node, parameter))

    def iri(self, node: Term, parameter: NamedNode) -> NamedNode | None:
        """The value of a parameter that takes one IRI."""
        value = self._single(node, parameter)
        return None if value is None else self._as_iri(value, parameter, node)

    def literals(self, node: Term, parameter: NamedNode) -> tuple[Literal, ...]:
        """The values of a parameter that takes literals."""
        found = self.values(node, parameter)
        for value in found:
            if not isinstance(value, Literal):
                raise InputError(f"{parameter.value} takes literals", where=f"shape {node}")
        return tuple(value for value in found if isinstance(value, Literal))

    def integer(self, node: Term, parameter: NamedNode) -> int | None:
        """The value of a parameter that takes one integer."""
        value = self._single(node, parameter)
        if value is None:
            return None
        try:
            return int(value.value)
        except ValueError as error:
            where = f"shape {node}"
            raise InputError(f"{parameter.value} takes an integer", where=where) from error

    def is_true(self, node: Term, parameter: NamedNode) -> bool:
        """Whether a parameter is ``true``."""
        return _TRUE in self.values(node, parameter)

    def lists(self, node: Term, parameter: NamedNode) -> Iterator[tuple[Term, ...]]:
        """The members of each list that a parameter has."""
        for head in self.values(node, parameter):
            yield tuple(from_rdflib(item) for item in self.graph.items(to_rdflib(head)))

    def _single(self, node: Term, parameter: NamedNode) -> Term | None:
        found = self.values(node, parameter)
        if len(found) > 1:
            raise InputError(f"{parameter.value} has several values", where=f"shape {node}")
        return found[0] if found else None

    def _as_iri(self, value: Term, parameter: NamedNode, node: Term) -> NamedNode:
        if isinstance(value, BlankNode):
            raise NotCompiled(f"{parameter.value} is a blank node, which no query can name")
        if not isinstance(value, NamedNode):
            raise InputError(f"{parameter.value} takes an IRI", where=f"shape {node}")
        return value
