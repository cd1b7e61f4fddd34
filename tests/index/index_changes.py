"""Random sequences of commits about lineage of all kinds, for hypothesis."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from kg.app import KnowledgeGraph
from kg.commit import Change
from kg.model import Description, Record
from kg.namespaces import DCAT, DCT, MLG, PROV, RDF
from kg.terms import NamedNode, Triple

THINGS = 7
PROPERTIES = (
    PROV.used,
    PROV.wasDerivedFrom,
    PROV.generated,
    PROV.wasGeneratedBy,
    MLG.trainedOn,
    MLG.deploys,
    MLG.servedBy,
    MLG.hosts,
    MLG.directlyDependsOn,
    DCAT.isVersionOf,
    DCAT.hasVersion,
    DCT.replaces,
    PROV.qualifiedUsage,  # with prov:entity a chain of two that amounts to prov:used
    PROV.entity,
    MLG.ownedBy,
    MLG.cellOf,
    MLG.hasCell,
    RDF.type,
)

_thing = st.integers(0, THINGS - 1)
_statement = st.tuples(_thing, st.sampled_from(PROPERTIES), _thing)


@dataclass(frozen=True)
class Put:
    """A record of a thing by a source; withdrawn where it states nothing."""

    source: str
    thing: int
    statements: frozenset[tuple[int, NamedNode, int]]


puts = st.builds(
    Put,
    st.sampled_from(("curated", "other")),
    _thing,
    st.frozensets(_statement, max_size=5),
)
commits = st.lists(st.lists(puts, min_size=1, max_size=4), min_size=1, max_size=6)


def thing(graph: KnowledgeGraph, number: int) -> NamedNode:
    """A node by its number."""
    return graph.names.mint("thing", "t", str(number))


def commit(graph: KnowledgeGraph, changes: list[Put]) -> None:
    """Commit some puts as one revision; a thing that is put twice is put as the last says."""
    last = {(put.source, put.thing): put for put in changes}.values()
    records = [_record(graph, put) for put in last if put.statements]
    withdrawn = [(p.source, thing(graph, p.thing)) for p in last if not p.statements]
    graph.committer.commit(Change(records, withdrawn), agent="test")


def _record(graph: KnowledgeGraph, put: Put) -> Record:
    description = Description(put.source, thing(graph, put.thing))
    triples = {
        Triple(thing(graph, source), prop, thing(graph, target))
        for source, prop, target in put.statements
    }
    if put.thing % 2:
        description.add(DCT.title, f"thing\n{put.thing}")
    return Record(put.source, description.subject, description.record().triples | triples)
