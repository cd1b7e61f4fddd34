"""The pages say what is there and work without scripts."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

_VOID = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """A parsed page: its links, its text, and whether its elements close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in _VOID:
            self._open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("circle", "path"):
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "td" in self._open or "th" in self._open:
            self.cells[-1] += data.strip()


def _page(client: httpx.Client, path: str, **params: str) -> Page:
    response = client.get(path, params=params or None, headers={"Accept": "text/html"})
    assert response.status_code == 200, response.text
    return Page(response.text)


def test_the_entry_page_counts_what_is_there(client: httpx.Client) -> None:
    """Types with their numbers, the revision, and the endpoint."""
    page = _page(client, "/")
    assert page.cells[page.cells.index("mlg:Model") + 1] == "1"
    assert "Revision 1" in page.text
    assert str(client.base_url.join("/sparql")) in page.text


def test_every_link_of_the_entry_page_leads_somewhere(client: httpx.Client) -> None:
    """No link of the page is dead, the named queries among them."""
    links = {link for link in _page(client, "/").links if link.startswith("/")}
    assert any(link.startswith("/query?name=") for link in links)
    for link in links:
        assert client.get(link, headers={"Accept": "text/html"}).status_code == 200, link


@pytest.mark.parametrize("path", ["/", "/query", "/id/model/mlflow/churn"])
def test_pages_need_nothing_from_elsewhere(client: httpx.Client, path: str) -> None:
    """No script, and no style or image of another host."""
    page = _page(client, path)
    assert "script" not in page.tags
    assert "style" not in page.tags
    assert not any(link.endswith((".js", ".css")) and "//" in link for link in page.links)


def test_a_select_is_shown_as_a_table(client: httpx.Client) -> None:
    """Identifiers are short and lead on; literals say their type."""
    query = "SELECT ?s (1 AS ?n) WHERE { ?s dct:title 'Churn' }"
    page = _page(client, "/query", query=query)
    assert page.cells == ["s", "n", "model:mlflow/churn", "1xsd:integer"]
    assert "/id/model/mlflow/churn" in page.links
    assert "1 row." in page.text
    assert "Answered at revision 1" in page.text


def test_an_ask_is_answered_in_a_word(client: httpx.Client) -> None:
    """True or false, no table."""
    page = _page(client, "/query", query="ASK { ?s dct:title 'Churn' }")
    assert "table" not in page.tags
    assert "true" in page.text


def test_a_construct_is_shown_as_statements(client: httpx.Client) -> None:
    """One row a triple."""
    query = "CONSTRUCT WHERE { ?s dct:title 'Churn' }"
    page = _page(client, "/query", query=query)
    assert page.cells[:3] == ["subject", "predicate", "object"]
    assert page.cells[3:] == ["model:mlflow/churn", "dct:title", "Churn"]


def test_a_long_result_is_cut_and_says_so(client: httpx.Client) -> None:
    """The first rows, that there are more, and no claim about how many."""
    page = _page(client, "/query", query="SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert page.tags.count("tr") == 201
    assert "Only the first 200 rows are shown" in page.text
    assert "is not known" in page.text


def test_a_query_that_does_not_parse_is_shown_with_the_place(client: httpx.Client) -> None:
    """The line, and a caret under the column."""
    query = "SELECT ?s\nWHERE { ?s ?p }"
    response = client.get("/query", params={"query": query}, headers={"Accept": "text/html"})
    assert response.status_code == 400
    page = Page(response.text)
    place = re.search(r"line 2, column (\d+)", page.text)
    assert place is not None
    assert "WHERE { ?s ?p }\n" + " " * (int(place[1]) - 1) + "^" in page.text


def test_what_the_graph_holds_is_text_on_a_page(client: httpx.Client) -> None:
    """Markup in a literal, or in a query, stays text."""
    page = _page(client, "/query", query="SELECT ?d { ?s dct:description ?d } #<i>")
    assert 'Predicts <b>churn</b> & "loss"' in page.cells
    assert "b" not in page.tags
    assert "i" not in page.tags


def test_another_format_leads_to_the_endpoint(client: httpx.Client) -> None:
    """The form hands the query on, its prefixes declared."""
    query = {"query": "SELECT ?s { ?s dct:title 'Churn' }", "format": "csv"}
    response = client.get("/query", params=query)
    assert response.status_code == 303
    target = urlsplit(response.headers["Location"])
    assert target.path == "/sparql"
    assert parse_qs(target.query)["format"] == ["csv"]
    answer = client.get(response.headers["Location"])
    assert answer.text == "s\r\nhttp://localhost:7077/id/model/mlflow/churn\r\n"


def test_the_form_begins_with_a_query_that_runs(client: httpx.Client) -> None:
    """Sent as it stands, it is answered."""
    page = _page(client, "/query")
    text = page.text[page.text.index("PREFIX") : page.text.index("LIMIT 20") + len("LIMIT 20")]
    assert "model:mlflow/churn" in _page(client, "/query", query=text).cells


def test_a_named_query_fills_the_form(client: httpx.Client) -> None:
    """Its text stands in the form, not run yet."""
    page = _page(client, "/query", name="web/things-by-type")
    assert "COUNT(DISTINCT ?thing)" in page.text
    assert "table" not in page.tags


def test_a_named_query_with_parameters_asks_for_them(client: httpx.Client) -> None:
    """There is a field a parameter; filled in, the query runs."""
    name = "competency/cq02-training-data"
    version = "model-version:mlflow/churn/3"
    empty = _page(client, "/query", name=name)
    assert empty.tags.count("input") > 1
    filled = _page(client, "/query", **{"name": name, "param-version": version})
    assert "dataset-version:s3://lake/customers/7" in filled.text


def test_a_parameter_of_the_wrong_kind_is_explained(client: httpx.Client) -> None:
    """The form comes back with the reason."""
    params = {"name": "competency/cq02-training-data", "param-version": "no identifier"}
    response = client.get("/query", params=params, headers={"Accept": "text/html"})
    assert response.status_code == 400
    assert "parameter version of competency/cq02" in Page(response.text).text


def test_the_health_check_is_small(client: httpx.Client) -> None:
    """Status, version and revision."""
    answer = client.get("/health").json()
    assert answer.keys() == {"status", "version", "revision"}
    assert answer["status"] == "ok"
