"""SPARQL Update: rules as data in updates.yaml, and what cannot be told there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from writing import Writer, writer

from kg.app import KnowledgeGraph
from kg.app.curated import CuratedGraphs
from kg.model import Batch, Description
from kg.namespaces import DCT
from kg.terms import RdfFormat, parse

_CASES = yaml.safe_load(Path(__file__).with_name("updates.yaml").read_text(encoding="utf-8"))


@pytest.fixture(params=["memory", "disk"])
def editor(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A writer to a graph in which a source has said something, in memory and on disk."""
    if request.param == "memory":
        graph = KnowledgeGraph.in_memory()
    else:
        graph = KnowledgeGraph.create(tmp_path / "data")
    with graph:
        subject = graph.names.parse("model:mlflow/churn")
        record = Description("mlflow", subject).add(DCT.title, "Churn").record()
        graph.ingest([Batch([record])], source="mlflow")
        yield writer(graph)


def _curated(graph: KnowledgeGraph) -> set[str]:
    """The quads of all graphs outside the base."""
    found = graph.store.quads(None, None, None, None)
    ours = (graph.names.base, "https://w3id.org/mlg")
    return {str(q) for q in found if not q.graph_name.value.startswith(ours)}  # type: ignore[union-attr]


def _fill(graph: KnowledgeGraph, lines: list[str]) -> None:
    curated = CuratedGraphs(graph)
    for quad in parse("".join(f"{line} .\n" for line in lines), format=RdfFormat.N_QUADS):
        curated.add(quad.graph_name, [quad], agent="test")  # type: ignore[arg-type]


@pytest.mark.parametrize("editor", ["memory"], indirect=True)
@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["rule"])
def test_rule(editor: Writer, case: dict[str, Any]) -> None:
    """The update does what the rule says, in one revision or none."""
    graph = editor.graph
    _fill(graph, case.get("before", []))
    before, revision = _curated(graph), graph.revision
    content_type = "application/sparql-update"
    parameters = case.get("parameters")
    response = editor(
        "POST", "/update", case["update"], content_type=content_type, query_string=parameters
    )
    assert response.status_code == case.get("status", 204), response.text
    if "status" in case:
        problem = response.get_json()
        assert case.get("problem", "") in problem["detail"]
        assert {name: problem[name] for name in case.get("members", {})} == case.get("members", {})
    after = set(case["after"]) if "after" in case else before
    assert _curated(graph) == after
    assert graph.revision - revision == (after != before)
    assert response.headers.get("X-KG-Revision") == (
        str(graph.revision) if after != before else None
    )
    assert {str(q) for q in graph.store.quads(None, DCT.title, None, None)} >= {
        str(q) for q in graph.store.quads(graph.names.parse("model:mlflow/churn"), None, None, None)
    }


def _update(editor: Writer, text: str) -> int:
    return editor("POST", "/update", {"update": text}, content_type=_FORM).status_code


_FORM = "application/x-www-form-urlencoded"


def test_an_update_of_a_graph_on_disk(editor: Writer, tmp_path: Path) -> None:
    """Tried in a process of its own, with the same outcome, and no copy stays."""
    assert _update(editor, "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> [] } }") == 204
    insert = f"""INSERT {{ GRAPH <urn:g> {{ ?m <urn:seen> ?t }} }}
        WHERE {{ ?m {DCT.title} ?t FILTER(?t = 'Churn') }}"""
    assert _update(editor, insert) == 204
    graph = editor.graph
    (quad,) = graph.store.quads(None, graph.names.parse("urn:seen"), None, None)
    assert quad.subject == graph.names.parse("model:mlflow/churn")
    assert _update(editor, "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> } }") == 400
    assert _update(editor, "CLEAR GRAPH <urn:g>") == 204
    assert _curated(graph) == set()
    if graph.data is not None:
        assert not graph.data.updates.exists()
        assert len(graph.store) > 0


