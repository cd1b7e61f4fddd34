"""The ontology's header, its terms, and that it stays inside the profile it promises."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, VANN

from kg.errors import InputError
from kg.namespaces import DCAT, MLG, MLS, PROV, compact, expand
from kg.ontology import Ontology
from kg.terms import NamedNode

IRI = URIRef("https://w3id.org/mlg")
BIBO_STATUS = URIRef("http://purl.org/ontology/bibo/status")
HEADER = [
    *(DCTERMS.title, DCTERMS.description, DCTERMS.creator, DCTERMS.created, DCTERMS.modified),
    *(DCTERMS.license, DCTERMS.bibliographicCitation, OWL.versionIRI, OWL.versionInfo),
    *(VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri, BIBO_STATUS, RDFS.label),
]
KINDS = {
    "approval": "mlg:Approval",
    "cell": "mlg:Cell",
    "dataset": "mlg:Dataset",
    "dataset-version": "mlg:DatasetVersion",
    "deployment": "mlg:Deployment",
    "document": "mlg:Document",
    "evaluation": "mlg:Evaluation",
    "experiment": "mlg:Experiment",
    "feature": "mlg:Feature",
    "feature-version": "mlg:FeatureVersion",
    "gate-decision": "mlg:GateDecision",
    "incident": "eu-aiact:SeriousIncident",
    "measurement": "dqv:QualityMeasurement",
    "model": "mlg:Model",
    "model-artifact": "mlg:ModelArtifact",
    "model-version": "mlg:ModelVersion",
    "person": "prov:Person",
    "pipeline": "mlg:Pipeline",
    "run": "mlg:Run",
    "service": "mlg:Service",
    "team": "org:OrganizationalUnit",
    "waiver": "mlg:Waiver",
}
LINEAGE = {
    *("mlg:approves", "mlg:deploys", "mlg:evaluatedOn", "mlg:evaluates", "mlg:executes"),
    *("mlg:exposes", "mlg:hasCell", "mlg:hosts", "mlg:reads", "mlg:trainedOn", "mlg:usesFeature"),
    *("mlg:writtenBy", "prov:used", "prov:wasDerivedFrom", "prov:wasGeneratedBy"),
    "prov:wasInformedBy",
}
LINEAGE_INVERSE = {"mlg:cellOf", "mlg:servedBy", "mlg:writes", "prov:generated"}

# Every construct of OWL 2 RL (OWL 2 Profiles, 4.2) that the ontology needs; blank nodes stand
# for nothing but the lists of chains.
TYPES = {
    *(OWL.Ontology, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty),
    OWL.TransitiveProperty,
}
AXIOMS = {
    *(RDFS.subClassOf, RDFS.subPropertyOf, RDFS.range, OWL.inverseOf, OWL.propertyChainAxiom),
}
ANNOTATIONS = {RDFS.label, RDFS.isDefinedBy, RDFS.seeAlso, OWL.versionIRI, OWL.versionInfo}


def test_there_is_one_header(core: Graph) -> None:
    """The core is one ontology, and its header says all that DCAT 3's does, each once."""
    assert list(core.subjects(RDF.type, OWL.Ontology)) == [IRI]
    assert [prop for prop in HEADER if len(list(core.objects(IRI, prop))) != 1] == []


def test_the_version_iri_ends_in_the_version(core: Graph) -> None:
    """The version stands in the version IRI and in no term."""
    version = str(core.value(IRI, OWL.versionInfo))
    assert f"{IRI}/{version}" == str(core.value(IRI, OWL.versionIRI))
    terms = [str(term) for term in core.subjects(RDFS.isDefinedBy, IRI)]
    assert [term for term in terms if version in term] == []


def test_alignments_are_ontologies_of_their_own(everything: Graph) -> None:
    """Each alignment has its own header and is no part of the core."""
    headers = {str(node) for node in everything.subjects(RDF.type, OWL.Ontology)}
    names = ("dpv", "fair4ml", "mldcat", "mls", "schema")
    assert {str(IRI)} | {f"{IRI}/alignments/{name}" for name in names} == headers


def test_only_constructs_of_owl_2_rl_are_used(everything: Graph) -> None:
    """No construct outside the list above occurs, so that rule engines draw every conclusion."""
    kinds = {kind for kind in everything.objects(None, RDF.type) if str(kind).startswith(str(OWL))}
    props = {p for p in everything.predicates() if str(p).startswith((str(OWL), str(RDFS)))}
    assert kinds == TYPES
    assert props - ANNOTATIONS == AXIOMS


