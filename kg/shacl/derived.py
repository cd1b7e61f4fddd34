"""Facts that rules need and no source states: what the queries in ``queries/rules`` construct.

In a store they stand in a graph of their own, made anew when the revision has moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from kg.assets import asset_files
from kg.errors import InputError
from kg.namespaces import MLG, ONTOLOGY_IRI, PREFIXES, RDF
from kg.sparql.prologue import with_prefixes
from kg.sparql.reader import read
from kg.sparql.tokens import Kind
from kg.store import DERIVED_GRAPH, EmbeddedStore, GraphStore, QueryTriples, StorePatch
from kg.terms import Literal, NamedNode, Quad, Triple

_ANY_GRAPH: Final = NamedNode(f"{ONTOLOGY_IRI}/data")


def derive(store: GraphStore) -> Iterator[Triple]:
    """What follows from a store by every rule query; some may come twice."""
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    for path in asset_files("queries/rules", ".rq"):
        answer = store.query(prologue + path.read_text(encoding="utf-8"))
        if not isinstance(answer, QueryTriples):
            raise InputError("a rule query must be a CONSTRUCT", where=str(path))
        yield from answer


def is_read(predicates: Iterable[NamedNode]) -> bool:
    """Whether any of the properties occurs in a rule query, so that what is derived may change."""
    return not _mentioned().isdisjoint(predicates)


@cache
def _mentioned() -> frozenset[NamedNode]:
    """Every IRI in the rule queries."""
    found: set[NamedNode] = set()
    for path in asset_files("queries/rules", ".rq"):
        query = read(with_prefixes(path.read_text(encoding="utf-8")))
        found |= {
            NamedNode(query.iri(token.text))
            for token in query.tokens
            if token.kind in (Kind.IRI, Kind.PNAME)
        }
        found |= {RDF.type for token in query.tokens if token.is_word("A")}
    return frozenset(found)


def forget_derived(store: EmbeddedStore) -> None:
    """Let the derived facts be made anew when they are next needed."""
    store.apply(StorePatch(store.revision(), dropped=[DERIVED_GRAPH]))


def with_derived(store: EmbeddedStore) -> EmbeddedStore:
    """The store, with the derived facts of its revision in it; they come with a mark of it.

    Where they are not up to date in a store that can only be read, a copy in memory has them.
    """
    revision = store.revision()
    at = Literal(revision)
    if next(store.quads(DERIVED_GRAPH, MLG.revision, at, DERIVED_GRAPH), None) is not None:
        return store
    if not store.writable:
        return with_derived(_copy(store))
    mark = Quad(DERIVED_GRAPH, MLG.revision, at, DERIVED_GRAPH)
    store.apply(StorePatch(revision, dropped=[DERIVED_GRAPH]))
    found = {Quad(t.subject, t.predicate, t.object, DERIVED_GRAPH) for t in derive(store)}
    store.load([mark, *found], revision)
    return store


def _copy(store: EmbeddedStore) -> EmbeddedStore:
    copy = EmbeddedStore.in_memory()
    copy.load(store.quads(None, None, None, None), store.revision())
    return copy


def derive_from(triples: Iterable[Triple]) -> set[Triple]:
    """What follows from triples that are in no store."""
    store = EmbeddedStore.in_memory()
    store.load((Quad(t.subject, t.predicate, t.object, _ANY_GRAPH) for t in triples), revision=0)
    return set(derive(store))