def test_blank_nodes_become_iris(editor: Writer) -> None:
    """Those of data, of templates (one a row), and those that BNODE() makes."""
    text = """INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> [ <urn:q> 1 ] , [ <urn:q> 2 ] } } ;
        INSERT { GRAPH <urn:h> { ?s <urn:r> _:new . _:new <urn:s> ?o } } WHERE { ?s <urn:q> ?o } ;
        INSERT { GRAPH <urn:i> { ?new <urn:s> ?o } }
        WHERE { ?s <urn:q> ?o BIND(BNODE() AS ?new) }"""
    assert _update(editor, text) == 204
    quads = _curated(editor.graph)
    assert len(quads) == 4 + 4 + 2
    assert not any("_:" in quad for quad in quads)


def test_what_an_update_leaves_alone_is_kept_to_the_letter(editor: Writer) -> None:
    """The journal has what was written, although the store shows normal forms."""
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    editor.put("urn:g", f"<urn:a> <urn:p> '01'{integer}, '02'{integer}, 'x' .")
    assert _update(editor, "DELETE DATA { GRAPH <urn:g> { <urn:a> <urn:p> 2 } }") == 204
    (record,) = editor.graph.journal.records_of(editor.graph.names.parse("urn:g"))
    assert {triple.split(" ")[2][:4] for triple in record.triples} == {'"01"', '"x"'}


def test_an_update_is_a_change_like_any_other(editor: Writer) -> None:
    """It is entailed from, journalled under the token's name, and survives a rebuild."""
    text = "INSERT DATA { GRAPH <urn:g> { <urn:m> a <https://w3id.org/mlg#Model> } }"
    assert _update(editor, text) == 204
    graph = editor.graph
    (info,) = graph.journal.log(1)
    assert (info.agent, info.message, info.added) == ("editor", "SPARQL Update", 1)
    before = {str(quad) for quad in graph.store.quads(None, None, None, None)}
    assert any("<urn:g/entailed>" in quad for quad in before)
    graph.rebuild()
    assert {str(quad) for quad in graph.store.quads(None, None, None, None)} == before


@pytest.mark.parametrize("editor", ["memory"], indirect=True)
@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"method": "GET"}, 405),
        ({"query_string": {"update": "x"}, "method": "GET"}, 405),
        ({"body": {}, "content_type": _FORM}, 400),
        ({"body": {"query": "ASK {}"}, "content_type": _FORM}, 400),
        ({"body": {"update": ["CREATE GRAPH <urn:a>"] * 2}, "content_type": _FORM}, 400),
        ({"body": "ASK {}", "content_type": "application/sparql-query"}, 415),
        ({"body": "x", "content_type": "text/plain"}, 415),
        ({"body": b"\xff", "content_type": "application/sparql-update"}, 400),
        ({"body": {"update": "x", "using-graph-uri": "no iri"}, "content_type": _FORM}, 400),
        ({"body": {"update": "x", "timeout": "soon"}, "content_type": _FORM}, 400),
        ({"body": "#" * (2 << 20), "content_type": "application/sparql-update"}, 413),
    ],
)
def test_requests_that_are_no_update(editor: Writer, options: dict[str, Any], status: int) -> None:
    """SPARQL 1.1 Protocol, 2.2 and 2.1.6."""
    method = options.pop("method", "POST")
    assert editor(method, "/update", **options).status_code == status


@pytest.mark.parametrize("editor", ["memory"], indirect=True)
def test_an_update_needs_a_token(editor: Writer) -> None:
    """Before anything of the request is looked at."""
    response = editor("POST", "/update", "x", headers={"Authorization": ""})
    assert response.status_code == 401


@pytest.mark.parametrize("editor", ["disk"], indirect=True)
def test_an_update_that_takes_too_long_is_ended(editor: Writer) -> None:
    """503, nothing changed, and the next one is carried out."""
    editor.put("urn:g", "".join(f"<urn:{n}> <urn:p> {n} ." for n in range(300)))
    cross = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c + ?f + ?i + ?l = -1) }"
    text = f"INSERT {{ GRAPH <urn:g> {{ <urn:a> <urn:p> <urn:b> }} }} WHERE {cross}"
    form = {"update": text, "timeout": "2"}
    revision = editor.graph.revision
    response = editor("POST", "/update", form, content_type=_FORM)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert editor.graph.revision == revision
    assert _update(editor, "CLEAR GRAPH <urn:g>") == 204
