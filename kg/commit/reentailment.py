"""Bringing a store from one ontology to another, as one change of it.

The ontology itself is kept in the store, in a graph of its own, so what the entailments were made
by is known whatever has become of the files.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from kg.batches import in_batches
from kg.commit.entailment import entailed_quads
from kg.iri import asserting_graph, entailed_graph
from kg.journal import Journal, StoredRecord, to_quads
from kg.namespaces import ONTOLOGY_IRI, RDF
from kg.ontology import Difference, Ontology
from kg.store import ONTOLOGY_DIGEST, EmbeddedStore, StorePatch
from kg.terms import NamedNode, Quad

_BETWEEN: Final = "between two"
_GRAPH: Final = NamedNode(ONTOLOGY_IRI)
_RECORDS: Final = 1_000  # read from the journal at a time
_BULK: Final = 50_000  # quads; an update takes 2 kB of memory for each


def ontology_quads(ontology: Ontology) -> Iterator[Quad]:
    """The ontology as the store holds it."""
    for triple in ontology.triples:
        yield Quad(triple.subject, triple.predicate, triple.object, _GRAPH)


def ontology_in(store: EmbeddedStore) -> Ontology | None:
    """The ontology by which a store was written; ``None`` for a store that holds none."""
    quads = list(store.quads(None, None, None, _GRAPH))
    return Ontology.of(quads) if quads else None


def reentail(store: EmbeddedStore, journal: Journal, before: Ontology, after: Ontology) -> None:
    """Bring what is entailed, and the ontology itself, from one ontology to another.

    Costs as much as the records that use a term which means something else now. One update, so
    that readers see all of it or nothing; where it adds very much, that is loaded first, and a
    store which a process that died left in between costs as much as all records.
    """
    patch = StorePatch(store.revision(), notes={ONTOLOGY_DIGEST: after.digest}, dropped=[_GRAPH])
    for record in _concerned(store, journal, before.difference(after)):
        graph = record.graph
        present = set(store.quads(None, None, None, entailed_graph(graph)))
        entailed = entailed_quads(to_quads(record.triples, graph), graph, after)
        patch.removed += present - entailed
        patch.added += entailed - present
    if len(patch.added) >= _BULK:
        store.load(patch.added, patch.revision, {ONTOLOGY_DIGEST: _BETWEEN})
        patch.added = []
    patch.added += ontology_quads(after)
    store.apply(patch)


def _concerned(
    store: EmbeddedStore, journal: Journal, difference: Difference
) -> Iterator[StoredRecord]:
    """The records that use the terms, in what they say or in what was entailed from it.

    All of them where the store is halfway to an ontology that nobody may know any more.
    """
    if _BETWEEN in store.notes(ONTOLOGY_DIGEST):
        yield from journal.all_records()
        return
    uses = chain(
        *(store.quads(None, prop, None, None) for prop in difference.properties),
        *(store.quads(None, RDF.type, cls, None) for cls in difference.classes),
    )
    named = {quad.graph_name for quad in uses}
    graphs = list({asserting_graph(name) for name in named if isinstance(name, NamedNode)})
    for some in in_batches(graphs, _RECORDS):
        yield from journal.records(some).values()
