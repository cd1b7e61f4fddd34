"""The native format and RDF files: what is taken, kept, warned about and refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.app import IngestReport, KnowledgeGraph
from kg.connectors import native
from kg.connectors.native.context import Context
from kg.namespaces import ADMS, DCAT, DCT, DPV, MLG, PROV, RDF, UNMAPPED, XSD
from kg.terms import Literal, NamedNode, RdfFormat, parse


def put(
    graph: KnowledgeGraph, folder: Path, name: str, text: str | bytes, **how: bool
) -> IngestReport:
    """Apply one file of the given name and text."""
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return graph.ingest(native.batches([file], names=graph.names), merge=True, **how)


def values(graph: KnowledgeGraph, subject: str, predicate: NamedNode) -> set[object]:
    """The asserted objects of a property."""
    node = graph.names.parse(subject)
    quads = graph.store.quads(node, predicate, None, None)
    return {q.object for q in quads if not str(q.graph_name).endswith("/entailed>")}


def test_yaml_keys_become_the_properties_of_the_ontology(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    """References, words of vocabularies, dates and texts each come out as they are meant."""
    put(
        graph,
        tmp_path,
        "a.yaml",
        """
        - id: model-version:mlflow/churn/3
          type: ModelVersion
          title: Churn, third
          versionOf: model:mlflow/churn
          version: 1.10
          trainedOn: [dataset:s3://lake/raw/users, 'https://other.example/data#1']
          status: active
          license: Apache-2.0
          personalData: EmailAddress
          keywords: [churn, 2026]
        - id: run:airflow/train
          type: Run
          startedAt: 2026-01-05T10:00:00Z
        """,
    )
    version = "model-version:mlflow/churn/3"
    assert values(graph, version, RDF.type) == {MLG.ModelVersion}
    assert values(graph, version, DCAT.version) == {Literal("1.10")}
    assert values(graph, version, MLG.trainedOn) == {
        graph.names.mint("dataset", "s3://lake", "raw/users"),
        NamedNode("https://other.example/data#1"),
    }
    assert values(graph, version, ADMS.status) == {NamedNode("https://w3id.org/mlg/status/active")}
    assert values(graph, version, DCT.license) == {
        NamedNode("https://spdx.org/licenses/Apache-2.0")
    }
    assert values(graph, version, DPV.hasPersonalData) == {
        NamedNode("https://w3id.org/dpv/pd#EmailAddress")
    }
    started = Literal("2026-01-05T10:00:00Z", datatype=XSD.dateTime)
    assert values(graph, "run:airflow/train", PROV.startedAtTime) == {started}


def test_an_unknown_key_is_kept_queryable_and_warned_about(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    """Nothing is dropped: not an odd key, not a nested value, not a number."""
    report = put(
        graph,
        tmp_path,
        "a.yaml",
        "- {id: 'model:t/m', type: Model, gpu hours: 3.5, nested: {deep: true}, größe: 1}",
    )
    assert values(graph, "model:t/m", UNMAPPED["gpu%20hours"]) == {
        Literal("3.5", datatype=XSD.double)
    }
    assert len(values(graph, "model:t/m", UNMAPPED.nested)) == 1
    assert [q.object for q in graph.store.quads(None, UNMAPPED.deep, None, None)] == [Literal(True)]
    assert len([w for w in report.warnings if w.startswith("unknown key")]) == 4


def test_every_node_reads_as_plain_json_ld(graph: KnowledgeGraph) -> None:
    """The native format is JSON-LD: a standard processor gives the same with the same context."""
    context = Context.load(graph.names).document
    node = {
        "id": "model-version:mlflow/churn/3",
        "type": "ModelVersion",
        "owner": "team:org/churn",
        "status": "active",
        "startedAt": "2026-01-05T10:00:00Z",
    }
    text = json.dumps({"@context": context, "@graph": [node]})
    standard = {str(q.triple) for q in parse(text, format=RdfFormat.JSON_LD)}
    reader = native.NodeReader(Context.load(graph.names), graph.names)
    ours = {str(q.triple) for q in reader.quads([reader.prepare(node, "here")], "here")}
    assert ours == standard
    assert len(ours) == 4


RDF_FORMS = {
    "a.ttl": """@prefix dct: <http://purl.org/dc/terms/> .
        <http://x/a> dct:title "A" ; dct:relation [ dct:title "inside" ] .
        <http://x/b> dct:title "B" .""",
    "a.nt": """<http://x/a> <http://purl.org/dc/terms/title> "A" .
        <http://x/a> <http://purl.org/dc/terms/relation> _:n .
        _:n <http://purl.org/dc/terms/title> "inside" .
        <http://x/b> <http://purl.org/dc/terms/title> "B" .""",
    "a.rdf": """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns:dct="http://purl.org/dc/terms/">
        <rdf:Description rdf:about="http://x/a"><dct:title>A</dct:title><dct:relation>
        <rdf:Description><dct:title>inside</dct:title></rdf:Description></dct:relation>
        </rdf:Description>
        <rdf:Description rdf:about="http://x/b"><dct:title>B</dct:title></rdf:Description></rdf:RDF>""",
    "a.jsonld": """{"@context": {"dct": "http://purl.org/dc/terms/"}, "@graph": [
        {"@id": "http://x/a", "dct:title": "A", "dct:relation": {"dct:title": "inside"}},
        {"@id": "http://x/b", "dct:title": "B"}]}""",
}


