"""Each command as a user meets it: output, JSON, exit code."""

from __future__ import annotations

import csv
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import click
import pytest
from command_runs import Kg

from kg import __version__
from kg.cli.commands import COMMANDS
from kg.cli.main import cli
from kg.terms import RdfFormat, parse


def _commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        found.append((name,))
        if isinstance(command, click.Group):
            found += [(name, sub) for sub in command.commands]
    return found


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_explains_itself(kg: Kg, command: tuple[str, ...]) -> None:
    """--help works everywhere, without a graph, and says more than the usage."""
    outcome = kg(*command, "--help")
    assert outcome.code == 0
    assert len(outcome.out.splitlines()) > 4


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    """The list is printed without the commands, in the words of each of them."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert COMMANDS[name].summary == command.get_short_help_str(10_000)


def test_the_version_is_told(kg: Kg) -> None:
    """--version."""
    assert __version__ in kg("--version").out


def test_without_a_graph_a_command_says_how_to_make_one(kg: Kg) -> None:
    """One line, exit 2."""
    outcome = kg("info")
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert "kg init" in outcome.err


@pytest.mark.parametrize("base", ["not an iri", "ftp://x", "https://x/#y", "urn:x"])
def test_a_base_that_cannot_be_served_is_refused(kg: Kg, tmp_path: Path, base: str) -> None:
    """And no half-made folder stays."""
    assert kg("init", "--base", base).code == 2
    assert not (tmp_path / "graph").exists()


def test_init_does_not_overwrite(kg: Kg, estate: Path) -> None:
    """A graph is never lost to a second init."""
    assert kg("init").code == 2
    assert kg("info", "--format", "json").json["revision"] == 1


def test_applying_twice_changes_nothing(kg: Kg, estate: Path) -> None:
    """The second time says so and makes no revision."""
    outcome = kg("apply", estate)
    assert (outcome.code, outcome.out.strip()) == (0, "nothing changed (5 records unchanged)")


def test_a_dry_run_shows_a_diff_and_writes_nothing(kg: Kg, estate: Path) -> None:
    """Additions and removals by thing, in words that people use."""
    estate.write_text("- {id: 'dataset:s3://lake/users', type: Dataset, title: People}")
    outcome = kg("apply", "--dry-run", estate)
    lines = [line.strip() for line in outcome.out.splitlines()]
    assert lines == [
        "~ dataset:s3://lake/users",
        '- dataset:s3://lake/users dct:title "Users"',
        "- dataset:s3://lake/users mlg:ownedBy team:org/data",
        '+ dataset:s3://lake/users dct:title "People"',
        "would change 1 records, +1 -2 triples; 0 unchanged; nothing was written",
    ]
    assert kg("info", "--format", "json").json["revision"] == 1


def test_lineage_json_has_the_promised_form(kg: Kg, estate: Path) -> None:
    """Keys, types, direction of edges."""
    answer = kg("lineage", "service:k8s/churn-api", "--format", "json").json
    assert {
        k: answer[k] for k in ("asset", "direction", "depth", "revision", "complete", "total")
    } == {
        "asset": "service:k8s/churn-api",
        "direction": "up",
        "depth": None,
        "revision": 1,
        "complete": True,
        "total": 4,
    }
    assert answer["nodes"][-1] == {
        "id": "dataset:s3://lake/users",
        "iri": "https://graph.example/id/dataset/s3:%2F%2Flake/users",
        "type": "Dataset",
        "title": "Users",
        "distance": 4,
        "described": True,
        "live": None,
        "direction": "up",
    }
    assert {
        "from": "feature:store/age",
        "to": "dataset:s3://lake/users",
        "relation": "prov:wasDerivedFrom",
        "graph": "https://graph.example/graph/curated/feature/store/age",
    } in answer["edges"]


def test_a_cut_lineage_says_so_to_people_and_programs(kg: Kg, estate: Path) -> None:
    """--depth leaves no doubt that there is more."""
    arguments = ("lineage", "dataset:s3://lake/users", "--direction", "down", "--depth", "1")
    assert "not complete: stopped at depth 1" in kg(*arguments).out
    answer = kg(*arguments, "--format", "json").json
    assert (answer["complete"], answer["total"]) == (False, 1)


def test_impact_json_has_the_promised_form(kg: Kg, estate: Path) -> None:
    """Service first, with owner and path."""
    answer = kg("impact", "dataset:s3://lake/users", "--format", "json").json
    counts = {"reached", "total", "byType", "byDistance", "byOwner"}
    assert set(answer) == {
        *("asset", "revision", "complete", "impacted", "owners", "messages"),
        *counts,
    }
    assert answer["byType"] == {"Deployment": 1, "Feature": 1, "ModelVersion": 1, "Service": 1}
    assert answer["owners"] == ["team:org/serving"]
    first = answer["impacted"][0]
    assert (first["id"], first["distance"], len(first["path"])) == ("service:k8s/churn-api", 4, 5)


def test_impact_for_people_counts_what_it_does_not_list(
    kg: Kg, tmp_path: Path, estate: Path
) -> None:
    """Runs and data are counted, and listed on demand."""
    estate.write_text("- {id: 'run:t/r', type: Run, uses: 'dataset:s3://lake/users'}")
    kg("apply", estate)
    assert "and, listed with --all: 1 Run" in kg("impact", "dataset:s3://lake/users").out
    assert "run:t/r" in kg("impact", "dataset:s3://lake/users", "--all").out


def test_a_path_is_told_step_by_step(kg: Kg, estate: Path) -> None:
    """From the data to the service."""
    outcome = kg("path", "dataset:s3://lake/users", "service:k8s/churn-api")
    assert outcome.out.splitlines()[0].startswith("service:k8s/churn-api depends on dataset:")
    assert "4 steps" in outcome.out
    none = kg("path", "dataset:s3://lake/users", "team:org/data")
    assert (none.code, "neither" in none.out) == (0, True)


@pytest.mark.parametrize("command", ["lineage", "impact", "history", "withdraw"])
def test_an_unknown_asset_is_an_error_that_suggests_near_names(
    kg: Kg, estate: Path, command: str
) -> None:
    """A slip of the finger is told with what was probably meant."""
    outcome = kg(command, "model-version:mlflow/chrun/1")
    assert outcome.code == 2
    assert "did you mean model-version:mlflow/churn/1" in outcome.err
    assert outcome.err.count("\n") == 1


def test_history_tells_each_change_and_outlives_the_thing(kg: Kg, estate: Path) -> None:
    """Who said what when; a withdrawn thing still has its history."""
    kg("withdraw", "feature:store/age", "-m", "not ours")
    answer = kg("history", "feature:store/age", "--format", "json").json
    assert [(c["revision"], c["source"], c["message"]) for c in answer["changes"]] == [
        (1, "curated", ""),
        (2, "curated", "not ours"),
    ]
    assert len(answer["changes"][1]["removed"]) == 2
    text = kg("history", "feature:store/age").out
    assert "- feature:store/age prov:wasDerivedFrom dataset:s3://lake/users" in text


def test_a_named_query_answers_in_every_format(kg: Kg, estate: Path) -> None:
    """A table for people, the SPARQL formats for programs."""
    ask = ("query", "--name", "owned-by", "--param", "owner=team:org/data")
    assert "dataset:s3://lake/users" in kg(*ask).out
    rows = kg(*ask, "--format", "json").json["results"]["bindings"]
    assert [row["title"]["value"] for row in rows] == ["Users"]
    assert [
        row["title"] for row in csv.DictReader(io.StringIO(kg(*ask, "--format", "csv").out))
    ] == ["Users"]
    assert kg(*ask, "--format", "tsv").out.startswith("?asset")
    assert kg(*ask, "--format", "xml").out.startswith("<?xml")


def test_a_query_file_may_construct_and_take_parameters(
    kg: Kg, estate: Path, tmp_path: Path
) -> None:
    """Prefixes need not be declared; a parameter is bound, never pasted."""
    file = tmp_path / "q.rq"
    file.write_text("CONSTRUCT { ?s dct:title ?o } WHERE { ?s dct:title ?o ; mlg:ownedBy ?who }")
    outcome = kg("query", file, "--param", "who=team:org/data", "--format", "n-triples")
    assert len(list(parse(outcome.out, format=RdfFormat.N_TRIPLES))) == 1
    file.write_text("ASK { ?s dct:title ?title }")
    assert kg("query", file, "--param", 'title=x" } #').out == "no\n"
    assert kg("query", file, "--param", "title=Users").out == "yes\n"


def test_the_queries_are_listed_with_what_they_need(kg: Kg, estate: Path) -> None:
    """Names, parameters, summaries."""
    listed = {q["name"]: q for q in kg("query", "--list", "--format", "json").json}
    assert listed["lineage/upstream"]["parameters"] == {"asset": "iri"}
    assert "lineage/upstream" in kg("query", "--list").out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT * WHERE { ?s ?p }", "line 1, column 25"),
        ("SELECT * WHERE { ?s dct:title }", "line 1, column 31: '}' cannot stand here"),
        ("SELECT * WHERE { ?s ?p ?o", "not complete"),
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
        ("DELETE WHERE { ?s ?p ?o }", ""),
        ("SELECT (1 AS ?x) WHERE {" + "{" * 5000 + "}" * 5001, "nesting"),
        ("", ""),
    ],
)
def test_a_bad_query_is_refused_in_one_line(
    kg: Kg, estate: Path, tmp_path: Path, text: str, said: str
) -> None:
    """Syntax, policy, depth: exit 2, no traceback."""
    file = tmp_path / "q.rq"
    file.write_text(text)
    outcome = kg("query", file)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert said in outcome.err


def test_validate_tells_by_its_exit_code(kg: Kg, estate: Path, tmp_path: Path) -> None:
    """1 where the graph does not conform, 0 where it does, whatever the format."""
    assert kg("validate").code == 1
    report = kg("validate", "--format", "json", "--as-of", "2026-02-01T00:00:00Z")
    assert (report.code, report.json["conforms"], report.json["revision"]) == (1, False, 1)
    assert report.json["asOf"].startswith("2026-02-01T00:00:00")
    empty = tmp_path / "none.ttl"
    empty.write_text("")
    assert kg("validate", "--shapes", empty).code == 0
    target = tmp_path / "report.html"
    assert kg("validate", "--format", "html", "--output", target).code == 1
    assert "<html" in target.read_text()


def test_a_bad_instant_or_shapes_file_is_refused(kg: Kg, estate: Path, tmp_path: Path) -> None:
    """Exit 2 is failure, 1 is not conforming: the two are never mixed up."""
    assert kg("validate", "--as-of", "yesterday").code == 2
    bad = tmp_path / "bad.ttl"
    bad.write_text("<a> <b> .")
    assert kg("validate", "--shapes", bad).code == 2


def test_export_writes_a_catalog(kg: Kg, estate: Path, tmp_path: Path) -> None:
    """To a file or to standard output, in each format."""
    target = tmp_path / "catalog.ttl"
    assert kg("export", "dcat-ap", "--output", target).code == 0
    triples = len(list(parse(target.read_bytes(), format=RdfFormat.TURTLE)))
    streamed = kg("export", "dcat-ap", "--format", "n-triples").out
    assert len(list(parse(streamed, format=RdfFormat.N_TRIPLES))) == triples > 10


def test_rebuild_tells_what_it_rebuilt(kg: Kg, estate: Path) -> None:
    """From the journal alone."""
    assert "5 records, revision 1" in kg("rebuild").out


def test_rejections_are_told_and_the_rest_is_kept_or_not(kg: Kg, estate: Path) -> None:
    """Exit 2 either way; --atomic keeps nothing."""
    estate.write_text("- {id: 'model:t/a', type: Model}\n- {id: 'model:t/b', type: Modell}")
    refused = kg("apply", "--atomic", estate, "--format", "json")
    assert (refused.code, refused.json["revisions"]) == (2, [])
    kept = kg("apply", estate)
    assert (kept.code, kept.err.count("rejected")) == (2, 1)
    assert "revision 2: 1 records changed" in kept.out
    assert kg("lineage", "model:t/a").code == 0


def test_openlineage_events_are_ingested_in_any_order(kg: Kg, estate: Path, tmp_path: Path) -> None:
    """The same events the other way round change nothing."""
    head = {
        "producer": "https://example.org/p",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": "01941f29-7c00-7087-8940-40e5bdadbd6e"},
        "job": {"namespace": "etl", "name": "load"},
    }
    events = [
        {**head, "eventType": "START", "eventTime": "2026-01-01T00:00:00Z",
         "inputs": [{"namespace": "s3://lake", "name": "users"}]},
        {**head, "eventType": "COMPLETE", "eventTime": "2026-01-01T01:00:00Z",
         "outputs": [{"namespace": "s3://lake", "name": "copy"}]},
    ]  # fmt: skip
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(json.dumps(event) for event in events))
    assert kg("ingest", "openlineage", file).code == 0
    file.write_text("\n".join(json.dumps(event) for event in reversed(events)))
    assert "nothing changed" in kg("ingest", "openlineage", file).out
    down = kg("lineage", "dataset:s3://lake/users", "--direction", "down", "--format", "json").json
    assert "dataset:s3://lake/copy" in {node["id"] for node in down["nodes"]}


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("missing.jsonl", "missing.jsonl"),
        ("http://127.0.0.1:9/events", "127.0.0.1"),
    ],
)
@pytest.mark.parametrize("system", ["openlineage", "mlflow"])
def test_an_origin_that_does_not_answer_is_told_in_one_line(
    kg: Kg, estate: Path, system: str, origin: str, said: str
) -> None:
    """A file that is not there, a server that is not up."""
    outcome = kg("ingest", system, origin)
    assert outcome.code == 2
    assert said in outcome.err
    assert outcome.err.count("\n") == 1
    assert kg("info", "--format", "json").json["revision"] == 1


def test_usage_errors_exit_2(kg: Kg) -> None:
    """An unknown option or command, a missing argument."""
    for arguments in (("nonsense",), ("lineage",), ("lineage", "x", "--nope"), ("query",)):
        assert kg(*arguments).code == 2


class _Failing(BaseHTTPRequestHandler):
    """An MLflow server that is broken in the way its port is told to be."""

    answer: ClassVar[tuple[int, bytes]] = (500, b"oops")

    def do_GET(self) -> None:
        """Answer the same whatever is asked."""
        status, body = self.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + (10 if status == 206 else 0)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 the name that http.server calls

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.mark.parametrize(
    "answer", [(500, b"oops"), (200, b"<html>"), (206, b'{"experiments": ['), (200, b"[]")]
)
def test_a_broken_mlflow_server_is_told_in_one_line_and_changes_nothing(
    kg: Kg, estate: Path, answer: tuple[int, bytes]
) -> None:
    """500, a page instead of JSON, half an answer, another shape: exit 2, nothing written."""
    handler = type("Handler", (_Failing,), {"answer": answer})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        outcome = kg("ingest", "mlflow", f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert kg("info", "--format", "json").json["revision"] == 1


def test_history_of_the_whole_graph_and_of_one_revision(kg: Kg, estate: Path) -> None:
    """The newest revisions, and any one of them as RDF Patch."""
    kg("withdraw", "feature:store/age", "-m", "not ours")
    log = kg("history", "--format", "json").json
    assert [(r["revision"], r["message"], r["removed"]) for r in log] == [
        (2, "not ours", 2),
        (1, "", 0),
    ]
    assert "not ours" in kg("history", "--limit", "1").out
    lines = kg("history", "--revision", "2").out.splitlines()
    assert lines[0] == "H revision 2 ."
    assert [line[:2] for line in lines[1:]] == ["TX", "D ", "D ", "TC"]
    assert all(line.endswith(" .") for line in lines)
    assert kg("history", "--revision", "3").code == 2


def test_a_query_explains_what_is_evaluated(kg: Kg, estate: Path, tmp_path: Path) -> None:
    """The steps are comments before the text, which gives the same answer; dependsOn is walked."""
    file = tmp_path / "q.rq"
    file.write_text("SELECT ?x { ?x a mlg:Service ; mlg:dependsOn ?d }")
    ask = ("query", file, "--param", "d=dataset:s3://lake/users")
    explained = kg(*ask, "--explain").out
    assert explained.startswith(
        "# mlg:dependsOn is walked over mlg:directlyDependsOn\n# closure of <https://"
    )
    assert "service:k8s/churn-api" in kg(*ask).out
    file.write_text(explained)
    assert "service:k8s/churn-api" in kg("query", file).out
    file.write_text("ASK {}")
    assert kg("query", file, "--explain").out == "# evaluated as it is\nASK {}\n"
