"""Data that shapes are evaluated on: anything that answers SPARQL SELECT."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from kg.errors import InputError
from kg.index import IndexView
from kg.shacl.compiled.lexical import Lexical
from kg.shacl.compiled.templates import render
from kg.sparql.lineage import Snapshot
from kg.store import REPORT_GRAPH, EmbeddedStore, GraphStore
from kg.store.endpoint import Endpoint
from kg.store.solutions import Solutions
from kg.terms import NamedNode, Quad, Term, Triple

DATA_GRAPH: Final = NamedNode("urn:kg:data")
SHAPES_GRAPH: Final = NamedNode("urn:kg:shapes")


class Source(Protocol):
    """Data behind SPARQL.

    ``verbatim``: literals are as they were written, see :mod:`kg.shacl.compiled.lexical`;
    ``altered``: some had to be disguised for that. ``normalises``: derived integers have become
    ``xsd:integer``. ``merged``: no triple is answered twice. ``shapes_graph`` names the graph
    that holds the shapes, if one does. ``index`` is the lineage index of the data as it stands.
    """

    verbatim: bool
    altered: bool
    merged: bool
    shapes_graph: NamedNode | None
    index: IndexView | None

    @property
    def normalises(self) -> bool:
        """Whether derived integer types are lost."""
        ...

    def select(self, text: str) -> Solutions:
        """Ask a SELECT."""
        ...

    def plain(self) -> Source:
        """The same data with no literal in disguise, for queries that others wrote."""
        ...

    def encode(self, term: Term) -> Term:
        """A term of the shapes graph as the data holds it."""
        ...

    def triples(self) -> Iterator[Triple]:
        """The whole data, each triple once."""
        ...


class StoreSource:
    """A store of ours: the union of its graphs."""

    verbatim = False
    altered = False
    normalises = True
    merged = False
    shapes_graph: NamedNode | None = None

    def __init__(self, store: GraphStore, index: IndexView | None = None) -> None:
        """An index that is not of the store's revision and ontology is left aside."""
        self._store = store
        self.index = index if index and Snapshot(store, index).is_current else None

    def select(self, text: str) -> Solutions:
        """Ask the store; raises :class:`InputError` where the engine cannot evaluate."""
        return _ask(self._store, text)

    def plain(self) -> Source:
        """The store itself."""
        return self

    def encode(self, term: Term) -> Term:
        """The term: the engine normalises those of queries as it does those of data."""
        return term

    def triples(self) -> Iterator[Triple]:
        """Every triple of every graph, but for the report that is kept of the others."""
        quads = self._store.quads(None, None, None, None)
        return iter({quad.triple for quad in quads if quad.graph_name != REPORT_GRAPH})


class EndpointSource:
    """A SPARQL 1.1 Protocol endpoint.

    Blank nodes keep their labels from one answer to the next, which Oxigraph grants; on an
    endpoint that does not, results with blank nodes cannot be put together.
    """

    verbatim = False
    altered = False
    merged = False
    shapes_graph: NamedNode | None = None
    index: IndexView | None = None

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._normalises: bool | None = None

    @property
    def normalises(self) -> bool:
        """Whether the engine behind the endpoint turns derived integers into integers."""
        if self._normalises is None:
            self._normalises = any(True for _ in self.select(render("normalises")).rows)
        return self._normalises

    def select(self, text: str) -> Solutions:
        """Ask the endpoint; raises :class:`SourceError` where it fails."""
        return self._endpoint.select(text)

    def plain(self) -> Source:
        """The endpoint itself."""
        return self

    def encode(self, term: Term) -> Term:
        """The term as it is."""
        return term

    def triples(self) -> Iterator[Triple]:
        """The default graph, through the endpoint."""
        for subject, predicate, object_ in self.select(render("all-triples")).rows:
            yield Triple(subject, predicate, object_)  # type: ignore[arg-type]


class ScratchSource:
    """Triples in memory, such as those of files; literals keep their letters.

    The triples of the shapes graph can be given too: they are a graph of their own, which
    constraints reach as ``$shapesGraph``.
    """

    verbatim = True
    normalises = False
    merged = True
    shapes_graph: NamedNode | None = SHAPES_GRAPH
    index: IndexView | None = None

    def __init__(self, triples: Iterable[Triple], shapes: Iterable[Triple] = ()) -> None:
        self._triples = list(dict.fromkeys(triples))
        self._shapes = list(shapes)
        self._lexical = Lexical(t.object for t in (*self._triples, *self._shapes))
        self.altered = self._lexical.altered
        self._store = _loaded(map(self._lexical.encode_triple, self._triples), self._shapes)
        self._plain: _PlainScratch | None = None
        self._making = threading.Lock()

    def select(self, text: str) -> Solutions:
        """Ask the data, disguises taken off the answers."""
        found = _ask(self._store, text, (DATA_GRAPH,), (SHAPES_GRAPH,))
        return Solutions(found.variables, map(self._lexical.decode_row, found.rows))

    def plain(self) -> Source:
        """The data with literals as the engine normalises them."""
        if not self.altered:
            return self
        with self._making:
            if self._plain is None:
                self._plain = _PlainScratch(_loaded(self._triples, self._shapes))
        return self._plain

    def encode(self, term: Term) -> Term:
        """The term in the disguise that the data has it in."""
        return self._lexical.encode(term)

    def triples(self) -> Iterator[Triple]:
        """The triples as they were given."""
        return iter(self._triples)


class _PlainScratch(StoreSource):
    """Triples in memory as the engine normalises them."""

    merged = True
    shapes_graph: NamedNode | None = SHAPES_GRAPH

    def select(self, text: str) -> Solutions:
        """Ask the data."""
        return _ask(self._store, text, (DATA_GRAPH,), (SHAPES_GRAPH,))


def _loaded(triples: Iterable[Triple], shapes: Iterable[Triple]) -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    store.extend(_quad(triple, DATA_GRAPH) for triple in triples)
    store.extend(_quad(triple, SHAPES_GRAPH) for triple in shapes)
    return store


def _quad(triple: Triple, graph: NamedNode) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def _ask(
    store: GraphStore,
    text: str,
    default_graphs: tuple[NamedNode, ...] | None = None,
    named_graphs: tuple[NamedNode, ...] | None = None,
) -> Solutions:
    try:
        found = store.query(text, default_graphs=default_graphs, named_graphs=named_graphs)
        variables = tuple(variable.value for variable in found.variables)  # type: ignore[union-attr]
        return Solutions(variables, map(tuple, found))  # type: ignore[arg-type]
    except RuntimeError as error:
        raise InputError(f"the engine cannot evaluate a constraint: {error}") from error
