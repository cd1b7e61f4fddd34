"""What is not let in is kept with all that is needed to mend it, and nothing is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from described import ASSET, deployment, node, present, put, typed, version

from kg.app import KnowledgeGraph
from kg.app.ingest import IngestReport
from kg.app.payload import MOST, payload_text
from kg.app.sources import ingest_mlflow
from kg.commit import Change
from kg.connectors import native, openlineage
from kg.connectors.mlflow.recording import KINDS
from kg.journal import Held
from kg.namespaces import MLG
from kg.shacl import Shapes
from kg.shacl.admission import StructureGate
from kg.shacl.rdflib_bridge import to_graph
from kg.terms import RdfFormat, parse

NAME = "model-version:t/m/1"


def held(graph: KnowledgeGraph, *, ended: bool = False) -> list[Held]:
    """The entries, the newest first."""
    return list(graph.journal.quarantine.entries(ended=ended))


def apply(graph: KnowledgeGraph, folder: Path, *texts: str, atomic: bool = False) -> IngestReport:
    """Ingest native files, as ``kg apply`` does."""
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"file-{number}.yaml")
        files[-1].write_text(text, encoding="utf-8")
    batches = native.batches(files, names=graph.names)
    return graph.ingest(batches, merge=True, atomic=atomic)


def test_an_entry_tells_what_where_and_why(judging: KnowledgeGraph, tmp_path: Path) -> None:
    """The node as it was read, its place, and a finding with a remedy."""
    text = f"- id: run:t/a\n- id: {NAME}\n  type: ModelVersion\n  version: 1.10\n  loss: 0.10\n"
    report = apply(judging, tmp_path, text)
    (entry,) = held(judging)
    refused = entry.refused
    assert [one.id for one in report.quarantined] == [entry.id]
    assert refused.where == f"{tmp_path / 'file-0.yaml'}, item 2"
    assert json.loads(refused.payload) == {
        "id": NAME,
        "type": "ModelVersion",
        "version": "1.10",
        "loss": "0.10",
    }
    assert [finding.path for finding in refused.findings] == ["dcat:isVersionOf"]
    assert refused.findings[0].remedy.startswith("State versionOf")
    assert (entry.agent, entry.times, entry.state) == ("kg", 1, "held")


@pytest.mark.parametrize("pieces", [1, 2])
def test_a_value_that_is_none_of_its_datatype_is_held(
    judging: KnowledgeGraph, tmp_path: Path, pieces: int
) -> None:
    """To the letter, with all else that was said of the thing; the rest of the batch goes on."""
    text = "- {id: 'run:t/a', type: Run, startedAt: yesterday, title: One}\n"
    text += "- {id: 'run:t/b', type: Run}\n"
    more = "- {id: 'run:t/a', description: Two}\n"
    report = apply(judging, tmp_path, *(text, more)[:pieces])
    assert (report.rejections, report.changed) == ([], 1)
    (entry,) = held(judging)
    assert [one.id for one in report.quarantined] == [entry.id]
    refused = entry.refused
    assert any('"yesterday"' in statement for statement in refused.record.triples)
    assert len(refused.record.triples) == 2 + pieces
    (finding,) = refused.findings
    assert (finding.path, finding.shape) == ("prov:startedAtTime", "")
    assert finding.message == "'yesterday' is not a valid xsd:dateTime (prov:startedAtTime)"
    if pieces == 1:
        assert json.loads(refused.payload)["startedAt"] == "yesterday"

    done = judging.committer.retry([entry.id], agent="t")
    assert (done.admitted, done.refused) == ((), (entry.id,))
    apply(judging, tmp_path, text.replace("yesterday", "2026-01-01T00:00:00Z"))
    assert held(judging) == []


def test_a_dry_run_tells_of_bad_values(judging: KnowledgeGraph, tmp_path: Path) -> None:
    """A value that is none too; with all or nothing it is what keeps the rest out."""
    file = tmp_path / "a.yaml"
    file.write_text("- {id: 'run:t/a', startedAt: yesterday}\n- {id: 'run:t/b', type: Run}\n")
    batches = list(native.batches([file], names=judging.names))
    run = judging.ingestion(source="curated", agent="t", merge=True)
    assert run.plan(batches).counts.changed == 1
    assert [one.record for one in run.report.quarantined] == ["run:t/a"]
    refused = judging.ingest(batches, merge=True, atomic=True)
    assert len(refused.rejections) == 1
    assert held(judging) == []
    assert judging.revision == 0


def test_sending_again_updates_one_entry(judging: KnowledgeGraph) -> None:
    """The same and another bad record of the thing take the place of the first."""
    for _ in range(2):
        assert put(judging, version(judging, of=())) == {NAME}
    assert put(judging, version(judging, of=(ASSET, "model:t/other"))) == {NAME}
    (entry,) = held(judging)
    assert entry.times == 3
    assert entry.first < entry.last
    assert "more than one" not in entry.refused.findings[0].message
    assert entry.refused.findings[0].component.endswith("MaxCountConstraintComponent")


def test_a_good_record_ends_it_and_a_bad_one_begins_anew(judging: KnowledgeGraph) -> None:
    """The entry is kept, marked with the revision that made it obsolete."""
    put(judging, version(judging, of=()))
    assert put(judging, version(judging)) == set()
    assert held(judging) == []
    (entry,) = held(judging, ended=True)
    assert (entry.state, entry.revision) == ("superseded", judging.revision)
    put(judging, version(judging, of=()))
    (entry,) = held(judging)
    assert (entry.times, entry.revision, entry.ended) == (1, None, None)


def test_what_was_there_before_stays_and_ends_it_when_said_again(judging: KnowledgeGraph) -> None:
    """A bad record changes nothing; the good one sent again changes nothing either, but ends it."""
    good = version(judging)
    put(judging, good)
    before = judging.journal.records_of(good.subject)
    put(judging, version(judging, of=()))
    assert judging.journal.records_of(good.subject) == before
    assert judging.revision == 1
    assert put(judging, good) == set()
    assert held(judging) == []
    assert judging.revision == 1


def test_withdrawing_ends_it(judging: KnowledgeGraph) -> None:
    """A source that no longer speaks of a thing need not mend what it said."""
    put(judging, version(judging, of=()))
    change = Change(withdrawn=[("curated", node(judging, NAME))])
    judging.committer.commit(change, agent="t")
    assert held(judging) == []


def test_all_or_nothing_leaves_the_quarantine_alone(
    judging: KnowledgeGraph, tmp_path: Path
) -> None:
    """The report says why nothing was taken."""
    text = f"- {{id: 'run:t/a', type: Run}}\n- {{id: '{NAME}', type: ModelVersion}}"
    report = apply(judging, tmp_path, text, atomic=True)
    assert judging.revision == 0
    assert held(judging, ended=True) == []
    assert [rejection.where for rejection in report.rejections] == [NAME]
    assert "must belong to exactly one asset" in report.rejections[0].reason


@pytest.mark.parametrize("first", [0, 1])
def test_pieces_of_one_description_are_judged_together(
    judging: KnowledgeGraph, tmp_path: Path, first: int
) -> None:
    """A piece that lacks something waits for the files that follow, in either order."""
    pieces = [f"id: {NAME}\ntype: ModelVersion\nversion: 1", f"id: {NAME}\nversionOf: {ASSET}"]
    report = apply(judging, tmp_path, pieces[first], pieces[1 - first])
    assert report.complete
    assert held(judging) == []
    (record,) = judging.journal.records_of(node(judging, NAME))
    assert len(record.triples) == 3


def test_a_piece_that_spoils_leaves_what_came_before(
    judging: KnowledgeGraph, tmp_path: Path
) -> None:
    """What is held is the whole, so that it can take the place of the part that is in."""
    good = f"{{id: '{NAME}', type: ModelVersion, version: 1, versionOf: '{ASSET}'}}"
    apply(judging, tmp_path, good, f"{{id: '{NAME}', versionOf: 'model:t/other'}}")
    (entry,) = held(judging)
    assert len(entry.refused.record.triples) == 4
    assert len(judging.journal.records_of(node(judging, NAME))[0].triples) == 3


def test_a_dry_run_tells_what_would_be_held(judging: KnowledgeGraph, tmp_path: Path) -> None:
    """And holds nothing."""
    file = tmp_path / "file.yaml"
    file.write_text(f"- {{id: '{NAME}', type: ModelVersion}}\n- {{id: 'run:t/a', type: Run}}")
    run = judging.ingestion(source="curated", agent="t", merge=True)
    planned = run.plan(native.batches([file], names=judging.names))
    assert [one.record for one in run.report.quarantined] == [NAME]
    assert [judging.names.short(e.record.subject) for e in planned.entries] == ["run:t/a"]
    assert held(judging) == []


def test_retry_lets_in_what_conforms_now(judging: KnowledgeGraph) -> None:
    """What was wrong with a reference was mended elsewhere; what is still wrong stays."""
    put(judging, typed(judging, ASSET, MLG.Model))
    put(judging, deployment(judging, ASSET), version(judging, of=()))
    entries = {judging.names.short(e.refused.record.subject): e for e in held(judging)}
    change = Change(withdrawn=[("curated", node(judging, ASSET))])
    judging.committer.commit(change, agent="t")
    ids = [entry.id for entry in entries.values()]
    done = judging.committer.retry([*ids, "unknown"], agent="who")
    assert done.admitted == (entries["deployment:t/d"].id,)
    assert done.refused == (entries[NAME].id,)
    assert done.revision is not None
    assert done.revision.agent == "who"
    assert present(judging) == {"deployment:t/d"}
    (entry,) = held(judging)
    assert entry == entries[NAME]
    assert judging.committer.retry(ids, agent="who").admitted == ()


def test_retry_does_not_undo_what_came_later(judging: KnowledgeGraph) -> None:
    """An entry that is superseded is not put in place of what superseded it."""
    put(judging, version(judging, of=()))
    (entry,) = held(judging)
    put(judging, version(judging, title="newer"))
    assert judging.committer.retry([entry.id], agent="t").admitted == ()
    assert "newer" in str(judging.journal.records_of(node(judging, NAME)))


def test_what_is_dropped_is_gone(judging: KnowledgeGraph) -> None:
    """From the quarantine; the graph stays."""
    put(judging, version(judging, of=()))
    (entry,) = held(judging)
    assert judging.committer.drop([entry.id, "unknown"]) == [entry.id]
    assert held(judging, ended=True) == []


def test_entries_are_chosen_by_source_and_time(judging: KnowledgeGraph) -> None:
    """And counted without being read."""
    put(judging, version(judging, of=()))
    put(judging, version(judging, of=(), source="mlflow"), source="mlflow")
    entries = judging.journal.quarantine
    now = datetime.now(UTC)
    assert [e.refused.record.source for e in entries.entries(source="mlflow")] == ["mlflow"]
    assert entries.count(since=now - timedelta(minutes=5)) == 2
    assert entries.count(since=now + timedelta(minutes=5)) == 0
    assert len(list(entries.entries(limit=1))) == 1


def event(**more: object) -> str:
    """An OpenLineage event of a run, as a line."""
    told = {
        "producer": "https://me:geheim@example.org/p",
        "run": {"runId": "01941f29-7c00-7087-8940-40e5bdadbd6e"},
        "job": {"namespace": "etl", "name": "load"},
        "eventType": "START",
        "eventTime": "2026-01-02T00:00:00Z",
    }
    return json.dumps({**told, **more}) + "\n"


def feed(graph: KnowledgeGraph, folder: Path, text: str) -> IngestReport:
    """Ingest OpenLineage events."""
    file = folder / "events.jsonl"
    file.write_text(text, encoding="utf-8")
    run = graph.ingestion(source="openlineage", agent="t")
    return run.run(
        openlineage.batches(file, names=graph.names, load_states=run.load_states, batch_size=2)
    )


ENDED = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix mlg: <https://w3id.org/mlg#> .
<http://example.org/Ended> a sh:NodeShape ; sh:targetClass mlg:Run ;
    sh:property [ sh:path prov:endedAtTime ; sh:minCount 1 ; sh:message "a run has an end" ] .
"""


