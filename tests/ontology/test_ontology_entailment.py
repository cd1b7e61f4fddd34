"""What a record entails is what OWL 2 RL says it does, and succession is never lineage."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from owlrl import OWLRL_Semantics
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDFS

from kg.namespaces import DCAT, DCT, MLG, PROV, RDF, expand
from kg.ontology import Ontology
from kg.terms import Literal, NamedNode, Triple

THINGS = [NamedNode(f"https://example.org/{name}") for name in "abcd"]
CLASSES = [expand(c) for c in ("mlg:Evaluation", "mlg:Service", "mlg:DatasetVersion", "dcat:Theme")]
PROPERTIES = [
    *("mlg:deploys", "mlg:servedBy", "mlg:hosts", "mlg:writes", "mlg:cellOf", "mlg:ownedBy"),
    *("prov:generated", "prov:used", "prov:qualifiedUsage", "prov:qualifiedGeneration"),
    *("prov:qualifiedAssociation", "prov:entity", "prov:activity", "prov:agent"),
    *("dcat:hasVersion", "dct:replaces", "dqv:hasQualityMeasurement"),
]
SUCCESSION = [DCT.replaces, DCAT.previousVersion, PROV.wasRevisionOf, DCAT.prev]

A, B, C, D = THINGS

triples = st.one_of(
    st.builds(
        Triple,
        st.sampled_from(THINGS),
        st.sampled_from([expand(name) for name in PROPERTIES]),
        st.sampled_from(THINGS),
    ),
    st.builds(Triple, st.sampled_from(THINGS), st.just(RDF.type), st.sampled_from(CLASSES)),
)


@pytest.fixture(scope="module")
def axioms(core_files: list[Path]) -> Graph:
    """The axioms that count within a record: no ranges, and nothing at a transitive property."""
    graph, read = Graph(), Graph()
    for path in core_files:
        read.parse(path)
    for prop in (RDFS.subClassOf, OWL.inverseOf, OWL.propertyChainAxiom):
        graph += read.triples((None, prop, None))
    graph += read.triples((None, URIRef(RDF.first.value), None))
    graph += read.triples((None, URIRef(RDF.rest.value), None))
    transitive = URIRef(MLG.dependsOn.value)
    for lower, prop, upper in read.triples((None, RDFS.subPropertyOf, None)):
        if transitive not in (lower, upper):
            graph.add((lower, prop, upper))
    return graph


def _by_owlrl(axioms: Graph, record: frozenset[Triple]) -> set[tuple[str, ...]]:
    """The closure of a record by another reasoner, without what holds of anything at all."""
    graph = Graph() + axioms
    for s, p, o in record:
        graph.add((URIRef(s.value), URIRef(p.value), URIRef(o.value)))
    OWLRL_Semantics(graph, axioms=False, daxioms=False, rdfs=False).closure()
    things = {thing.value for thing in THINGS}
    return {
        (str(s), str(p), str(o))
        for s, p, o in graph
        if str(s) in things and p != OWL.sameAs and o != OWL.Thing
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(record=st.frozensets(triples, max_size=8))
def test_a_record_entails_what_owl_2_rl_says(
    record: frozenset[Triple], axioms: Graph, ontology: Ontology
) -> None:
    """Asserted and entailed together are the closure that owlrl computes."""
    entailed = ontology.entail(record)
    found = {(t.subject.value, t.predicate.value, t.object.value) for t in entailed | record}
    assert found == _by_owlrl(axioms, record)
    assert not entailed & record


def test_a_deployment_and_its_service(ontology: Ontology) -> None:
    """A deployment depends on what it deploys, and the service that answers with it on both."""
    record = {Triple(A, MLG.deploys, B), Triple(A, MLG.servedBy, C)}
    assert ontology.entail(record) == {
        Triple(A, PROV.used, B),
        Triple(A, MLG.directlyDependsOn, B),
        Triple(A, PROV.wasAssociatedWith, C),
        Triple(C, MLG.hosts, A),
        Triple(C, MLG.directlyDependsOn, A),
    }


def test_a_qualified_usage_is_a_usage(ontology: Ontology) -> None:
    """What was used with a role was used, wherever the triples of the record stand."""
    record = {Triple(A, PROV.qualifiedUsage, B), Triple(B, PROV.entity, C)}
    entailed = {Triple(A, PROV.used, C), Triple(A, MLG.directlyDependsOn, C)}
    assert ontology.entail(record) == entailed
    assert ontology.entail(sorted(record, key=str)) == entailed


def test_the_closure_is_never_written(ontology: Ontology) -> None:
    """One step of dependency is entailed; a transitive property and what is above it are not."""
    record = {Triple(A, PROV.used, B), Triple(B, PROV.used, C)}
    one_step = {Triple(A, MLG.directlyDependsOn, B), Triple(B, MLG.directlyDependsOn, C)}
    assert ontology.entail(record) == one_step


@pytest.mark.parametrize("prop", SUCCESSION, ids=lambda prop: prop.value)
def test_succession_is_not_lineage(prop: NamedNode, ontology: Ontology) -> None:
    """The version before is nothing that a version is made from."""
    assert ontology.entail({Triple(A, prop, B)}) == set()
    assert prop not in ontology.lineage | ontology.lineage_inverse


@pytest.mark.parametrize("prop", SUCCESSION[:3], ids=lambda prop: prop.value)
def test_succession_is_not_lineage_with_prov_loaded(prop: NamedNode, vocab_dir: Path) -> None:
    """Nor does it become so where PROV-O and DCAT 3, which say otherwise, are loaded as well."""
    w3c = vocab_dir / "w3c"
    ontology = Ontology.load([w3c / "prov-o.ttl", w3c / "dcat3.ttl"])
    entailed = ontology.entail({Triple(A, prop, B)})
    assert MLG.directlyDependsOn not in {triple.predicate for triple in entailed}
    assert prop not in ontology.lineage


@pytest.mark.parametrize("prop", [DCAT.isVersionOf, DCT.isPartOf, MLG.ownedBy, MLG.requestedBy])
def test_belonging_is_not_lineage(prop: NamedNode, ontology: Ontology) -> None:
    """Being a version, a part or a property of something is no dependency."""
    entailed = ontology.entail({Triple(A, prop, B)})
    assert MLG.directlyDependsOn not in {triple.predicate for triple in entailed}


def test_a_literal_is_never_a_subject(ontology: Ontology) -> None:
    """A relation to a text, though wrong, has no inverse."""
    record = {Triple(A, PROV.generated, Literal("model"))}
    assert ontology.entail(record) == set()


def test_own_relations_join_lineage_by_one_triple(tmp_path: Path) -> None:
    """A property becomes lineage by being declared so, and its inverse with it."""
    file = tmp_path / "own.ttl"
    file.write_text(
        "@prefix mlg: <https://w3id.org/mlg#> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix ex: <https://example.org/> .\n"
        "ex:prompts rdfs:subPropertyOf mlg:directlyDependsOn .\n"
        "ex:promptedBy owl:inverseOf ex:prompts .\n"
        "ex:steeredBy rdfs:subPropertyOf ex:promptedBy .\n"
    )
    ontology = Ontology.load([file])
    prompts, prompted, steered = (
        NamedNode(f"https://example.org/{name}") for name in ("prompts", "promptedBy", "steeredBy")
    )
    assert prompts in ontology.lineage
    assert {prompted, steered} <= ontology.lineage_inverse
    assert Triple(B, MLG.directlyDependsOn, A) in ontology.entail({Triple(A, steered, B)})
