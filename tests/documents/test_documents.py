"""Documents filled from the graph: nothing in them that the graph does not state, no gap hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import html5rdf
import pytest
import yaml
from markdown_it import MarkdownIt

from kg.app import KnowledgeGraph
from kg.app.documents import fill
from kg.connectors import native
from kg.documents import DOCUMENTS, FORMATS, Filled, load_spec, render
from kg.documents.fill import Row
from kg.documents.spec import VERSION
from kg.errors import InputError
from kg.model import Batch, Description
from kg.namespaces import PREFIXES, expand
from kg.ontology import Ontology
from kg.sparql.catalog import QueryCatalog
from kg.terms import NamedNode

STORY: Final = Path(__file__).parent.parent / "compliance" / "story.yaml"
MORE: Final = """
- { id: model:mlflow/credit, type: Model, title: "Credit | <b>risk</b>", keywords: [credit, risk] }
- id: model-version:mlflow/credit/1
  generatedBy: run:mlflow/r1
  trainedOn: dataset-version:s3://lake/train/1
  license: Apache-2.0
- id: run:mlflow/r1
  type: Run
  startedAt: 2026-09-01T10:00:00Z
  endedAt: 2026-09-01T11:00:00Z
  parameters: [{ name: max_depth, value: 3 }]
- { id: dataset-version:s3://lake/train/1, type: DatasetVersion, title: Train,
    versionOf: dataset:s3://lake/train, version: 1, derivedFrom: dataset:s3://lake/scores }
- id: evaluation:org/credit-1
  type: Evaluation
  evaluates: model-version:mlflow/credit/1
  associatedWith: person:org/validator
  endedAt: 2026-09-18T16:00:00Z
  measurements: [measurement:org/auc, measurement:org/auc-low]
- { id: measurement:org/auc, type: Measurement, metric: org/auc, value: 0.88 }
- id: measurement:org/auc-low
  type: Measurement
  metric: org/auc
  value: 0.81
  slice: low income
- id: document:org/credit-1
  type: Document
  title: Credit dossier
  about: model-version:mlflow/credit/1
  generatedAt: 2026-09-18T17:00:00Z
  coversPoint: ["2", "7"]
"""
CREDIT: Final = "model-version:mlflow/credit/1"


def loaded(tmp_path: Path) -> KnowledgeGraph:
    """The story with what a well-documented model says of itself."""
    file = tmp_path / "more.yaml"
    file.write_text(MORE, encoding="utf-8")
    graph = KnowledgeGraph.in_memory()
    for source, path in (("curated", STORY), ("mlflow", file)):
        batches = native.batches([path], names=graph.names, source=source)
        assert graph.ingest(batches, source=source).rejections == []
    return graph


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    return loaded(tmp_path_factory.mktemp("documents"))


@pytest.fixture(scope="module", params=DOCUMENTS)
def filled(graph: KnowledgeGraph, request: pytest.FixtureRequest) -> Filled:
    return fill(graph, request.param, graph.names.parse(CREDIT))


def rows(filled: Filled) -> list[Row]:
    """Every row of every field."""
    return [row for s in filled.sections for field in s.fields for row in field.rows]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_specification_asks_for_what_there_can_be(name: str) -> None:
    """Its scopes have queries, its properties are known by prefix, ours by the ontology."""
    spec, queries = load_spec(name), QueryCatalog.load()
    ours = {str(triple.subject.value) for triple in Ontology.load().triples}  # type: ignore[union-attr]
    asked = [field for section in spec.sections for field in section.fields]

    assert {field.scope for field in asked} <= {VERSION, *spec.scopes}
    for scope in spec.scopes.values():
        assert queries.get(f"documents/{scope.query}").parameters[0].name == "version"
    for field in asked:
        for wanted in field.properties:
            for node in wanted.nodes:
                assert not node.value.startswith(PREFIXES["mlg"]) or node.value in ours, node


def test_annex_iv_has_all_nine_points() -> None:
    """In order, point 2 by its letters."""
    points = [section.point for section in load_spec("annex-iv").sections]
    letters = [f"2({letter})" for letter in "abcdefgh"]
    assert points == ["1", *letters, "3", "4", "5", "6", "7", "8", "9"]


def test_every_statement_stands_where_the_document_says(
    filled: Filled, graph: KnowledgeGraph
) -> None:
    """Thing, property and graph: each has a quad, and each literal value is one of the graph's."""
    assert rows(filled)
    for row in rows(filled):
        for said in row.statements:
            assert said.values
            assert said.graphs
            for name in said.graphs:
                node = NamedNode(graph.names.graphs + name)
                record = graph.journal.records([node])[node.value]
                assert row.iri in " ".join(record.triples)


def test_two_sources_are_told_apart(graph: KnowledgeGraph) -> None:
    """The title that both state differently, each value and both graphs."""
    section = fill(graph, "annex-iv", graph.names.parse(CREDIT)).sections[0]
    (name,) = [field for field in section.fields if field.label == "Name"]
    (said,) = name.rows[0].statements
    assert said.values == ("Credit", "Credit | <b>risk</b>")
    assert said.graphs == ("curated/model/mlflow/credit", "mlflow/model/mlflow/credit")


def test_a_gap_is_closed_by_what_it_asks_for(tmp_path: Path) -> None:
    """Every 'state P of T' names a property that, once stated, ends the gap: none is for ever."""
    graph = loaded(tmp_path)
    version, ontology = graph.names.parse(CREDIT), Ontology.load()
    for kind in DOCUMENTS:
        gaps = [gap for s in fill(graph, kind, version).sections for gap in s.all_gaps]
        wanted = [gap.partition(": state ")[2] for gap in gaps if ": state " in gap]
        assert wanted
        for text in wanted:
            names, _, thing = text.partition(" of ")
            property_ = expand(names.split(" or ")[0])
            node = graph.names.parse(thing)
            linked = property_ in ontology.lineage
            value = graph.names.parse("pipeline:org/now") if linked else "stated now"
            record = Description("other", node).add(property_, value).record()
            assert graph.ingest([Batch([record])], source="other", merge=True).complete
            after = [gap for s in fill(graph, kind, version).sections for gap in s.all_gaps]
            assert not [gap for gap in after if gap.endswith(f": state {text}")], text


def test_a_document_covers_its_point_and_the_letters_below(graph: KnowledgeGraph) -> None:
    """Point 2 stands for 2(a) to 2(h); what nobody covers is a gap that says how to mend it."""
    document = fill(graph, "annex-iv", graph.names.parse(CREDIT))
    covered = {s.point for s in document.sections if s.documents}
    uncovered = {s.point for s in document.sections if s.gaps}

    assert covered == {"7", *(f"2({letter})" for letter in "abcdefgh")}
    assert uncovered == {"1", "3", "4", "5", "6", "8", "9"}
    last = document.sections[-1].all_gaps
    assert last == ('no document covers this point (mlg:coversPoint "9")',)


def test_front_matter_is_metadata_of_a_model_card(graph: KnowledgeGraph) -> None:
    """The keys that Hugging Face reads, from the graph."""
    text = render(fill(graph, "model-card", graph.names.parse(CREDIT)), "markdown")
    _, front, _ = text.split("---\n", 2)

    assert yaml.safe_load(front) == {
        "model_name": "Credit <b>1</b>",
        "license": "Apache-2.0",
        "datasets": "dataset-version:s3://lake/train/1",
        "metrics": "metric:org/auc",
        "tags": ["credit", "risk"],
    }


def test_markdown_shows_data_as_text(filled: Filled) -> None:
    """Bars do not make cells, tags do not make markup: each table row has four cells."""
    _, heading, text = render(filled, "markdown").partition("# ")
    page = MarkdownIt("commonmark").enable("table").render(heading + text)

    assert "<b>" not in page
    assert "Credit | &lt;b&gt;risk&lt;/b&gt;" in page
    bodies = [part.partition("</tr>")[0] for part in page.split("<tr>")[1:]]
    assert {part.count("<td>") + part.count("<th>") for part in bodies} == {4}


def test_the_page_is_sound_and_escapes(filled: Filled) -> None:
    """HTML without an error, with nothing to fetch."""
    page = render(filled, "html")

    html5rdf.HTMLParser(strict=True).parse(page)
    assert "<b>risk" not in page
    assert not any(tag in page for tag in ("<script", "<link", "src=", "href=", "url("))


def test_both_formats_tell_all_gaps(filled: Filled) -> None:
    """As many as are counted on top."""
    markdown, page = (render(filled, format_) for format_ in FORMATS)

    assert filled.gaps == sum(len(section.all_gaps) for section in filled.sections) > 0
    assert page.count("<li>state ") + page.count(": state ") >= 1
    assert f"{filled.gaps} things are missing" in markdown
    assert f"{filled.gaps} things are missing" in page
    assert markdown.count("\nMissing:\n") == page.count("<p>Missing</p>")


def test_what_is_no_model_version_is_refused(graph: KnowledgeGraph) -> None:
    """A model has no technical documentation; its versions do."""
    with pytest.raises(InputError, match="not a model version"):
        fill(graph, "annex-iv", graph.names.parse("model:mlflow/credit"))