def test_events_of_a_refused_run_are_remembered(tmp_path: Path) -> None:
    """A run without an end waits; what ends it builds on all that was said before."""
    inputs = [{"namespace": "s3://lake", "name": "users"}]
    run = "run:openlineage/01941f29-7c00-7087-8940-40e5bdadbd6e"
    ended = event(eventType="COMPLETE", eventTime="2026-01-03T00:00:00Z")
    other = event(run={"runId": "01941f29-7c00-7087-8940-40e5bdadbd6f"})
    shapes = Shapes(to_graph(q.triple for q in parse(ENDED, format=RdfFormat.TURTLE)))
    with KnowledgeGraph.in_memory(admission=StructureGate(shapes)) as graph:
        report = feed(graph, tmp_path, event(inputs=inputs) + other)
        assert {one.record for one in report.quarantined} == {run, run[:-1] + "f"}
        entry = next(e for e in held(graph) if graph.names.short(e.refused.record.subject) == run)
        payload = json.loads(entry.refused.payload)
        assert [told["inputs"] for told in payload["events"]] == [inputs]
        assert "geheim" not in entry.refused.payload
        assert entry.refused.where.endswith("events.jsonl:1")
        assert feed(graph, tmp_path, ended).complete
        assert [one.refused.record.subject.value[-1] for one in held(graph)] == ["f"]
        (record,) = graph.journal.records_of(graph.names.parse(run))
        assert any("users" in triple for triple in record.triples)
        again = event(inputs=inputs) + ended
        assert feed(graph, tmp_path, again).changed == 0


