"""What a shape reads: its targets, its paths, its constraints, and the shapes that it refers to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from kg.namespaces import RDF, RDFS
from kg.shacl.affected.queries import reads_of_query
from kg.shacl.affected.reads import EVERYTHING, HERE, End, Read, reads_along, then
from kg.shacl.affected.times import Times, times_of_query
from kg.shacl.compiled.prebinding import substitute
from kg.shacl.compiled.templates import Fragment
from kg.shacl.components.class_ import Class
from kg.shacl.components.closed import Closed
from kg.shacl.components.constraint_component import Declared
from kg.shacl.components.property_pair import Pair
from kg.shacl.components.sparql import Sparql
from kg.shacl.model.paths import Path, Predicate, sparql
from kg.shacl.model.shape import Constraint, Shape
from kg.shacl.model.targets import (
    SparqlTarget,
    Target,
    TargetClass,
    TargetNode,
    TargetObjectsOf,
    TargetSubjectsOf,
)
from kg.sparql.tokens import tokenize
from kg.terms import NamedNode, Triple

_TYPE: Final = Predicate(RDF.type)
_CLASSES: Final = Read(RDFS.subClassOf)


class ByProperty:
    """Triples by their property: of a big change a shape goes through what it may read alone."""

    def __init__(self, triples: Collection[Triple]) -> None:
        self.all: Final = triples
        self._by_property: defaultdict[NamedNode, list[Triple]] = defaultdict(list)
        for triple in triples:
            self._by_property[triple.predicate].append(triple)
        self.properties: Final = self._by_property.keys()
        """Those that the triples have."""

    def of(self, predicate: NamedNode) -> Collection[Triple]:
        """Those of a property."""
        return self._by_property.get(predicate, ())


class Reads:
    """The reads of a shape, found by the property of a triple."""

    def __init__(self, reads: Iterable[Read]) -> None:
        self._by_property: defaultdict[NamedNode | None, list[Read]] = defaultdict(list)
        for read in dict.fromkeys(reads):
            self._by_property[read.predicate].append(read)
        self.properties: Final = frozenset(self._by_property)
        """The properties that are read; ``None`` among them for any."""

    def __iter__(self) -> Iterator[Read]:
        return (read for reads in self._by_property.values() for read in reads)

    def matching(self, changed: ByProperty) -> Iterator[tuple[Read, Triple]]:
        """Each read with the triples that it may be of; at no cost for what is not read."""
        for predicate in self._read(changed):
            triples = changed.all if predicate is None else changed.of(predicate)
            for triple in triples:
                for read in self._by_property[predicate]:
                    if read.matches(triple):
                        yield read, triple

    def _read(self, changed: ByProperty) -> Iterable[NamedNode | None]:
        if len(changed.properties) > len(self.properties):
            return self.properties
        return self.properties.intersection((None, *changed.properties))


def reads_of_shape(shape: Shape, beside: Collection[str]) -> Reads:
    """What the results of a shape with targets hang on.

    ``beside`` are the properties that SPARQL constraints are answered from beside the data too.
    """
    targets = (read for target in shape.targets for read in _target(target))
    return Reads([*targets, *_shape(shape, HERE, beside)])


def reads_from_focus(shape: Shape, beside: Collection[str]) -> Reads:
    """What the results of a shape hang on once its focus nodes are known; see there."""
    return Reads(_shape(shape, HERE, beside))


def sparql_of_shape(shape: Shape) -> Iterator[str]:
    """The SPARQL of the constraints of a shape and of those that it refers to, paths put in."""
    for part in shape.parts():
        for constraint in part.constraints:
            if isinstance(constraint, Sparql):
                yield _with_path(constraint.select, part)
            elif isinstance(constraint, Declared):
                yield _with_path(constraint.bound(constraint.validator.text), part)


def _target(target: Target) -> Iterator[Read]:
    match target:
        case TargetClass():
            yield Read(RDF.type, End.SUBJECT)
            yield _CLASSES
        case TargetSubjectsOf(predicate):
            yield Read(predicate, End.SUBJECT)
        case TargetObjectsOf(predicate):
            yield Read(predicate, End.OBJECT)
        case SparqlTarget(select):
            yield from _sparql_target(select)
        case TargetNode():
            return


def _sparql_target(select: str) -> Iterator[Read]:
    tokens = tokenize(select)
    grouped = any(token.is_word("LIMIT", "OFFSET", "GROUP", "HAVING") for token in tokens)
    yield from (EVERYTHING,) if grouped else reads_of_query(select, {"this": HERE}, ())


def _shape(shape: Shape, way: Path, beside: Collection[str]) -> Iterator[Read]:
    """What a shape reads of a node that ``way`` leads to."""
    values = way
    if shape.path is not None:
        yield from reads_along(way, shape.path)
        values = then(way, shape.path)
    for constraint in shape.constraints:
        yield from _constraint(constraint, shape, way, values, beside)
        for inner in constraint.shapes:
            yield from _shape(inner, values, beside)


def _constraint(
    constraint: Constraint, shape: Shape, way: Path, values: Path, beside: Collection[str]
) -> Iterator[Read]:
    """What a constraint reads besides its value nodes and the shapes in it."""
    match constraint:
        case Class():
            yield from reads_along(values, _TYPE)
            yield _CLASSES
        case Pair(predicate=predicate):
            yield Read(predicate, End.SUBJECT, way)
        case Closed():
            yield Read(None, End.SUBJECT, values)
        case Sparql(select=select):
            yield from reads_of_query(_with_path(select, shape), {"this": way}, beside)
        case Declared(validator=validator):
            text = _with_path(constraint.bound(validator.text), shape)
            starts = {"this": way, "value": values} if validator.asks else {"this": way}
            yield from reads_of_query(text, starts, beside)


def times_of_shape(shape: Shape, beside: Collection[str], *, fixed: bool) -> Times:
    """How the results of a shape hang on the instant; see :mod:`kg.shacl.affected.times`."""
    found = Times()
    for target in shape.targets:
        if isinstance(target, SparqlTarget):
            found |= times_of_query(target.select, (), fixed=fixed)
    for text in sparql_of_shape(shape):
        found |= times_of_query(text, beside, fixed=fixed)
    return found


def _with_path(text: str, shape: Shape) -> str:
    """The text with the path of the shape in it; other variables of the shape stay variables."""
    if shape.path is None:
        return text
    return substitute(text, {"PATH": Fragment(f"({sparql(shape.path)})")})
