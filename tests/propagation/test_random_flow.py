"""Random graphs and changes: mended facts are those of a full run, and both are the oracle's."""

from __future__ import annotations

from itertools import pairwise

from facts_read import derived, evidence, in_graph
from flow_oracle import (
    BACKGROUND,
    BLURRING,
    DEPRECATED,
    HEALTH,
    MAIL,
    MASKING,
    REFERENCE,
    RETRACTED,
    SPECIAL,
    TRAINING,
    Said,
    arcs,
    carried,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.namespaces import ADMS, DCAT, DCT, DPV, MLG, ODRL, PROV, SKOS
from kg.propagation import derived_triples, propagate
from kg.store import EmbeddedStore, StorePatch
from kg.terms import NamedNode, Triple

GRAPH, BESIDE = (NamedNode(f"https://example.org/graph/{name}") for name in ("data", "ontology"))


def node(kind: str, number: int) -> NamedNode:
    return NamedNode(f"https://example.org/{kind}/{number}")


def nodes(kind: str, count: int) -> st.SearchStrategy[NamedNode]:
    return st.integers(0, count - 1).map(lambda number: node(kind, number))


def statement(
    subject: st.SearchStrategy[NamedNode],
    prop: NamedNode | st.SearchStrategy[NamedNode],
    object_: st.SearchStrategy[NamedNode],
) -> st.SearchStrategy[Triple]:
    chosen = st.just(prop) if isinstance(prop, NamedNode) else prop
    return st.builds(Triple, subject, chosen, object_)


assets, versions, runs = nodes("asset", 3), nodes("version", 5), nodes("run", 3)
pipelines, usages, policies = nodes("pipeline", 2), nodes("usage", 2), nodes("policy", 2)
data = assets | versions
measures = st.sampled_from([MASKING, BLURRING])
derivations = st.sampled_from([PROV.wasDerivedFrom, MLG.trainedOn, MLG.usesFeature])
statements = st.one_of(
    statement(versions, DCAT.isVersionOf, assets),
    statement(data, PROV.wasGeneratedBy, runs),
    statement(runs, PROV.used, data),
    statement(data, derivations, data),
    statement(data, MLG.directlyDependsOn, data),
    statement(assets, MLG.writtenBy, pipelines),
    statement(pipelines, MLG.reads, data),
    statement(runs | pipelines, DPV.hasTechnicalMeasure, measures),
    statement(runs, PROV.qualifiedUsage, usages),
    statement(usages, PROV.entity, data),
    statement(usages, PROV.hadRole, st.sampled_from([REFERENCE, TRAINING])),
    statement(data, DPV.hasPersonalData, st.sampled_from([MAIL, HEALTH])),
    statement(st.just(HEALTH), SKOS.broader, st.just(SPECIAL)),
    statement(data, DPV.hasLegalBasis, st.just(DPV.Consent)),
    statement(data, st.sampled_from([ODRL.hasPolicy, DCT.license]), policies),
    statement(policies, ODRL.prohibition, st.just(node("rule", 1))),
    statement(st.just(node("rule", 1)), ODRL.action, st.just(ODRL.derive)),
    statement(data, ADMS.status, st.sampled_from([RETRACTED, DEPRECATED])),
)
graphs = st.sets(statements, min_size=5, max_size=45)
changes = st.lists(st.sets(statements, min_size=1, max_size=6), min_size=1, max_size=5)


def fresh(said: set[Triple]) -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    store.load([*in_graph(set(BACKGROUND), BESIDE), *in_graph(said, GRAPH)], revision=1)
    propagate(store, said)
    return store


def toggled(store: EmbeddedStore, said: set[Triple], changed: set[Triple]) -> set[Triple]:
    """The statements, each of the changed ones gone where it was there and there where not."""
    added, removed = changed - said, changed & said
    patch = StorePatch(2, added=in_graph(added, GRAPH), removed=in_graph(removed, GRAPH))
    store.apply(patch)
    return said ^ changed


@settings(max_examples=60, deadline=None)
@given(graphs, changes)
def test_facts_mended_after_each_change_are_those_of_a_full_run(
    said: set[Triple], steps: list[set[Triple]]
) -> None:
    """What is reported as changed is what has changed, too."""
    store = fresh(said)
    for changed in steps:
        before = derived(store)
        said = toggled(store, said, changed)
        reported = propagate(store, changed)

        assert derived(store) == set(derived_triples(store))
        assert reported == before ^ derived(store)


@settings(max_examples=60, deadline=None)
@given(graphs)
def test_facts_are_the_oracle_s_with_ways_that_are_open_and_cost_the_least(
    said: set[Triple],
) -> None:
    """Every hop of a way is a step open to the label, and the way costs what the least one does."""
    found = evidence(fresh(said))
    ways = {kind: arcs(Said(said), kind) for kind in {item.kind for item in found}}

    told = {
        (
            i.kind,
            i.label,
            i.origin if i.label.value.endswith(f"/{i.kind}") else None,
            i.thing,
        ): i.cost
        for i in found
    }

    assert told == carried(said)
    for item in found:
        assert item.way[-1] == item.origin
        hops = [ways[item.kind].edges[below, above] for above, below in pairwise(item.way)]
        assert len(hops) == item.cost[2]
        total = sum(hop["weight"] for hop in hops)
        assert (total >> 30, total >> 15 & 0x7FFF, total & 0x7FFF) == item.cost