def test_what_is_refused_in_one_batch_and_good_in_the_next_is_not_told(tmp_path: Path) -> None:
    """A report is of how things stand at the end of a run."""
    text = event() + event() + event(eventType="COMPLETE", eventTime="2026-01-03T00:00:00Z")
    shapes = Shapes(to_graph(q.triple for q in parse(ENDED, format=RdfFormat.TURTLE)))
    with KnowledgeGraph.in_memory(admission=StructureGate(shapes)) as graph:
        assert feed(graph, tmp_path, text).complete
        assert [entry.state for entry in held(graph, ended=True)] == ["superseded"]


def recording(folder: Path, *versions: object) -> Path:
    """A recording of an MLflow server with one experiment and runs."""
    file = folder / "recording.jsonl"
    runs = [{"kind": "run", "body": body} for body in versions]
    end = {"kind": "end", "counts": {**dict.fromkeys(KINDS, 0), "run": len(runs)}}
    file.write_text("".join(json.dumps(line) + "\n" for line in (*runs, end)), encoding="utf-8")
    return file


def pull(graph: KnowledgeGraph, file: Path) -> IngestReport:
    """Ingest a recording, as ``kg ingest mlflow`` does."""

    return ingest_mlflow(graph, str(file))


def test_an_mlflow_run_is_held_with_its_object_until_it_is_gone(
    judging: KnowledgeGraph, tmp_path: Path
) -> None:
    """The object as the server gave it; a server that lists it no more takes it back."""
    tags = [{"key": "git", "value": "https://me:geheim@host/repo"}]
    info = {"run_id": "a", "experiment_id": "1", "start_time": 2000, "end_time": 1000}
    bad = {"info": info, "data": {"tags": tags}}
    good = {"info": {**info, "run_id": "b", "end_time": 3000}}
    report = pull(judging, recording(tmp_path, bad, good))
    assert [one.record for one in report.quarantined] == ["run:mlflow/a"]
    (entry,) = held(judging)
    assert entry.refused.where == "run a (line 1)"
    assert json.loads(entry.refused.payload)["body"]["info"]["end_time"] == 1000
    assert "geheim" not in entry.refused.payload
    assert pull(judging, recording(tmp_path, bad, good)).quarantined
    assert held(judging)[0].times == 2
    assert pull(judging, recording(tmp_path, good)).complete
    assert held(judging) == []


def test_a_payload_is_kept_to_a_bound_and_says_so() -> None:
    """And is text, whatever stood there."""
    told = json.loads(payload_text({"text": "x" * (2 * MOST), "half": "\ud800"}))
    assert told["cut"].startswith(f"the first {MOST} of ")
    assert len(told["text"]) == MOST
    named = json.loads(payload_text([{"name": "DB_PASSWORD", "value": "geheim"}, {1: "\ud800"}]))
    assert named == [{"name": "DB_PASSWORD", "value": "***"}, {"1": "?"}]


def test_the_lines_of_a_title_are_counted_on_entry(judging: KnowledgeGraph, tmp_path: Path) -> None:
    """By a pattern, which the questions of every batch hold too."""
    text = (
        '- {id: "model:t/a", title: "two\\nlines"}\n- {id: "model:t/b", title: "one \\\\n line"}\n'
    )
    report = apply(judging, tmp_path, text)
    assert {one.record for one in report.quarantined} == {"model:t/a"}
    assert present(judging) == {"model:t/b"}