def test_axioms_are_between_named_terms(everything: Graph) -> None:
    """No axiom has an anonymous class or property in it."""
    plain = AXIOMS - {OWL.propertyChainAxiom}
    ends = [(s, o) for s, p, o in everything if p in plain]
    assert ends
    assert [pair for pair in ends if not all(isinstance(end, URIRef) for end in pair)] == []


def test_chains_are_regular(everything: Graph, ontology: Ontology) -> None:
    """No link of a chain is the property it amounts to, or above it (OWL 2 Syntax, 11.2)."""
    chains = list(everything.subject_objects(OWL.propertyChainAxiom))
    assert len(chains) == 4
    for prop, head in chains:
        above = {term.value for term in ontology.superproperties(expand(compact(str(prop))))}
        links = {str(link) for link in Collection(everything, head)}
        assert len(links) == 2
        assert not links & {*above, str(prop)}


def test_only_own_properties_have_ranges(everything: Graph) -> None:
    """What a property of somebody else leads to is not ours to say."""
    found = [str(prop) for prop in everything.subjects(RDFS.range)]
    assert found
    assert [prop for prop in found if not prop.startswith(MLG.iri)] == []


def test_text_is_english(core: Graph) -> None:
    """Every text with a language is in English."""
    languages = {text.language for text in core.objects() if isinstance(text, Literal)}
    assert {None, "en"} == languages


def test_kinds(ontology: Ontology) -> None:
    """Each kind of identifier stands for one class, and back."""
    assert {kind: expand(cls) for kind, cls in KINDS.items()} == ontology.kinds
    for kind, cls in KINDS.items():
        assert kind == ontology.kind_of_class(expand(cls))
        assert expand(cls) == ontology.class_of_kind(kind)
    assert ontology.kind_of_class(MLG.Asset) is None
    assert ontology.class_of_kind("asset") is None


def test_lineage_relations(ontology: Ontology) -> None:
    """The relations that make lineage, and those that do read backwards."""
    assert {compact(prop.value) for prop in ontology.lineage} == LINEAGE
    assert {compact(prop.value) for prop in ontology.lineage_inverse} == LINEAGE_INVERSE


def test_what_is_above_a_term(ontology: Ontology) -> None:
    """Classes and properties know all that is above them, and not themselves."""
    assert {MLG.Run, PROV.Activity} == ontology.superclasses(MLG.Evaluation)
    above = {PROV.used, MLG.directlyDependsOn, MLG.dependsOn, PROV.wasInfluencedBy}
    assert above == ontology.superproperties(MLG.deploys)
    assert {DCAT.hasVersion} == ontology.inverses(DCAT.isVersionOf)
    assert {DCAT.isVersionOf} == ontology.inverses(DCAT.hasVersion)
    assert {(PROV.qualifiedUsage, PROV.entity)} == ontology.chains[PROV.used]
    assert frozenset() == ontology.superclasses(PROV.Entity) | ontology.inverses(MLG.alias)


def test_labels(ontology: Ontology) -> None:
    """A term is called by its label, and without one by the words of its IRI."""
    assert ontology.label(MLG.ownedBy) == "owned by"
    assert ontology.label(NamedNode(f"{IRI}/run-type/batch-inference")) == "batch inference"
    assert ontology.label(PROV.wasGeneratedBy) == "was generated by"
    assert ontology.label(MLS.HyperParameterSetting) == "Hyper parameter setting"


def test_the_digest_tells_what_is_said(ontology: Ontology, tmp_path: Path) -> None:
    """Reading again gives the same digest, although blank nodes are new; more triples another."""
    file = tmp_path / "own.ttl"
    file.write_text("<https://example.org/a> a <https://example.org/B> .")
    nothing = tmp_path / "nothing.ttl"
    nothing.write_text("")
    again = Ontology.load([nothing])
    assert again is not ontology
    assert again.digest == ontology.digest
    assert again.triples == ontology.triples
    assert Ontology.load([file]).digest != ontology.digest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<a> <b> <c>", "not valid Turtle"),
        ("<https://example.org/a> a .", "not valid Turtle"),
        ('<https://example.org/A> <https://w3id.org/mlg#kind> "run" .', "kind 'run' is given to"),
        (None, "cannot read the ontology"),
    ],
)
def test_a_bad_file_is_refused(text: str | None, message: str, tmp_path: Path) -> None:
    """A file that is missing, malformed or takes a kind is one line of error."""
    file = tmp_path / "own.ttl"
    if text is not None:
        file.write_text(text)
    with pytest.raises(InputError, match=message):
        Ontology.load([file])
