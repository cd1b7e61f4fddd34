"""Identifiers answer what the graph says of them, in the form that is asked for."""

from __future__ import annotations

import httpx
import pytest

from kg.terms import RdfFormat, parse

_CHURN = "/id/model/mlflow/churn"
_FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
}


@pytest.mark.parametrize("media_type", _FORMATS)
def test_an_instance_is_described_in_rdf(client: httpx.Client, media_type: str) -> None:
    """All statements about it, none about other things."""
    response = client.get(_CHURN, headers={"Accept": media_type})
    assert response.status_code == 200
    assert response.headers["Content-Type"].partition(";")[0] == media_type
    assert "Accept" in response.headers["Vary"].split(", ")
    quads = list(parse(response.content, format=_FORMATS[media_type]))
    assert {quad.subject.value for quad in quads} == {"http://localhost:7077" + _CHURN}
    assert "Churn" in {quad.object.value for quad in quads}


def test_turtle_is_the_answer_where_all_will_do(client: httpx.Client) -> None:
    """Programs that state no wish get Turtle, browsers a page."""
    assert client.get(_CHURN).headers["Content-Type"].startswith("text/turtle")
    browser = client.get(_CHURN, headers={"Accept": "text/html,*/*;q=0.8"})
    assert browser.headers["Content-Type"].startswith("text/html")


def test_an_unknown_format_is_not_acceptable(client: httpx.Client) -> None:
    """406, as for queries."""
    assert client.get(_CHURN, headers={"Accept": "image/png"}).status_code == 406


def test_the_page_says_who_says_so_and_what_refers_to_it(client: httpx.Client) -> None:
    """Properties with their source, entailed ones apart, and the things that lead here."""
    text = client.get(_CHURN, headers={"Accept": "text/html"}).text
    assert "<h1>Churn</h1>" in text
    assert "<td>curated</td>" in text
    assert "more that the ontology entails" in text
    assert 'href="/id/model-version/mlflow/churn/3"' in text
    assert 'href="/id/team/org/risk"' in text


@pytest.mark.parametrize(
    "path",
    [
        "/id/dataset-version/s3:%2F%2Flake/customers/7",
        "/describe?iri=dataset-version:s3://lake/customers/7",
        "/describe?iri=http%3A%2F%2Flocalhost%3A7077%2Fid%2Fdataset-version%2Fs3:%252F%252Flake%2Fcustomers%2F7",
    ],
)
def test_escapes_in_an_identifier_are_kept(client: httpx.Client, path: str) -> None:
    """An escaped slash is not a slash, however the identifier is written."""
    response = client.get(path, headers={"Accept": "text/turtle"})
    assert response.status_code == 200
    assert "Kundendaten Größe" in response.text


def test_terms_of_the_ontology_can_be_looked_up(client: httpx.Client) -> None:
    """A class is described, and its instances refer to it."""
    params = {"iri": "https://w3id.org/mlg#Model"}
    text = client.get("/describe", params=params, headers={"Accept": "text/html"}).text
    assert "<h1>Model</h1>" in text or "<h1>model</h1>" in text
    assert 'href="/id/model/mlflow/churn"' in text


def test_an_unknown_iri_is_not_found(client: httpx.Client) -> None:
    """In RDF and as a page alike."""
    for accept in ("text/turtle", "text/html"):
        response = client.get(
            "/describe", params={"iri": "https://example.org/no"}, headers={"Accept": accept}
        )
        assert response.status_code == 404