@pytest.mark.parametrize("name", RDF_FORMS)
def test_each_described_subject_of_an_rdf_file_becomes_a_record(
    graph: KnowledgeGraph, tmp_path: Path, name: str
) -> None:
    """Blank nodes go with the subject that refers to them, under an IRI that stays the same."""
    report = put(graph, tmp_path, name, RDF_FORMS[name])
    assert [s.value for s in graph.journal.subjects("curated")] == ["http://x/a", "http://x/b"]
    (first,) = graph.journal.records_of(NamedNode("http://x/a"))
    assert len(first.triples) == 3
    assert report.revisions == [1]
    assert put(graph, tmp_path, name, RDF_FORMS[name]).revisions == []


def test_all_rdf_forms_of_the_same_statements_are_the_same(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    """After the Turtle file, none of the others changes anything."""
    revisions = [put(graph, tmp_path, name, text).revisions for name, text in RDF_FORMS.items()]
    assert revisions == [[1], [], [], []]


def test_dataset_files_keep_their_graphs(graph: KnowledgeGraph, tmp_path: Path) -> None:
    """TriG and N-Quads name graphs of their own; triples outside are records of subjects."""
    put(
        graph,
        tmp_path,
        "a.trig",
        '<http://g/1> { <http://x/a> <http://p> "1" } <http://x/b> <http://p> "2" .',
    )
    graphs = {g.value for g in graph.store.graphs()}
    assert "http://g/1" in graphs
    again = put(graph, tmp_path, "b.nq", '<http://x/a> <http://p> "1" <http://g/1> .\n')
    assert again.revisions == []


def test_the_graphs_of_another_source_are_not_written(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    """Facts have owners: only MLflow's connector writes what MLflow says."""
    name = graph.names.graph("mlflow", graph.names.mint("model", "mlflow", "a"))
    report = put(graph, tmp_path, "a.nq", f'<http://x/a> <http://p> "1" {name} .\n')
    assert (report.revisions, graph.revision) == ([], 0)
    assert "belongs to the source 'mlflow'" in report.rejections[0].reason


def test_the_order_of_pieces_and_files_does_not_matter(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    """One thing described in two places of a run is the sum of both."""
    (tmp_path / "1.yaml").write_text(
        "- {id: 'model:t/m', type: Model}\n- {id: 'model:t/n', title: N}"
    )
    (tmp_path / "2.yaml").write_text("- {id: 'model:t/m', title: M}")
    files = [tmp_path / "1.yaml", tmp_path / "2.yaml"]
    for order in (files, files[::-1]):
        for size in (1, 1000):
            graph.ingest(native.batches(order, names=graph.names, size=size), merge=True)
            assert values(graph, "model:t/m", DCT.title) == {Literal("M")}
            assert values(graph, "model:t/m", RDF.type) == {MLG.Model}


def test_what_a_file_withdraws_is_no_longer_said(graph: KnowledgeGraph, tmp_path: Path) -> None:
    """Alone or beside nodes; within a document what is described stands, then the later counts."""
    put(graph, tmp_path, "a.yaml", "[{id: 'model:t/a', title: A}, {id: 'model:t/b', title: B}]")
    both = {"withdraw": ["model:t/a", "model:t/b"], "@graph": [{"id": "model:t/a", "title": "C"}]}
    report = put(graph, tmp_path, "b.json", json.dumps(both))
    assert (report.changed, report.complete) == (2, True)
    assert values(graph, "model:t/a", DCT.title) == {Literal("C")}
    assert values(graph, "model:t/b", DCT.title) == set()
    stream = "{id: 'model:t/b', title: D}\n---\nwithdraw: ['model:t/a', 'model:t/b']\n---\n"
    (tmp_path / "c.yaml").write_text(stream + "{id: 'model:t/a', title: E}")
    run = graph.ingestion(source="curated", agent="t", merge=True)
    planned = run.plan(native.batches([tmp_path / "c.yaml"], names=graph.names))
    put(graph, tmp_path, "c.yaml", (tmp_path / "c.yaml").read_text())
    assert values(graph, "model:t/a", DCT.title) == {Literal("E")}
    assert values(graph, "model:t/b", DCT.title) == set()
    assert [entry.record.subject.value[-1] for entry in planned.entries] == ["a"]
    kept = put(graph, tmp_path, "d.yaml", "{id: 'model:t/d', withdraw: ['model:t/a']}")
    assert "unknown key 'withdraw'" in kept.warnings[0]


def _bad() -> list[tuple[str, str | bytes, str]]:
    """Files that cannot be taken, and what must be said of them."""
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join('*' + a for _ in range(10))}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    entity = '<!DOCTYPE x [<!ENTITY a "boom">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    return [
        ("a.yaml", "- id: [", "line 2, column 1"),
        ("a.yaml", "- {id: model:t/m, type: Modell}", "did you mean Model"),
        ("a.yaml", "- {type: Model}", "needs an 'id'"),
        ("a.yaml", "- {id: nonsense, type: Model}", "not an identifier"),
        (
            "a.yaml",
            "- {id: 'model:t/m', owner: 'somebody'}",
            "owner: 'somebody' is not an identifier",
        ),
        ("a.yaml", "- {id: 'model:t/m', owner: 3}", "expected an identifier"),
        ("a.yaml", "- just text", "must be an object"),
        ("a.yaml", "just text", "expected a list of nodes"),
        ("a.yaml", bomb, "too many nodes"),
        ("a.yaml", b"- {id: '\xff'}", "UTF-8"),
        ("a.yaml", "- {id: 'run:t/r', startedAt: yesterday}", "not a valid xsd:dateTime"),
        ("a.json", '[{"id": "model:t/m"', "line 1"),
        ("a.json", "[" * 100_000, "nested deeper"),
        ("a.jsonl", '{"id": ', "line 1"),
        ("a.ttl", "<http://x/a> <http://p> .", "line 1"),
        (
            "a.ttl",
            '<http://x/a> <http://p> "300"^^<http://www.w3.org/2001/XMLSchema#byte> .',
            "xsd:byte",
        ),
        ("a.rdf", entity, "DOCTYPE"),
        ("a.rdf", entity.encode("utf-16"), "DOCTYPE"),
        ("a.jsonld", '{"@context": "http://127.0.0.1:9/c", "@id": "http://x/a"}', "remote JSON-LD"),
        ("a.jsonld", "[" * 100_000, "nested deeper"),
        ("a.jsonld", '{"@id": "http://x/a b", "http://p": "1"}', "is not an IRI"),
        ("a.jsonld", '[{"@id": "a", "http://p": "1"}]', "is relative"),
        ("a.txt", "x", "format"),
        ("a.yaml", "withdraw: model:t/a", "no list of identifiers"),
        ("a.yaml", "withdraw: [1]", "1 is no identifier"),
        ("a.yaml", "withdraw: ['a model']", "not an identifier"),
    ]


@pytest.mark.parametrize(("name", "text", "reason"), _bad())
def test_a_bad_file_is_refused_in_one_line_that_says_why(
    graph: KnowledgeGraph, tmp_path: Path, name: str, text: str | bytes, reason: str
) -> None:
    """Where it is, what is wrong; and nothing of it is written."""
    report = put(graph, tmp_path, name, text)
    (told,) = (*report.rejections, *report.quarantined)
    said = f"{told.where}: {told.reason}"
    assert reason in said
    assert "\n" not in said
    assert len(said) < 400
    assert graph.revision == 0


def test_a_relative_id_with_a_base_is_taken(graph: KnowledgeGraph, tmp_path: Path) -> None:
    """What the document itself resolves is not refused."""
    text = '{"@context": {"@base": "http://x/"}, "@id": "a", "http://p": "1"}'
    assert put(graph, tmp_path, "a.jsonld", text).changed == 1
    assert [s.value for s in graph.journal.subjects()] == ["http://x/a"]


def test_good_lines_of_json_lines_are_kept_beside_bad_ones(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    """A line stands alone; the rejection names it."""
    text = '{"id": "model:t/a", "type": "Model"}\n{oops\n\n{"id": "model:t/b", "type": "Model"}\n'
    report = put(graph, tmp_path, "a.jsonl", text)
    assert report.changed == 2
    assert [r.where.rpartition("/")[2] for r in report.rejections] == ["a.jsonl, line 2, column 2"]


def test_a_dry_run_shows_the_plan_and_writes_nothing(graph: KnowledgeGraph, tmp_path: Path) -> None:
    """The plan is what the commit would do."""
    file = tmp_path / "a.yaml"
    file.write_text("- {id: 'model:t/a', type: Model, title: A}")
    run = graph.ingestion(source="curated", agent="t", merge=True)
    planned = run.plan(native.batches([file], names=graph.names))
    assert (planned.counts.added, planned.counts.removed, graph.revision) == (2, 0, 0)
    assert len(graph.ingest(native.batches([file], names=graph.names)).revisions) == 1
