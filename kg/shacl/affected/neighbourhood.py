"""The neighbourhood of a shape: its focus nodes, and the triples that it reads from them.

Say the results for a focus node differ between all the data and what is copied here. The change
from the one to the other is then a change that concerns the node, so one of the triples left out is
matched by a read whose way leads to it (docs/shacl.md, "What a change concerns"). But every triple
that such a way leads to is copied. More may be copied than is needed: it does no harm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Final

import rdflib
from rdflib import SH

from kg.errors import QuerySyntaxError
from kg.shacl.affected.reads import HERE, End, Read, reads_along
from kg.shacl.affected.shapes import reads_from_focus, sparql_of_shape
from kg.shacl.affected.walker import Nodes, TooMany, Walker
from kg.shacl.compiled.aggregates import cuts_or_counts
from kg.shacl.compiled.errors import NotCompiled
from kg.shacl.compiled.evaluation import Evaluation
from kg.shacl.compiled.focus import Targeted
from kg.shacl.compiled.lookups import WithContext
from kg.shacl.compiled.sources import Source
from kg.shacl.compiled.texts import read_once
from kg.shacl.context import context_properties, context_triples
from kg.shacl.model.paths import (
    Alternative,
    Inverse,
    Path,
    Predicate,
    Sequence,
    ZeroOrMore,
    parts_of,
)
from kg.shacl.model.reader import ShapesReader
from kg.shacl.model.shape import Shape
from kg.shacl.model.targets import (
    SparqlTarget,
    Target,
    TargetNode,
    TargetObjectsOf,
    TargetSubjectsOf,
)
from kg.shacl.owners import BELONGS, OWNED_BY, owners_of
from kg.shacl.rdflib_bridge import to_graph, to_rdflib
from kg.shacl.shapes import Shapes
from kg.sparql.reader import NotUnderstood
from kg.sparql.tokens import Kind
from kg.store import Lookups
from kg.terms import BlankNode, Literal, NamedNode, Term, Triple

MOST: Final = 1_000_000
"""Triples that are walked through: with more all the data is copied sooner."""

_OF_VALUES_ALONE: Final = (SH["in"], SH.hasValue)
"""What reads nothing but value nodes, and is not compiled where it names blank nodes."""

_ADVANCED: Final = (SH.rule, SH.expression)
"""What pySHACL does beside SPARQL-based targets alone, and is not read here."""


_OWNERS: Final = tuple(
    reads_along(
        HERE,
        Sequence((ZeroOrMore(Alternative(tuple(map(Predicate, BELONGS)))), Predicate(OWNED_BY))),
    )
)
"""What tells the owners of a node."""


@dataclass(frozen=True)
class Neighbourhood:
    """The focus nodes of a shape, and triples on which it finds about them what it does on all."""

    focus: Nodes
    triples: frozenset[Triple]


class Neighbourhoods:
    """Finds the neighbourhoods of shapes in one source of data, at an instant."""

    def __init__(
        self, source: Source, lookups: Lookups, shapes: Shapes, as_of: datetime | None
    ) -> None:
        """``lookups`` are those of the source."""
        self._evaluation = Evaluation(source)
        self._altered = source.altered
        self._shapes = shapes
        self._beside = context_properties(shapes)
        self._lookups = WithContext(lookups, context_triples(shapes, as_of))

    @cached_property
    def _reader(self) -> ShapesReader:
        graph = rdflib.Graph()
        for triple in self._shapes.graph:
            if triple[1] not in _OF_VALUES_ALONE:
                graph.add(triple)
        return ShapesReader(graph)

    @cached_property
    def _is_advanced(self) -> bool:
        return any((None, parameter, None) in self._shapes.graph for parameter in _ADVANCED)

    def of(self, node: Term, given: Collection[Term] | None = None) -> Neighbourhood | None:
        """The neighbourhood of a shape (node); with ``given`` of those of its focus nodes alone.

        ``None`` where no way is known to what it reads, or the way is too long. Costs what finding
        the focus nodes costs and what is walked through from them, whatever else the data holds.
        """
        try:
            shape = self._reader.shape(node)
            if self._is_advanced or any(map(_is_told_apart, _paths(shape))):
                return None
            if any(map(_is_about_all, sparql_of_shape(shape))):
                return None
            focus = self._focus(shape, given)
            found = self._around(focus, reads_from_focus(shape, self._beside))
            return Neighbourhood(focus, found | self._described(focus, found))
        except (NotCompiled, NotUnderstood, QuerySyntaxError, TooMany):
            return None

    def owners(self, node: Term) -> tuple[NamedNode, ...]:
        """Who answers for a node, told by all the data; costs what it belongs to."""
        walker = Walker(self._lookups, MOST)
        ways = [(read, walker.walk(read.way, node).nodes) for read in _OWNERS]
        found = {t for read, ends in ways for end in ends for t in self._read(read, end)}
        plain = (triple for triple in found if not isinstance(triple.object, Triple))
        return owners_of(to_graph(plain), to_rdflib(node))

    def _around(self, nodes: Nodes, reads: Iterable[Read]) -> frozenset[Triple]:
        """The triples of some reads from some nodes.

        Raises :class:`TooMany` for a read of anything from anywhere, and for ways too long.
        """
        walker = Walker(self._lookups, MOST)
        ways: defaultdict[Path, list[Read]] = defaultdict(list)
        found: set[Triple] = set()
        for read in reads:
            if read.near is not None:
                ways[read.way].append(read)
            elif (read.predicate, read.subject, read.object) == (None, None, None):
                raise TooMany
            else:
                found.update(self._match(read.subject, read.predicate, read.object))
        for way, along in ways.items():
            for node in walker.ends(way, nodes):
                for read in along:
                    found.update(filter(read.matches, self._read(read, node)))
        return frozenset(found)

    def _described(self, focus: Nodes, triples: Iterable[Triple]) -> set[Triple]:
        """What is said of blank nodes among some nodes and triples: pySHACL names them by it."""
        ends = (end for triple in triples for end in (triple.subject, triple.object))
        left = {node for node in (*focus, *ends) if isinstance(node, BlankNode)}
        seen: set[BlankNode] = set()
        found: set[Triple] = set()
        while left:
            node = left.pop()
            seen.add(node)
            said = list(self._match(node, None, None)) or islice(self._match(None, None, node), 1)
            for triple in said:
                found.add(triple)
                left |= {e for e in triple if isinstance(e, BlankNode) and e not in seen}
        return found

    def _read(self, read: Read, node: Term) -> Iterator[Triple]:
        if read.near is End.OBJECT:
            return self._match(None, read.predicate, node)
        if isinstance(node, Literal):
            return iter(())
        return self._match(node, read.predicate, None)

    def _match(
        self,
        subject: NamedNode | BlankNode | None,
        predicate: NamedNode | None,
        object_: Term | None,
    ) -> Iterator[Triple]:
        return (quad.triple for quad in self._lookups.quads(subject, predicate, object_, None))

    def _focus(self, shape: Shape, given: Collection[Term] | None) -> Nodes:
        """The focus nodes, those named by the shape as they are named there.

        Raises :class:`NotCompiled` for targets that only the reference engine knows.
        """
        for target in shape.targets:
            self._check(target)
        nodes: Nodes = frozenset(t.node for t in shape.targets if isinstance(t, TargetNode))
        others = tuple(t for t in shape.targets if not isinstance(t, TargetNode))
        if given is None:
            return nodes | self._targeted(others, None)
        named = [node for node in given if not isinstance(node, BlankNode)]
        if len(named) == len(given):
            return nodes.intersection(given) | self._targeted(others, named)
        # No query can name a blank node: all are asked for.
        return (nodes | self._targeted(others, None)).intersection(given)

    def _targeted(
        self, targets: tuple[Target, ...], given: list[NamedNode | Literal] | None
    ) -> Nodes:
        if not targets or given == []:
            return frozenset()
        asked = None if given is None else tuple(given)
        return frozenset(self._evaluation.nodes(Targeted(targets, asked)))

    def _check(self, target: Target) -> None:
        """Raise :class:`NotCompiled` where pySHACL may see other focus nodes than our engine."""
        match target:
            case TargetSubjectsOf(predicate) | TargetObjectsOf(predicate):
                beside = predicate.value in self._beside
            case SparqlTarget(select):
                query = read_once(select)
                names = [t.text for t in query.tokens if t.kind in (Kind.IRI, Kind.PNAME)]
                beside = self._altered or any(query.iri(name) in self._beside for name in names)
            case _:
                beside = False
        if beside:
            raise NotCompiled("a target sees what stands beside the data")


def _paths(shape: Shape) -> Iterator[Path]:
    return (part.path for part in shape.parts() if part.path is not None)


def _is_told_apart(path: Path) -> bool:
    """Whether a path has the inverse of a sequence, which pySHACL walks in another order."""
    inverses = (part for part in parts_of(path) if isinstance(part, Inverse))
    return any(isinstance(part, Sequence) for inverse in inverses for part in parts_of(inverse))


def _is_about_all(text: str) -> bool:
    """Whether a text counts, or cuts off, inside its pattern: what then no way is about."""
    query = read_once(text)
    return query.where is None or cuts_or_counts(query, query.where)
