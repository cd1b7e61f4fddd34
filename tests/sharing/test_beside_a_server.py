"""Commands on a data directory that a server holds do as they do alone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from beside import Serve, is_gone, notice, run

from kg.app.sharing import open_shared
from kg.assets import asset
from kg.cli.main import _run
from kg.commit import Change
from kg.errors import StorageError
from kg.model import Description
from kg.namespaces import DCT, MLG

_CASES = yaml.safe_load(Path(__file__).with_name("commands.yaml").read_text())
_VOLATILE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
_USED = {
    "producer": "https://example.org/p",
    "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    "run": {"runId": "01941f29-7c00-7087-8940-40e5bdadbd6e"},
    "job": {"namespace": "etl", "name": "load"},
    "eventType": "START",
    "eventTime": "2026-01-01T00:00:00Z",
}


def _event(name: str, **more: object) -> dict[str, object]:
    return {**_USED, "inputs": [{"namespace": "s3://lake", "name": name}], **more}


_INPUTS = {
    "select.rq": "SELECT ?s ?t { ?s dct:title ?t } ORDER BY ?t",
    "ask.rq": "ASK { ?s mlg:dependsOn <https://graph.example/id/feature/store/age> }",
    "construct.rq": "CONSTRUCT { ?s dct:title ?t } { ?s dct:title ?t ; mlg:ownedBy ?o }",
    "bad.rq": "SELECT * { ?s ?p }",
    "service.rq": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "more.yaml": "- {id: 'dataset:s3://lake/users', type: Dataset, title: Übrige}",
    "mixed.yaml": "- {id: 'model:t/a', type: Model}\n- {id: 'model:t/b', type: Modell}",
    "literal.yaml": "- {id: 'dataset:t/c', type: Dataset, created: tomorrow}",
    "events.jsonl": json.dumps(_event("users")),
    "late.jsonl": json.dumps(_event("others", eventType="COMPLETE")),
}


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A folder with the files that the commands read."""
    folder = tmp_path / "inputs"
    folder.mkdir()
    for name, text in _INPUTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _arguments(case: list[str], inputs: Path) -> Iterator[str]:
    for part in case:
        yield part.replace("FOLDER", str(inputs)).replace("EXAMPLES", str(asset("examples")))


def test_every_command_prints_and_ends_as_it_does_alone(
    data: Path, inputs: Path, serve: Serve, capfd: pytest.CaptureFixture[str]
) -> None:
    """Output, errors and exit codes of the whole sequence are the same."""
    beside = data.with_name("beside")
    shutil.copytree(data, beside)
    serve(beside)
    for case in _CASES:
        told = []
        for folder in (data, beside):
            capfd.readouterr()
            code = _run(["--data", str(folder), *_arguments(case, inputs)])
            printed = capfd.readouterr()
            text = f"{code}\n{printed.out}\n{printed.err}".replace(str(folder), "DATA")
            told.append(_VOLATILE.sub("TIME", text))
        assert told[1] == told[0], case


def test_standard_input_is_the_commands_own(data: Path, serve: Serve) -> None:
    """Queries and events that are piped in."""
    serve(data)
    asked = run(data, "query", "-", "--format", "csv", stdin="SELECT (1 AS ?one) {}")
    assert (asked.code, asked.out.split()) == (0, ["one", "1"])
    fed = run(data, "ingest", "openlineage", "-", stdin=json.dumps(_event("users")))
    assert "revision 2" in fed.out


def test_commands_and_clients_see_each_others_writes(
    data: Path, inputs: Path, serve: Serve
) -> None:
    """At once, in both directions."""
    server = serve(data)
    secret = run(data, "token", "create", "editor", "--scope", "write").out.strip()
    assert run(data, "apply", inputs / "more.yaml").code == 0
    text = "ASK { ?s <http://purl.org/dc/terms/title> 'Übrige' }"
    asked = httpx.get(server.url + "sparql", params={"query": text})
    assert (asked.json()["boolean"], asked.headers["X-KG-Revision"]) == (True, "2")
    update = "INSERT DATA { GRAPH <urn:notes> { <urn:n> <http://purl.org/dc/terms/title> 'n' } }"
    headers = {"Authorization": f"Bearer {secret}"}
    httpx.post(server.url + "update", data={"update": update}, headers=headers).raise_for_status()
    (inputs / "notes.rq").write_text("ASK { GRAPH <urn:notes> { ?s dct:title 'n' } }")
    assert run(data, "query", inputs / "notes.rq").out == "yes\n"


@pytest.mark.parametrize("command", ["serve", "rebuild"])
def test_what_needs_the_graph_alone_says_who_has_it(data: Path, serve: Serve, command: str) -> None:
    """One line that names the server."""
    server = serve(data)
    outcome = run(data, command)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert f"served at {server.url} by process {server.process.pid}" in outcome.err


def test_what_a_server_leaves_is_private_and_goes_with_it(data: Path, serve: Serve) -> None:
    """Socket and notice are the owner's alone."""
    server = serve(data)
    assert notice(data) == {"pid": server.process.pid, "url": server.url}
    left = [data / "server.json", data / "server.socket"]
    assert [path.stat().st_mode & 0o777 for path in left] == [0o600, 0o600]
    server.stop()
    assert all(map(is_gone, left))


def test_what_a_killed_server_leaves_is_in_nobodys_way(data: Path, serve: Serve) -> None:
    """Neither in that of a command nor of the next server, which replaces it."""
    serve(data).kill()
    assert (data / "server.socket").exists()
    assert run(data, "info").code == 0
    assert run(data, "rebuild").code == 0
    server = serve(data)
    assert notice(data)["pid"] == server.process.pid
    assert run(data, "info").code == 0


def test_checkpoints_of_commands_do_not_pile_up(data: Path, inputs: Path, serve: Serve) -> None:
    """One is kept for the next command; outdated ones go when nobody reads them."""
    serve(data)
    for number in range(3):
        file = inputs / "more.yaml"
        file.write_text(f"- {{id: 'dataset:t/n', type: Dataset, title: 'number {number}'}}")
        assert run(data, "apply", file).code == 0
        assert "number" in run(data, "history", "dataset:t/n").out
    assert len(list((data / "checkpoints" / "commands").iterdir())) == 1


def test_a_command_whose_server_ends_says_so(data: Path, serve: Serve) -> None:
    """In one line; the next finds the graph free."""
    server = serve(data)
    shared = open_shared(data)
    assert shared is not None
    with shared:
        subject = shared.names.mint("dataset", "t", "late")
        record = Description("curated", subject).a(MLG.Dataset).add(DCT.title, "late").record()
        server.stop()
        with pytest.raises(StorageError, match="has ended"):
            shared.writer.commit(Change([record]), agent="t")
    assert run(data, "info").code == 0


def test_a_folder_whose_name_is_too_long_for_a_socket_is_served_too(
    data: Path, serve: Serve
) -> None:
    """A socket's address has room for a hundred bytes."""
    deep = data.parent / ("d" * 90) / "graph"
    shutil.copytree(data, deep)
    server = serve(deep)
    assert f"by process {server.process.pid}" in run(deep, "rebuild").err
    assert run(deep, "info").code == 0
