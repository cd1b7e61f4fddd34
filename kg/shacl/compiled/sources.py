"""Data that shapes are evaluated on: anything that answers SPARQL SELECT."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from typing import TYPE_CHECKING, Final, Protocol, Self

from kg.errors import InputError
from kg.index import IndexView
from kg.namespaces import RDFS
from kg.shacl.compiled.lexical import Lexical
from kg.shacl.compiled.lookups import StoreLookups
from kg.shacl.compiled.templates import Fragment, render, spaced
from kg.sparql.lineage import Snapshot
from kg.store import REPORT_GRAPH, EmbeddedStore, GraphStore, Lookups
from kg.store.solutions import Solutions
from kg.terms import BlankNode, NamedNode, Quad, Term, Triple

if TYPE_CHECKING:
    from kg.store.endpoint import Endpoint

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

    def below(self, cls: NamedNode) -> set[Term]:
        """The classes that lead to a class by rdfs:subClassOf, whatever stands between."""
        ...

    def holds(self, predicate: NamedNode) -> bool:
        """Whether some triple has a property."""
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

    def lookups(self) -> Lookups | None:
        """The data as it can be looked up triple by triple; ``None`` where that is far away."""
        ...


class StoreSource:
    """A store of ours: the union of its graphs."""

    verbatim = False
    altered = False
    normalises = True
    merged = False
    shapes_graph: NamedNode | None = None
    _graph: NamedNode | None = None  # all of them

    def __init__(self, store: GraphStore, index: IndexView | None = None) -> None:
        """An index that is not of the store's revision and ontology is left aside."""
        self._store = store
        self._put: Mapping[str, Fragment] = {}
        self.index = index if index and Snapshot(store, index).is_current else None

    def putting(self, placeholder: object, terms: Iterable[Term]) -> Self:
        """The same store, asked with terms in the place of what stands for them in texts."""
        source = copy(self)
        source._put = {**self._put, str(placeholder): spaced(terms)}
        return source

    def select(self, text: str) -> Solutions:
        """Ask the store; raises :class:`InputError` where the engine cannot evaluate."""
        for placeholder, terms in self._put.items():
            text = text.replace(placeholder, terms)
        return _ask(self._store, text)

    def below(self, cls: NamedNode) -> set[Term]:
        """The classes below a class."""
        return below(self._store, cls, self._graph)

    def holds(self, predicate: NamedNode) -> bool:
        """Whether the store has a property."""
        return any(self._store.quads(None, predicate, None, self._graph))

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

    def lookups(self) -> Lookups:
        """The same triples."""
        return StoreLookups(self._store, self._graph)


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

    def below(self, cls: NamedNode) -> set[Term]:
        """The classes below a class; one question."""
        rows = self.select(render("subclasses", **{"class": cls})).rows
        return {term for (term,) in rows if term is not None}

    def holds(self, predicate: NamedNode) -> bool:
        """Whether the endpoint has a property; one question."""
        return any(True for _ in self.select(render("holds", predicate=predicate)).rows)

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

    def lookups(self) -> None:
        """None: each would be a question over the network."""
        return


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

    def below(self, cls: NamedNode) -> set[Term]:
        """The classes below a class in the data."""
        return below(self._store, cls, DATA_GRAPH)

    def holds(self, predicate: NamedNode) -> bool:
        """Whether the data has a property."""
        return any(self._store.quads(None, predicate, None, DATA_GRAPH))

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

    def lookups(self) -> Lookups:
        """The same triples, disguises taken off."""
        return StoreLookups(self._store, DATA_GRAPH, self._lexical)


class _PlainScratch(StoreSource):
    """Triples in memory as the engine normalises them."""

    merged = True
    shapes_graph: NamedNode | None = SHAPES_GRAPH
    _graph = DATA_GRAPH

    def select(self, text: str) -> Solutions:
        """Ask the data."""
        return _ask(self._store, text, (DATA_GRAPH,), (SHAPES_GRAPH,))


def below(store: Lookups, cls: NamedNode, graph: NamedNode | None = None) -> set[Term]:
    """The classes below a class, in a graph or in all; a look-up for each that is found."""
    found: set[Term] = set()
    level: set[NamedNode | BlankNode] = {cls}
    while level:
        quads = (q for c in level for q in store.quads(None, RDFS.subClassOf, c, graph))
        above = {q.subject for q in quads if not isinstance(q.subject, Triple)}
        level = above - found
        found |= level
    return found


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
