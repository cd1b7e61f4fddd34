"""What becomes of single values on their way into the catalog."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.exports.dcat_ap import CatalogInfo, DcatCatalog, export
from kg.iri import Names
from kg.namespaces import DCAT, MLG, RDF, expand
from kg.store import EmbeddedStore
from kg.terms import Literal, NamedNode, Term, Triple

INFO = CatalogInfo("ML assets", "What our models are made of.", "Data platform")
FILES = NamedNode("http://localhost:7077/id/dataset/s3:%2F%2Flake/x/files")
CHECKSUM = NamedNode("http://localhost:7077/id/dataset/s3:%2F%2Flake/x/checksum")

Export = Callable[..., DcatCatalog]


@pytest.fixture
def export_with(fill: Callable[..., EmbeddedStore], names: Names) -> Export:
    """The catalog of one dataset with a described distribution and the statements given."""

    def with_(*statements: tuple[NamedNode, str, Term]) -> DcatCatalog:
        dataset = names.parse("dataset:s3://lake/x")
        triples = [
            Triple(dataset, RDF.type, MLG.Dataset),
            Triple(dataset, DCAT.distribution, FILES),
            Triple(FILES, DCAT.accessURL, NamedNode("https://files.example.org/x")),
            *(Triple(subject, expand(path), value) for subject, path, value in statements),
        ]
        return export(fill(triples), names, INFO)

    return with_


def text(lexical: str, datatype: str = "xsd:string") -> Literal:
    return Literal(lexical, datatype=expand(datatype))


@pytest.mark.parametrize(
    ("path", "stated", "exported"),
    [
        ("dcat:byteSize", text("5", "xsd:integer"), text("5", "xsd:nonNegativeInteger")),
        ("dcat:byteSize", text("5", "xsd:nonNegativeInteger"), text("5", "xsd:nonNegativeInteger")),
        ("dcat:byteSize", text("5"), text("5", "xsd:nonNegativeInteger")),
        ("dcat:byteSize", text("-5", "xsd:integer"), None),
        ("dcat:byteSize", text("5 MB"), None),
        ("dct:issued", text("2024-02-29", "xsd:date"), text("2024-02-29", "xsd:date")),
        ("dct:issued", text("2024-02-29"), text("2024-02-29", "xsd:date")),
        ("dct:issued", text("2024-02-30"), None),
        ("dct:issued", text("2024-02"), text("2024-02", "xsd:gYearMonth")),
        ("dct:issued", text("2024", "xsd:integer"), text("2024", "xsd:gYear")),
        ("dct:issued", text("2024-02-29T12:00:00Z"), text("2024-02-29T12:00:00Z", "xsd:dateTime")),
        ("dct:issued", text("2024-02-29T24:00:00Z"), None),
        ("dct:issued", text("-0044-03-15", "xsd:date"), None),
        ("dct:issued", NamedNode("https://example.org/today"), None),
        ("dct:title", Literal("x", language="en"), Literal("x", language="en")),
        ("dcat:downloadURL", text("https://a.example/b"), NamedNode("https://a.example/b")),
        ("dcat:downloadURL", text("see the wiki"), None),
    ],
    ids=str,
)
def test_a_value_is_exported_in_the_declared_datatype_or_left_out_with_a_warning(
    export_with: Export, path: str, stated: Term, exported: Term | None
) -> None:
    catalog = export_with((FILES, path, stated))
    found = {t.object for t in catalog.triples if (t.subject, t.predicate) == (FILES, expand(path))}
    assert found == ({exported} if exported else set())
    warned = any(w.problem.startswith(f"{path} of dcat:Distribution") for w in catalog.warnings)
    assert warned == (exported is None)


@pytest.mark.parametrize(
    ("algorithm", "value", "kept"),
    [
        (NamedNode("http://spdx.org/rdf/terms#checksumAlgorithm_md5"), text("00FF"), True),
        (NamedNode("http://spdx.org/rdf/terms#checksumAlgorithm_md5"), text("not hex"), False),
        (text("md5"), text("00FF"), False),
    ],
)
def test_a_checksum_is_exported_whole_or_not_at_all(
    export_with: Export, algorithm: Term, value: Term, kept: bool
) -> None:
    catalog = export_with(
        (FILES, "spdx:checksum", CHECKSUM),
        (CHECKSUM, "spdx:algorithm", algorithm),
        (CHECKSUM, "spdx:checksumValue", value),
    )
    assert (CHECKSUM in {t.subject for t in catalog.triples}) == kept
    assert (CHECKSUM in {t.object for t in catalog.triples}) == kept


def test_a_distribution_without_an_address_is_left_out_with_a_warning(
    export_with: Export, names: Names
) -> None:
    dataset, nowhere = names.parse("dataset:s3://lake/x"), names.parse("dataset:s3://lake/nowhere")
    catalog = export_with(
        (dataset, "dcat:distribution", nowhere), (nowhere, "dct:title", text("Lost"))
    )
    links = {t.object for t in catalog.triples if t.predicate == DCAT.distribution}
    assert links == {FILES}
    assert (
        "dcat:distribution of dcat:Dataset left out, not a complete dcat:Distribution: "
        "dataset:s3://lake/x"
    ) in map(str, catalog.warnings)


def test_of_several_dates_the_first_issued_and_the_last_modified_are_kept(
    export_with: Export,
) -> None:
    days = [text(f"2024-01-0{day}", "xsd:date") for day in (2, 1, 3)]
    catalog = export_with(
        *((FILES, path, day) for path in ("dct:issued", "dct:modified") for day in days)
    )
    kept = {t.predicate.value.rpartition("/")[2]: t.object for t in catalog.triples
            if t.subject == FILES}  # fmt: skip
    assert kept["issued"] == days[1]
    assert kept["modified"] == days[2]


def test_a_warning_names_five_assets_and_counts_the_rest(
    fill: Callable[..., EmbeddedStore], names: Names
) -> None:
    datasets = [names.mint("dataset", "s3://lake", str(number)) for number in range(8)]
    store = fill([Triple(dataset, RDF.type, MLG.Dataset) for dataset in datasets])
    untitled = export(store, names, INFO).warnings[-1]
    assert len(untitled.nodes) == 8
    assert str(untitled) == (
        "dct:title of dcat:Dataset missing, its name stands in: dataset:s3://lake/0, "
        "dataset:s3://lake/1, dataset:s3://lake/2, dataset:s3://lake/3, dataset:s3://lake/4 "
        "and 3 more"
    )
