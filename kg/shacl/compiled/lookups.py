"""Data that is looked up triple by triple, the same triples that SPARQL is asked of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.shacl.compiled.lexical import Lexical
from kg.store import REPORT_GRAPH, GraphStore, Lookups
from kg.terms import BlankNode, NamedNode, Quad, Term, Triple


class StoreLookups:
    """A store, or a graph of one, but for the report that is kept of the data."""

    def __init__(
        self, store: GraphStore, graph: NamedNode | None = None, lexical: Lexical | None = None
    ) -> None:
        """``lexical`` are the disguises that literals of the store are in."""
        self._store = store
        self._graph = graph
        self._lexical = lexical

    def quads(
        self,
        subject: NamedNode | BlankNode | None,
        predicate: NamedNode | None,
        object_: Term | None,
        graph: NamedNode | None,
    ) -> Iterator[Quad]:
        """The quads that match, literals as they were written; costs as much as is found."""
        held = self._lexical.encode(object_) if self._lexical and object_ else object_
        for quad in self._store.quads(subject, predicate, held, graph or self._graph):
            if quad.graph_name != REPORT_GRAPH:
                yield self._bare(quad)

    def _bare(self, quad: Quad) -> Quad:
        if self._lexical is None or isinstance(quad.object, Triple):
            return quad
        (written,) = self._lexical.decode_row((quad.object,))
        assert written is not None  # noqa: S101 - every triple has an object
        return Quad(quad.subject, quad.predicate, written, quad.graph_name)


class WithContext:
    """Data with what stands beside it while it is validated."""

    def __init__(self, data: Lookups, context: Iterable[Triple]) -> None:
        self._data = data
        self._all = list(context)
        self._from: defaultdict[object, list[Triple]] = defaultdict(list)
        self._to: defaultdict[object, list[Triple]] = defaultdict(list)
        for triple in self._all:
            self._from[triple.subject].append(triple)
            self._to[triple.object].append(triple)

    def quads(
        self,
        subject: NamedNode | BlankNode | None,
        predicate: NamedNode | None,
        object_: Term | None,
        graph: NamedNode | None,
    ) -> Iterator[Quad]:
        """The quads of both that match."""
        yield from self._data.quads(subject, predicate, object_, graph)
        for triple in self._beside(subject, object_):
            if predicate in (None, triple.predicate) and object_ in (None, triple.object):
                yield Quad(triple.subject, triple.predicate, triple.object)

    def _beside(self, subject: Term | None, object_: Term | None) -> list[Triple]:
        if subject is not None:
            return self._from.get(subject, [])
        return self._all if object_ is None else self._to.get(object_, [])
