"""Result formats: choosing one, writing in it, and streaming."""

from __future__ import annotations

import csv
import io
import threading
import time
import tracemalloc

import pytest

from kg.errors import InputError, QueryAborted, QuerySyntaxError
from kg.sparql.executor import InProcessExecutor, QueryRequest
from kg.sparql.prologue import QueryForm, query_form
from kg.sparql.results import GRAPHS, SOLUTIONS, Format, format_named, formats, negotiate
from kg.store import EmbeddedStore
from kg.store.results import GRAPH_FORMATS, SOLUTION_FORMATS
from kg.terms import Literal, NamedNode, Quad, parse

GRAPH = NamedNode("http://example.org/g")
VALUES = [
    Literal("plain"),
    Literal('"quoted", with comma\nand line'),
    Literal("grün", language="de"),
    Literal(5),
    Literal("2024-01-31", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date")),
    NamedNode("http://www.w3.org/ns/prov#Entity"),
]
SUBJECT = NamedNode("http://example.org/a")
PREDICATE = NamedNode("http://purl.org/dc/terms/title")


@pytest.fixture
def executor() -> InProcessExecutor:
    """An executor over six triples of various terms."""
    store = EmbeddedStore.in_memory()
    store.extend(Quad(SUBJECT, PREDICATE, value, GRAPH) for value in VALUES)
    return InProcessExecutor(store)


def answer(executor: InProcessExecutor, text: str, name: str) -> bytes:
    """The whole answer in a format."""
    return b"".join(executor.execute(QueryRequest(text, format_named(name, query_form(text)))))


@pytest.mark.parametrize("result_format", GRAPHS, ids=lambda one: one.name)
def test_graph_formats_round_trip(executor: InProcessExecutor, result_format: Format) -> None:
    """A constructed graph is read back the same from every format."""
    body = answer(executor, "CONSTRUCT WHERE { ?s ?p ?o }", result_format.name)
    read = {quad.triple for quad in parse(body, format=GRAPH_FORMATS[result_format.name])}
    assert read == {Quad(SUBJECT, PREDICATE, value).triple for value in VALUES}


@pytest.mark.parametrize("name", ["json", "xml", "tsv"])
def test_solution_formats_round_trip(executor: InProcessExecutor, name: str) -> None:
    """Terms are read back the same, with datatype and language."""
    from pyoxigraph import parse_query_results

    body = answer(executor, "SELECT ?o { ?s ?p ?o }", name)
    read = parse_query_results(body, format=SOLUTION_FORMATS[name])
    assert {solution["o"] for solution in read} == set(VALUES)


def test_csv_holds_the_bare_values(executor: InProcessExecutor) -> None:
    """CSV keeps text, not types."""
    body = answer(executor, "SELECT ?o { ?s ?p ?o }", "csv").decode()
    header, *rows = csv.reader(io.StringIO(body, newline=""))
    assert header == ["o"]
    assert {row[0] for row in rows} == {value.value for value in VALUES}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("json", b'{"head":{},"boolean":true}'),
        ("csv", b"true"),
        ("tsv", b"true"),
    ],
)
def test_ask_is_answered_in_every_format(
    executor: InProcessExecutor, name: str, body: bytes
) -> None:
    """Where the standard has no form for a boolean it is the bare word."""
    assert answer(executor, "ASK { ?s ?p ?o }", name) == body


@pytest.mark.parametrize("name", ["turtle", "rdf-xml", "trig"])
def test_our_prefixes_are_used(executor: InProcessExecutor, name: str) -> None:
    """Turtle, TriG and RDF/XML are written with the prefixes of the project."""
    assert b"dct:title" in answer(executor, "CONSTRUCT WHERE { ?s ?p ?o }", name)


NEGOTIATION: list[tuple[QueryForm, str | None, str | None]] = [
    ("SELECT", None, "json"),
    ("SELECT", "", "json"),
    ("SELECT", "*/*", "json"),
    ("SELECT", "application/sparql-results+xml", "xml"),
    ("SELECT", "APPLICATION/SPARQL-RESULTS+XML", "xml"),
    ("SELECT", "application/json", "json"),
    ("SELECT", "text/csv", "csv"),
    ("SELECT", "text/*", "csv"),
    ("SELECT", "text/tab-separated-values;q=0.9, text/csv;q=0.8", "tsv"),
    ("SELECT", "application/sparql-results+json;q=0, */*", "xml"),
    ("SELECT", "application/sparql-results+json;q=0.1, */*;q=0.9", "xml"),
    ("SELECT", "text/csv; charset=utf-8; q=0.5, */*;q=0.1", "csv"),
    ("SELECT", "image/png", None),
    ("SELECT", "text/turtle", None),
    ("SELECT", "*/*;q=0", None),
    ("SELECT", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "xml"),
    ("ASK", "*/*", "json"),
    ("ASK", "text/csv", "csv"),
    ("CONSTRUCT", None, "turtle"),
    ("CONSTRUCT", "text/turtle, application/rdf+xml", "turtle"),
    ("CONSTRUCT", "application/rdf+xml, text/turtle;q=0.9", "rdf-xml"),
    ("CONSTRUCT", "application/ld+json", "json-ld"),
    ("CONSTRUCT", "application/json", "json-ld"),
    ("CONSTRUCT", "text/plain", "n-triples"),
    ("CONSTRUCT", "application/*;q=0.5", "n-triples"),
    ("DESCRIBE", "application/n-quads", "n-quads"),
    ("DESCRIBE", "application/trig;q=1.000", "trig"),
    ("DESCRIBE", "application/sparql-results+json", None),
]


