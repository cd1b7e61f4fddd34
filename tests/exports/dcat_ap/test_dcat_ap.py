"""The DCAT-AP catalog: what it says of a company, and that the official shapes accept it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.assets import asset
from kg.errors import InputError
from kg.exports.dcat_ap import CatalogInfo, DcatCatalog, export
from kg.iri import Names
from kg.namespaces import DCAT, DCT, RDF, expand
from kg.rdfio import read_quads
from kg.shacl import load_shapes
from kg.shacl.rdflib_bridge import to_graph
from kg.shacl.reference import validate
from kg.store import EmbeddedStore
from kg.terms import Literal, NamedNode, RdfFormat, Term, Triple, parse

HERE = Path(__file__).parent
INFO = CatalogInfo("ML assets", "What our models are made of.", "Data platform")
FORMATS = (RdfFormat.TURTLE, RdfFormat.JSON_LD, RdfFormat.RDF_XML, RdfFormat.N_TRIPLES)

Load = Callable[[str], EmbeddedStore]
Judge = Callable[[object], list[str]]


@pytest.fixture
def company(load_turtle: Load, names: Names) -> DcatCatalog:
    return export(load_turtle("company.ttl"), names, INFO)


def objects(catalog: DcatCatalog, subject: NamedNode, predicate: NamedNode) -> set[Term | Triple]:
    return {t.object for t in catalog.triples if (t.subject, t.predicate) == (subject, predicate)}


def test_an_empty_graph_makes_a_conforming_catalog(
    fill: Callable[..., EmbeddedStore], names: Names, violations: Judge
) -> None:
    catalog = export(fill([]), names, INFO)
    assert violations(catalog.triples) == []
    assert catalog.warnings == ()


def test_a_company_makes_a_conforming_catalog(company: DcatCatalog, violations: Judge) -> None:
    assert violations(company.triples) == []


def test_a_catalog_conforms_to_our_own_profile(company: DcatCatalog) -> None:
    profile = load_shapes(asset("shapes", "profiles", "dcat-ap.ttl"))
    assert tuple(validate(to_graph(company.triples), profile).results) == ()


@pytest.mark.parametrize(
    ("subject", "predicate"),
    [
        ("http://localhost:7077/catalog", "dct:publisher"),
        ("http://localhost:7077/id/dataset/hf/acme/reviews", "dct:title"),
        ("http://localhost:7077/id/dataset/hf/acme/reviews", "dct:description"),
        ("http://localhost:7077/id/service/k8s/scoring", "dcat:endpointURL"),
        ("http://localhost:7077/id/team/org/data", "foaf:name"),
        ("http://localhost:7077/id/team/org/data", "rdf:type"),
        ("https://spdx.org/licenses/CC-BY-4.0", "rdf:type"),
        ("https://data.example.org/loans", "rdf:type"),
    ],
)
def test_the_official_shapes_notice_what_is_taken_away(
    company: DcatCatalog, violations: Judge, subject: str, predicate: str
) -> None:
    taken = (NamedNode(subject), expand(predicate))
    left = [t for t in company.triples if (t.subject, t.predicate) != taken]
    assert len(left) < len(company.triples)
    assert violations(left) != []


LAKE = "dataset:s3://lake/credit/loans.parquet"
ORDERS = "dataset:postgres://db:5432/shop.public.orders"
FACTS = [
    ("a team that owns an asset publishes it", LAKE, "dct:publisher", ["team:org/data"]),
    ("of two owners one publishes", ORDERS, "dct:publisher", ["team:org/data"]),
    ("versions are listed by their asset", "model:mlflow/default", "dcat:hasVersion",
     ["model-version:mlflow/default/1", "model-version:mlflow/default/2"]),
    ("a version points at its asset", "model-version:mlflow/default/1", "dcat:isVersionOf",
     ["model:mlflow/default"]),
    ("what was replaced is the previous version", "model-version:mlflow/default/2",
     "dcat:previousVersion", ["model-version:mlflow/default/1"]),
    ("replacing is no derivation, training is", "model-version:mlflow/default/2",
     "prov:wasDerivedFrom", ["dataset-version:s3://lake/credit/loans.parquet/v2"]),
    ("lineage between datasets is kept, to what is described", "dataset:hf/acme/reviews",
     "prov:wasDerivedFrom", [ORDERS]),
    ("the run that made a dataset is kept", "dataset-version:s3://lake/credit/loans.parquet/v2",
     "prov:wasGeneratedBy", ["run:airflow/load/7"]),
    ("a run used what is described", "run:airflow/load/7", "prov:used", [ORDERS]),
    ("a service requires the model deployed to it now", "service:k8s/scoring", "dct:requires",
     ["model-version:mlflow/default/2"]),
    ("a table has no distribution", ORDERS, "dcat:distribution", []),
    ("a dataset bears no licence itself", LAKE, "dct:license", []),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "predicate", "expected"), [f[1:] for f in FACTS],
                         ids=[f[0] for f in FACTS])  # fmt: skip
def test_the_company_catalog_says(
    company: DcatCatalog, names: Names, subject: str, predicate: str, expected: list[str]
) -> None:
    found = objects(company, names.parse(subject), expand(predicate))
    assert {names.parse(node) for node in expected} == found


@pytest.mark.parametrize(
    ("dataset", "url"),
    [
        (LAKE, "s3://lake/credit/loans.parquet"),
        ("dataset:file//data/raw%20files/x.csv", "file:///data/raw%20files/x.csv"),
        ("dataset:https://example.org/a%2520b.csv%3Fversion=2", "https://example.org/a%20b.csv?version=2"),
        ("dataset:hf/acme/reviews", "https://huggingface.co/datasets/acme/reviews"),
    ],
)  # fmt: skip
def test_a_dataset_is_accessed_at_the_place_it_is_named_after_or_its_landing_page(
    company: DcatCatalog, names: Names, dataset: str, url: str
) -> None:
    (distribution,) = objects(company, names.parse(dataset), DCAT.distribution)
    assert isinstance(distribution, NamedNode)
    assert {NamedNode(url)} == objects(company, distribution, DCAT.accessURL)


def test_a_described_distribution_keeps_its_datatypes_licence_and_the_checksum_of_its_version(
    company: DcatCatalog, names: Names
) -> None:
    version = names.parse("dataset-version:s3://lake/credit/loans.parquet/v1")
    files = NamedNode(version.value + "/files")
    checksum = NamedNode(version.value + "/checksum")
    size = Literal("1048576", datatype=expand("xsd:nonNegativeInteger"))
    assert {files} == objects(company, version, DCAT.distribution)
    assert {size} == objects(company, files, DCAT.byteSize)
    assert {checksum} == objects(company, files, expand("spdx:checksum"))
    (licence,) = objects(company, files, DCT.license)
    assert isinstance(licence, NamedNode)
    assert {Literal("internal use only")} == objects(company, licence, expand("rdfs:label"))
    parquet = "https://www.iana.org/assignments/media-types/application/vnd.apache.parquet"
    assert {NamedNode(parquet)} == objects(company, files, DCAT.mediaType)


def test_a_service_without_an_endpoint_that_is_a_url_is_a_plain_resource(
    company: DcatCatalog, names: Names
) -> None:
    catalog = names.parse("http://localhost:7077/catalog")
    batch = names.parse("service:k8s/batch")
    assert {names.parse("service:k8s/scoring")} == objects(company, catalog, DCAT.service)
    assert batch in objects(company, catalog, DCAT.resource)
    assert DCAT.Resource in objects(company, batch, RDF.type)


def test_what_is_merely_referred_to_is_not_in_the_catalog(company: DcatCatalog) -> None:
    assert b"never-described" not in company.serialize()


def test_everything_changed_or_left_out_is_a_warning_that_names_the_assets(
    company: DcatCatalog,
) -> None:
    expected = (HERE / "company.warnings.txt").read_text(encoding="utf-8").splitlines()
    assert expected == [str(warning) for warning in company.warnings]


def test_a_small_graph_gives_exactly_the_golden_catalog(load_turtle: Load, names: Names) -> None:
    info = CatalogInfo(
        INFO.title,
        INFO.description,
        INFO.publisher,
        publisher_iri="http://localhost:7077/id/team/org/data",
        homepage="https://example.org/ml",
    )
    golden = {quad.triple for quad in read_quads(HERE / "small.expected.ttl")}
    assert golden == set(export(load_turtle("small.ttl"), names, info).triples)


@pytest.mark.parametrize("format_", FORMATS, ids=str)
def test_every_format_says_the_same(company: DcatCatalog, format_: RdfFormat) -> None:
    read = {quad.triple for quad in parse(company.serialize(format_), format=format_)}
    assert set(company.triples) == read


@pytest.mark.parametrize("format_", FORMATS, ids=str)
def test_the_same_graph_gives_the_same_bytes_in_whatever_order_it_was_written(
    fill: Callable[..., EmbeddedStore], names: Names, format_: RdfFormat
) -> None:
    triples = [quad.triple for quad in read_quads(HERE / "company.ttl")]
    texts = set()
    for seed in range(5):
        random.Random(seed).shuffle(triples)
        texts.add(export(fill(triples), names, INFO).serialize(format_))
    assert len(texts) == 1


@pytest.mark.parametrize(
    "info",
    [
        CatalogInfo(" ", "What it is.", "Data platform"),
        CatalogInfo("ML assets", "", "Data platform"),
        CatalogInfo("ML assets", "What it is.", ""),
        CatalogInfo("ML assets", "What it is.", "Data platform", homepage="our home page"),
        CatalogInfo("ML assets", "What it is.", "Data platform", publisher_iri="http://a b"),
    ],
)
def test_a_catalog_without_the_mandatory_texts_or_with_bad_iris_is_refused(
    names: Names, info: CatalogInfo
) -> None:
    with pytest.raises(InputError, match=r"needs a|is not an IRI"):
        export(EmbeddedStore.in_memory(), names, info)
