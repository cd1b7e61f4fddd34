"""What the graph says of one thing: its concise bounded description, and what refers to it.

A description holds the statements about the thing and, where they lead to a node without a name
of its own (a skolem), those about that node too. Both directions are bounded, and say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeGuard

from kg.iri import ENTAILED_SUFFIX, Names, asserting_graph
from kg.namespaces import DCT, RDFS, SKOS
from kg.store import GraphStore
from kg.terms import Literal, NamedNode, Quad, Triple
from kg.web.cells import Cell, cell, shorten

MAX_STATEMENTS: Final = 5_000
MAX_REFERENCES: Final = 200

_TITLES: Final = (DCT.title, SKOS.prefLabel, RDFS.label)


@dataclass(frozen=True)
class Description:
    """Statements about a node and its skolems; ``complete`` is whether these are all."""

    node: NamedNode
    quads: tuple[Quad, ...]
    complete: bool

    @classmethod
    def read(cls, store: GraphStore, node: NamedNode, names: Names) -> Description:
        """Look a node up in the store."""
        quads = tuple(islice(_closure(store, node, names), MAX_STATEMENTS + 1))
        return cls(node, quads[:MAX_STATEMENTS], len(quads) <= MAX_STATEMENTS)

    @property
    def triples(self) -> set[Triple]:
        """The statements, whoever makes them."""
        return {quad.triple for quad in self.quads}

    @property
    def title(self) -> str | None:
        """What the thing is called, if anyone says so."""
        found = {
            quad.predicate: quad.object.value
            for quad in self.quads
            if quad.subject == self.node and isinstance(quad.object, Literal)
        }
        return next((found[name] for name in _TITLES if name in found), None)


@dataclass(frozen=True)
class Row:
    """A statement on a page: the other end of it, how it is related, and who says so."""

    subject: Cell
    property: Cell
    value: Cell
    sources: tuple[str, ...]
    entailed: bool


def rows(quads: Iterable[Quad], names: Names) -> list[Row]:
    """One row a statement, sorted; ``entailed`` where no source says so itself."""
    graphs: defaultdict[Triple, set[NamedNode]] = defaultdict(set)
    for quad in quads:
        if isinstance(quad.graph_name, NamedNode):
            graphs[quad.triple].add(quad.graph_name)
    found = [_row(triple, said, names) for triple, said in graphs.items()]
    return sorted(found, key=lambda row: (row.property.text, row.value.text, row.subject.text))


def references(store: GraphStore, node: NamedNode) -> tuple[list[Quad], bool]:
    """Statements that lead to a node, and whether these are all."""
    quads = list(islice(store.quads(None, None, node, None), MAX_REFERENCES + 1))
    return quads[:MAX_REFERENCES], len(quads) <= MAX_REFERENCES


def _row(triple: Triple, graphs: set[NamedNode], names: Names) -> Row:
    entailed = all(graph.value.endswith(ENTAILED_SUFFIX) for graph in graphs)
    sources = {_source(asserting_graph(graph), names) for graph in graphs}
    subject, predicate, value = (cell(part, names) for part in triple)
    return Row(subject, predicate, value, tuple(sorted(sources)), entailed)


def _source(graph: NamedNode, names: Names) -> str:
    return names.source(graph) or shorten(graph.value, names)


def _closure(store: GraphStore, node: NamedNode, names: Names) -> Iterator[Quad]:
    seen, todo = {node}, [node]
    while todo:
        for quad in store.quads(todo.pop(), None, None, None):
            yield quad
            target = quad.object
            if _is_skolem(target, names) and target not in seen:
                seen.add(target)
                todo.append(target)


def _is_skolem(term: object, names: Names) -> TypeGuard[NamedNode]:
    return isinstance(term, NamedNode) and term.value.startswith(names.skolems)
