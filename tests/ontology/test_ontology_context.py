"""The JSON-LD context has a key for every term and reads every value as it is meant."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rdflib import Graph

from kg.assets import asset
from kg.namespaces import MLG, PREFIXES, expand
from kg.ontology import Ontology
from kg.terms import NamedNode, RdfFormat, Triple, parse, serialize

BASE = "http://localhost:7077/id/"
THING = NamedNode(f"{BASE}run/test/1")

# A key, a value, the property it stands for, and the value as it must be read.
CASES: list[tuple[str, Any, str, str]] = [
    ("title", "Churn", "dct:title", '"Churn"'),
    ("version", "1.10", "dcat:version", '"1.10"'),
    ("version", 3, "dcat:version", '"3"'),
    ("versionOf", "model:mlflow/churn", "dcat:isVersionOf", f"<{BASE}model/mlflow/churn>"),
    ("uses", "dataset-version:a/b/1", "prov:used", f"<{BASE}dataset-version/a/b/1>"),
    ("uses", "https://example.org/x", "prov:used", "<https://example.org/x>"),
    ("prov:used", "dataset:a/b", "prov:used", f"<{BASE}dataset/a/b>"),
    ("mlg:trainedOn", "dataset:a/b", "mlg:trainedOn", f"<{BASE}dataset/a/b>"),
    ("status", "deprecated", "adms:status", "<https://w3id.org/mlg/status/deprecated>"),
    ("adms:status", "active", "adms:status", "<https://w3id.org/mlg/status/active>"),
    ("runType", "evaluation", "dct:type", "<https://w3id.org/mlg/run-type/evaluation>"),
    ("runType", "training", "dct:type", "<https://w3id.org/mlg/run-type/training>"),
    ("license", "Apache-2.0", "dct:license", "<https://spdx.org/licenses/Apache-2.0>"),
    ("license", "https://example.org/l", "dct:license", "<https://example.org/l>"),
    ("domain", "payments", "dcat:theme", f"<{BASE}domain/org/payments>"),
    ("role", "test", "prov:hadRole", "<https://w3id.org/mlg/data-role/test>"),
    (
        "personalData",
        "EmailAddress",
        "dpv:hasPersonalData",
        "<https://w3id.org/dpv/pd#EmailAddress>",
    ),
    (
        *("personalData", "dpv:SensitivePersonalData", "dpv:hasPersonalData"),
        "<https://w3id.org/dpv#SensitivePersonalData>",
    ),
    ("legalBasis", "Consent", "dpv:hasLegalBasis", "<https://w3id.org/dpv#Consent>"),
    (
        *("riskLevel", "RiskLevelHigh", "eu-aiact:hasRiskLevel"),
        "<https://w3id.org/dpv/legal/eu/aiact#RiskLevelHigh>",
    ),
    ("waives", "R19", "mlg:waives", "<https://w3id.org/mlg/rules/R19>"),
    ("metric", "accuracy", "dqv:isMeasurementOf", f"<{BASE}metric/accuracy>"),
    ("email", "mailto:risk@example.org", "foaf:mbox", "<mailto:risk@example.org>"),
    (
        *("startedAt", "2026-01-05T10:00:00Z", "prov:startedAtTime"),
        '"2026-01-05T10:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
    ),
    (
        *("allocation", "0.05", "mlg:allocation"),
        '"0.05"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    ),
    (
        *("sunsetDate", "2027-01-31", "mlg:sunsetDate"),
        '"2027-01-31"^^<http://www.w3.org/2001/XMLSchema#date>',
    ),
    ("slice", "age < 30", "mlg:slice", '"age < 30"'),
    ("favouriteColour", "blue", "unmapped:favouriteColour", '"blue"'),
]

NESTED = {
    "type": ["Evaluation", "eu-aiact:TestReport"],
    "evaluates": "model-version:mlflow/churn/3",
    "usage": [{"id": "run:test/1#u", "entity": "dataset-version:a/b/1", "role": "test"}],
    "association": {"id": "run:test/1#a", "agent": "person:org/j.doe"},
    "parameters": [{"id": "run:test/1#p", "name": "alpha", "value": "0.1"}],
    "fields": [{"id": "run:test/1#f", "name": "amount", "dataType": "decimal"}],
    "checksum": {"id": "run:test/1#c", "algorithm": "sha256", "value": "ab12"},
    "measurements": [
        {
            "id": "run:test/1#m",
            "type": "Measurement",
            "metric": "accuracy",
            "value": 1,
            "computedOn": "model-version:mlflow/churn/3",
            "slice": "age < 30",
            "evidenceLevel": "independent",
        }
    ],
}
NESTED_TRIPLES = """
    @base <http://localhost:7077/id/> .
    @prefix mls: <http://www.w3.org/ns/mls#> .
    @prefix spdx: <http://spdx.org/rdf/terms#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    @prefix dct: <http://purl.org/dc/terms/> .
    @prefix dqv: <http://www.w3.org/ns/dqv#> .
    @prefix eu-aiact: <https://w3id.org/dpv/legal/eu/aiact#> .
    @prefix mlg: <https://w3id.org/mlg#> .
    @prefix prov: <http://www.w3.org/ns/prov#> .
    <run/test/1> a mlg:Evaluation , eu-aiact:TestReport ;
        mlg:evaluates <model-version/mlflow/churn/3> ;
        prov:qualifiedUsage <run/test/1#u> ; prov:qualifiedAssociation <run/test/1#a> ;
        mlg:parameter <run/test/1#p> ; mlg:field <run/test/1#f> ; spdx:checksum <run/test/1#c> ;
        prov:generated <run/test/1#m> .
    <run/test/1#u> prov:entity <dataset-version/a/b/1> ;
        prov:hadRole <https://w3id.org/mlg/data-role/test> .
    <run/test/1#a> prov:agent <person/org/j.doe> .
    <run/test/1#p> dct:identifier "alpha" ; mls:hasValue "0.1" .
    <run/test/1#f> dct:title "amount" ; dct:type "decimal" .
    <run/test/1#c> spdx:algorithm spdx:checksumAlgorithm_sha256 ;
        spdx:checksumValue "ab12"^^xsd:hexBinary .
    <run/test/1#m> a dqv:QualityMeasurement ; dqv:isMeasurementOf <metric/accuracy> ;
        dqv:value 1 ; dqv:computedOn <model-version/mlflow/churn/3> ; mlg:slice "age < 30" ;
        mlg:evidenceLevel <https://w3id.org/mlg/evidence-level/independent> .