@pytest.mark.parametrize(("form", "accept", "name"), NEGOTIATION)
def test_accept_header_chooses(form: QueryForm, accept: str | None, name: str | None) -> None:
    """The highest weight wins, the most specific range gives it, our order breaks ties."""
    chosen = negotiate(accept, form)
    assert (chosen.name if chosen else None) == name


def test_format_is_found_by_name_extension_and_media_type() -> None:
    """People may write what they know a format by; what a form cannot have is refused."""
    for name in ("turtle", "ttl", "text/turtle"):
        assert format_named(name, "CONSTRUCT").name == "turtle"
    with pytest.raises(InputError, match="SELECT has no result format 'turtle'"):
        format_named("turtle", "SELECT")


def test_every_format_can_be_written() -> None:
    """The formats offered are those that the store writes, each under its own media type."""
    assert {one.name for one in SOLUTIONS} == set(SOLUTION_FORMATS)
    assert {one.name for one in GRAPHS} == set(GRAPH_FORMATS)
    for one in (*SOLUTIONS, *GRAPHS):
        engine = {**SOLUTION_FORMATS, **GRAPH_FORMATS}[one.name]
        assert engine.media_type.partition(";")[0] == one.media_type
        assert engine.file_extension == one.extension
    assert formats("ASK") == SOLUTIONS
    assert formats("DESCRIBE") == GRAPHS


CROSS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r . ?s ?t ?u }"


def test_large_result_is_streamed_in_bounded_memory(executor: InProcessExecutor) -> None:
    """Megabytes pass through while only some chunks are held."""
    tracemalloc.start()
    chunks = executor.execute(QueryRequest(CROSS, format_named("json", "SELECT")))
    size = sum(len(chunk) for _, chunk in zip(range(300), chunks, strict=False))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    chunks.close()
    assert size > 10_000_000
    assert peak < 3_000_000


def test_closing_ends_the_evaluation(executor: InProcessExecutor) -> None:
    """A reader who goes away does not leave a thread behind."""
    before = threading.active_count()
    chunks = executor.execute(QueryRequest(CROSS, format_named("json", "SELECT")))
    assert len(next(chunks)) > 0
    chunks.close()
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before
    assert list(chunks) == []


def test_errors_come_before_the_answer(executor: InProcessExecutor) -> None:
    """A syntax error has its place; what the engine cannot evaluate is said to be that."""
    with pytest.raises(QuerySyntaxError) as caught:
        executor.execute(QueryRequest("SELECT *\n{ ?s ?p }", format_named("json", "SELECT")))
    assert caught.value.line == 2
    with pytest.raises(QueryAborted, match="custom function"):
        executor.execute(
            QueryRequest("SELECT (<urn:f>(1) AS ?x) {}", format_named("json", "SELECT"))
        )


def test_graphs_restrict_what_is_seen(executor: InProcessExecutor) -> None:
    """Given graphs, a query sees those alone."""
    other = [NamedNode("http://example.org/other")]
    result_format = format_named("csv", "ASK")
    for graphs, seen in (([GRAPH], b"true"), (other, b"false")):
        for text in ("ASK { ?s ?p ?o }", "ASK { GRAPH ?g { ?s ?p ?o } }"):
            found = executor.execute(
                QueryRequest(text, result_format, default_graphs=graphs, named_graphs=graphs)
            )
            assert b"".join(found) == seen


def test_revision_that_does_not_exist_is_refused(executor: InProcessExecutor) -> None:
    """An answer says its revision; a later one than the last cannot be asked for."""
    result_format = format_named("csv", "ASK")
    assert (
        executor.execute(QueryRequest("ASK {}", result_format, at_least_revision=0)).revision == 0
    )
    with pytest.raises(InputError, match="no revision 1 yet"):
        executor.execute(QueryRequest("ASK {}", result_format, at_least_revision=1))
