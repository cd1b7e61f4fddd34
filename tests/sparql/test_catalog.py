"""Named queries: their headers, finding them, and the state of those that are shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import InputError, NotFound
from kg.iri import Names
from kg.sparql.catalog import NamedQuery, Parameter, QueryCatalog, read_header
from kg.sparql.guard import Limits, check
from kg.sparql.tokens import Kind, tokenize
from kg.store import EmbeddedStore
from kg.terms import NamedNode

NAMES = Names("http://localhost:7077")
QUERY = """\
#+ summary: What the asset is made from.
#+ question: CQ1
#+ param: asset iri The asset asked about
#+ param: limit integer=10  How many at most
#+ param: label string="a b" A name
#+ param: since date? From when on
# A comment.
SELECT ?x { $asset prov:wasDerivedFrom ?x ; rdfs:label ?label FILTER(?n < ?limit && ?d > ?since) }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of queries: two of them share their last part."""
    for name in ("lineage/sources", "lineage/twice", "impact/twice"):
        path = tmp_path / f"{name}.rq"
        path.parent.mkdir(exist_ok=True)
        path.write_text(QUERY, encoding="utf-8")
    return tmp_path


def test_query_describes_itself(folder: Path) -> None:
    """Name and group come from the path, the rest from the header and the text."""
    query = QueryCatalog.load([folder]).get("lineage/sources")
    assert query.summary == "What the asset is made from."
    assert query.question == "CQ1"
    assert query.group == "lineage"
    assert query.form == "SELECT"
    assert query.parameters == (
        Parameter("asset", "iri", "The asset asked about"),
        Parameter("limit", "integer", "How many at most", "10"),
        Parameter("label", "string", "A name", "a b"),
        Parameter("since", "date", "From when on", optional=True),
    )


def test_values_are_bound_and_defaults_taken(folder: Path) -> None:
    """Text is read by kind, terms are taken as they are, what is optional stays a variable."""
    query = QueryCatalog.load([folder]).get("sources")
    text = query.bind({"asset": "model:mlflow/churn", "limit": "5"}, NAMES)
    assert "PREFIX prov:" in text.splitlines()[0]
    assert "<http://localhost:7077/id/model/mlflow/churn>  prov:" in text
    assert '"5"^^' in text
    assert '"a b"' in text
    assert "?since" in text
    assert query.bind({"asset": NamedNode("http://e/")}) != text


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "needs 'asset'"),
        ({"asset": "http://e/", "other": "1"}, "no parameter 'other'"),
        ({"asset": "churn"}, "parameter asset of lineage/sources: 'churn' is not an IRI"),
        ({"asset": "http://e/", "limit": "many"}, "'many' is not of type integer"),
    ],
)
def test_wrong_values_are_refused(folder: Path, values: dict[str, str], message: str) -> None:
    """The message says which parameter of which query, and how to mend it."""
    with pytest.raises(InputError, match=message):
        QueryCatalog.load([folder]).get("lineage/sources").bind(values, NAMES)


def test_unknown_name_suggests_near_ones(folder: Path) -> None:
    """A misspelt name is answered with what was perhaps meant, an ambiguous one with all."""
    catalog = QueryCatalog.load([folder])
    with pytest.raises(NotFound) as caught:
        catalog.get("lineage/source")
    assert "lineage/sources" in caught.value.suggestions
    with pytest.raises(NotFound) as caught:
        catalog.get("twice")
    assert caught.value.suggestions == ("impact/twice", "lineage/twice")


def test_catalog_is_sorted_and_later_folders_replace(folder: Path, tmp_path: Path) -> None:
    """Iteration is by name; a query of a further folder replaces one of the same name."""
    other = tmp_path / "other"
    (other / "lineage").mkdir(parents=True)
    text = "#+ summary: Mine.\nASK {}"
    (other / "lineage" / "sources.rq").write_text(text, encoding="utf-8")
    catalog = QueryCatalog.load([folder, other])
    names = [query.name for query in catalog]
    assert names == sorted(names)
    assert len(names) == len(catalog)
    assert catalog.get("lineage/sources").summary == "Mine."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ASK {}", "no summary"),
        ("#+ summary: a\n#+ sumary: b\nASK {}", "line 2: cannot read"),
        ("#+ summary: a\n#+ summary: b\nASK {}", "line 2: cannot read"),
        ("#+ summary: a\n#+ param: x\nASK {}", "line 2: cannot read the parameter"),
        ("#+ summary: a\n#+ param: x text b\nASK {}", "unknown kind 'text'"),
        ("#+ summary: a\n#+ param: x iri b\n#+ param: x iri c\nASK {}", "declared twice"),
    ],
)
def test_broken_header_is_refused(text: str, message: str) -> None:
    """The message names the line."""
    with pytest.raises(InputError, match=message):
        read_header(text)


def test_broken_file_is_named(tmp_path: Path) -> None:
    """A file that is no query is an input error that names the file."""
    (tmp_path / "x.rq").write_text("#+ summary: a\nCLEAR ALL", encoding="utf-8")
    with pytest.raises(InputError, match=r"x\.rq: this is no query"):
        QueryCatalog.load([tmp_path])


SAMPLES = {
    "iri": "http://example.org/x",
    "term": "http://example.org/x",
    "string": "text",
    "integer": "1",
    "decimal": "1.5",
    "boolean": "true",
    "date": "2024-01-31",
    "dateTime": "2024-01-31T12:00:00Z",
}
SHIPPED = list(QueryCatalog.load())


@pytest.mark.parametrize("query", SHIPPED, ids=lambda query: query.name)
def test_shipped_query_is_sound(query: NamedQuery) -> None:
    """Each has a summary that is a sentence, uses its parameters, and is accepted."""
    assert query.summary[0].isupper()
    assert query.summary[-1] in ".?"
    variables = {token.text[1:] for token in tokenize(query.text) if token.kind is Kind.VAR}
    assert {parameter.name for parameter in query.parameters} <= variables
    marked = {
        token.text[1:]
        for token in tokenize(query.text)
        if token.kind is Kind.VAR and token.text[0] == "$" and token.text != "$this"
    }
    assert marked <= {parameter.name for parameter in query.parameters}
    text = query.bind({parameter.name: SAMPLES[parameter.kind] for parameter in query.parameters})
    check(text, Limits())
    EmbeddedStore.in_memory().query(text)