"""


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    """The terms of the shipped context."""
    document = json.loads(asset("ontology", "context.jsonld").read_text(encoding="utf-8"))
    found: dict[str, Any] = document["@context"]
    return found


def _document(context: dict[str, Any], keys: dict[str, Any]) -> str:
    return json.dumps({"@context": context, "id": "run:test/1", **keys})


def _read(text: str, syntax: RdfFormat = RdfFormat.JSON_LD) -> set[Triple]:
    return {quad.triple for quad in parse(text, format=syntax)}


def _iri(context: dict[str, Any], term: str) -> str:
    """The IRI that a term of the context stands for, its prefix resolved."""
    definition = context[term]
    iri: str = definition if isinstance(definition, str) else definition["@id"]
    prefix, _, local = iri.partition(":")
    return context[prefix] + local if prefix in context else iri


@pytest.mark.parametrize(("key", "value", "prop", "read"), CASES)
def test_a_key_reads_its_value_as_meant(
    key: str, value: Any, prop: str, read: str, context: dict[str, Any]
) -> None:
    """One key with one value is one triple."""
    (triple,) = _read(_document(context, {key: value}))
    assert triple.subject == THING
    assert triple.predicate == expand(prop)
    assert str(triple.object) == read


def test_nested_descriptions(context: dict[str, Any]) -> None:
    """Usages, parameters, fields, checksums and measurements are written inside their thing."""
    assert _read(_document(context, NESTED)) == _read(NESTED_TRIPLES, RdfFormat.TURTLE)


def test_another_processor_reads_the_same(context: dict[str, Any]) -> None:
    """The context is plain JSON-LD 1.1: rdflib makes the same triples of a document."""
    document = _document(context, NESTED)
    theirs = Graph().parse(data=document, format="json-ld").serialize(format="nt")
    assert _read(theirs, RdfFormat.N_TRIPLES) == _read(document)


def test_a_document_goes_round(context: dict[str, Any]) -> None:
    """What was read from JSON-LD and written as JSON-LD reads the same."""
    triples = _read(_document(context, NESTED))
    written = serialize(triples, format=RdfFormat.JSON_LD)
    assert _read(written.decode()) == triples


def test_every_term_of_the_ontology_is_a_key(context: dict[str, Any], ontology: Ontology) -> None:
    """Each class and property of ours can be written by its local name."""
    terms = {t.subject.value for t in ontology.triples if t.subject.value.startswith(MLG.iri)}
    assert len(terms) > 50
    locals_ = {term.removeprefix(MLG.iri) for term in terms}
    assert {local for local in locals_ if local not in context} == set()
    assert {local: _iri(context, local) for local in locals_} == {
        local: MLG.iri + local for local in locals_
    }


def test_every_kind_is_a_prefix(context: dict[str, Any], ontology: Ontology) -> None:
    """Identifiers are written kind:system/key."""
    for kind in ontology.kinds:
        assert context[kind] == {"@id": f"{BASE}{kind}/", "@prefix": True}


def test_every_class_with_a_kind_is_a_type(context: dict[str, Any], ontology: Ontology) -> None:
    """A thing of each kind can be given its class by one word."""
    types = {_iri(context, term) for term in context if term[0].isupper()}
    assert {cls.value for cls in ontology.kinds.values()} <= types


def test_every_prefix_is_known(context: dict[str, Any]) -> None:
    """A property without a key of its own is written with its prefix."""
    assert {p: context.get(p) for p in PREFIXES} == PREFIXES


def test_a_property_is_read_alike_by_key_and_by_prefix(context: dict[str, Any]) -> None:
    """``prov:used`` takes references as ``uses`` does, and does not make them text."""
    coerced = {
        term: definition
        for term, definition in context.items()
        if isinstance(definition, dict) and "@type" in definition and ":" not in term
    }
    for definition in coerced.values():
        if definition["@id"] != "dct:type" and definition["@id"] != "dcat:theme":
            assert context[definition["@id"]]["@type"] == definition["@type"]


def test_unknown_keys_are_kept_apart(context: dict[str, Any]) -> None:
    """What has no key is neither lost nor taken for a term of ours."""
    assert context["@vocab"] == PREFIXES["unmapped"]
