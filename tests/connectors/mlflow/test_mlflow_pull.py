"""Pulls from a server that fails in every way that servers do."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from mlflow_harness import Mapped, ScriptedServer, send

from kg.connectors.mlflow import pull
from kg.errors import InputError, SourceError, StorageError

Handler = BaseHTTPRequestHandler
PAGE = b'{"experiments": [{"experiment_id": "1", "name": "churn"}]}'


def fill(server: ScriptedServer) -> None:
    """Two experiments; the first has five runs on three pages, the second one."""
    server.page(
        "experiments/search", {"experiments": [{"experiment_id": "1"}, {"experiment_id": "2"}]}
    )
    for number, (token, following) in enumerate([("", "p2"), ("p2", "p3"), ("p3", "")]):
        body: dict[str, Any] = {"runs": [run(f"r{number}a", "1"), run(f"r{number}b", "1")]}
        server.page(
            "runs/search", {**body, "next_page_token": following}, token=token, experiment="1"
        )
    server.page("runs/search", {"runs": [run("r9", "2")]}, experiment="2")
    server.page("model-versions/search", {"model_versions": [{"name": "churn", "version": "1"}]})


def run(run_id: str, experiment: str) -> dict[str, Any]:
    return {"info": {"run_id": run_id, "experiment_id": experiment}}


def go(server: ScriptedServer, recording: Path, **options: Any) -> dict[str, int]:
    settings: dict[str, Any] = {"timeout": 0.5, "pause": 0.01, "environ": {}, **options}
    return pull(server.url, recording, **settings)


def fail(status: int, **headers: str) -> Callable[[Handler], None]:
    return lambda handler: send(handler, status, b"oops", **headers)


def half_a_page(handler: Handler) -> None:
    send(handler, 200, PAGE[:20], length=str(len(PAGE)))
    handler.close_connection = True


def half_a_page_of_unknown_length(handler: Handler) -> None:
    handler.protocol_version = "HTTP/1.0"
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(PAGE[:20])
    handler.close_connection = True


def hang(handler: Handler) -> None:
    handler.server.released.wait(5)  # type: ignore[attr-defined]
    handler.close_connection = True


def disconnect(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def answer(text: str) -> Callable[[Handler], None]:
    return lambda handler: send(handler, 200, text.encode())


FAULTS: dict[str, tuple[Callable[[Handler], None], str, int]] = {
    "error": (fail(500), r"answered 500 Internal Server Error, 4 times \(run the command again", 4),
    "busy": (fail(429, Retry_After="0"), "answered 429 Too Many Requests, 4 times", 4),
    "half a page": (half_a_page, "could not be read: .*, 4 times", 4),
    "half, no length": (half_a_page_of_unknown_length, "answered what is not JSON", 1),
    "hangs": (hang, "did not answer in time, 4 times", 4),
    "disconnects": (disconnect, "could not be read: .*, 4 times", 4),
    "html": (answer("<html>Sign in</html>"), r"not JSON \(is this the address of an MLflow", 1),
    "other json": (answer('{"hello": 1}'), "is no page of experiments", 1),
    "a list": (answer("[1]"), "is no page of experiments", 1),
    "items not objects": (answer('{"experiments": [1]}'), "is no page of experiments", 1),
    "odd token": (answer('{"experiments": [], "next_page_token": 5}'), "is no page", 1),
    "deep": (answer("[" * 100_000), "answered what is not JSON", 1),
    "no login": (fail(401), r"answered 401 Unauthorized \(set MLFLOW_TRACKING_TOKEN", 1),
    "forbidden": (fail(403), "answered 403 Forbidden", 1),
    "not found": (fail(404), r"answered 404 Not Found \(is this the address", 1),
    "redirects": (fail(302, Location="/login"), "answered 302 Found", 1),
}


@pytest.mark.parametrize(("fault", "message", "requests"), FAULTS.values(), ids=FAULTS)
def test_a_server_that_fails_gives_one_line_and_no_recording(
    fault: Callable[[Handler], None],
    message: str,
    requests: int,
    scripted: ScriptedServer,
    tmp_path: Path,
) -> None:
    scripted.always(fault)
    with pytest.raises(SourceError, match=message) as caught:
        go(scripted, tmp_path / "r.jsonl")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{scripted.url}/api/2.0/mlflow/experiments/search: MLflow")
    assert len(scripted.asked) == requests
    assert not (tmp_path / "r.jsonl").exists()


def test_a_server_that_is_not_there_gives_one_line(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(SourceError, match=r"could not be read: .*refused, 4 times"):
            pull(url, tmp_path / "r.jsonl", pause=0.01, environ={})


@pytest.mark.parametrize("fault", [fail(503, Retry_After="0"), half_a_page, disconnect, hang])
def test_a_failure_that_passes_goes_unnoticed(
    fault: Callable[[Handler], None], scripted: ScriptedServer, tmp_path: Path
) -> None:
    fill(scripted)
    scripted.once(0, fault)
    scripted.once(4, fault)
    counts = go(scripted, tmp_path / "r.jsonl")
    assert (counts["experiment"], counts["run"], counts["model_version"]) == (2, 7, 1)
    assert Mapped(tmp_path / "r.jsonl").warnings == []


def test_a_server_that_repeats_a_page_for_ever_is_left(
    scripted: ScriptedServer, tmp_path: Path
) -> None:
    page = {"experiments": [{"experiment_id": "1"}], "next_page_token": "p2"}
    scripted.page("experiments/search", page)
    scripted.page("experiments/search", page, token="p2")
    with pytest.raises(SourceError, match="the same page for ever"):
        go(scripted, tmp_path / "r.jsonl")


def test_a_server_without_logged_models_has_none(scripted: ScriptedServer, tmp_path: Path) -> None:
    fill(scripted)
    asked = ["experiments", "registered", "versions", "runs", "runs", "runs", "logged models"]
    scripted.once(asked.index("logged models"), fail(404))
    assert go(scripted, tmp_path / "r.jsonl")["logged_model"] == 0


@pytest.mark.parametrize("fault", [half_a_page, disconnect, answer("{")])
def test_a_pull_goes_on_at_the_page_where_it_stopped(
    fault: Callable[[Handler], None], scripted: ScriptedServer, tmp_path: Path
) -> None:
    fill(scripted)
    whole, resumed = tmp_path / "whole.jsonl", tmp_path / "resumed.jsonl"
    counts = go(scripted, whole)
    scripted.asked.clear()
    scripted.faults = dict.fromkeys(range(4, 8), fault)
    with pytest.raises(SourceError, match="runs/search"):
        go(scripted, resumed)
    with (tmp_path / "resumed.jsonl.part").open("ab") as lines:
        lines.write(b'{"kind": "run", "bo')  # what a process leaves that is killed as it writes
    scripted.faults.clear()
    scripted.asked.clear()
    assert go(scripted, resumed, resume=True) == counts
    assert scripted.asked[0] == ("runs/search", "1", "p2")
    assert resumed.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["resumed.jsonl", "whole.jsonl"]


def test_a_pull_without_resume_starts_afresh(scripted: ScriptedServer, tmp_path: Path) -> None:
    fill(scripted)
    scripted.faults = dict.fromkeys(range(4, 8), fail(500))
    with pytest.raises(SourceError):
        go(scripted, tmp_path / "r.jsonl")
    scripted.faults.clear()
    scripted.asked.clear()
    go(scripted, tmp_path / "r.jsonl")
    assert scripted.asked[0] == ("experiments/search", "", "")


@pytest.mark.parametrize("cursor", [b"", b"{", b"[]", b'{"server": 1, "x": 2}', None])
def test_a_cursor_that_is_damaged_or_counts_on_lost_lines_starts_the_pull_afresh(
    cursor: bytes | None, scripted: ScriptedServer, tmp_path: Path
) -> None:
    fill(scripted)
    scripted.faults = dict.fromkeys(range(4, 8), fail(500))
    with pytest.raises(SourceError):
        go(scripted, tmp_path / "r.jsonl")
    if cursor is None:
        (tmp_path / "r.jsonl.part").write_bytes(b"")
    else:
        (tmp_path / "r.jsonl.cursor").write_bytes(cursor)
    scripted.faults.clear()
    assert go(scripted, tmp_path / "r.jsonl", resume=True)["run"] == 7
    assert Mapped(tmp_path / "r.jsonl").warnings == []


def test_the_pull_of_another_server_is_not_resumed(
    scripted: ScriptedServer, tmp_path: Path
) -> None:
    scripted.once(1, answer("no"))
    with pytest.raises(SourceError):
        go(scripted, tmp_path / "r.jsonl")
    with pytest.raises(InputError, match=f"the pull to resume is of {scripted.url}"):
        pull("http://127.0.0.1:1", tmp_path / "r.jsonl", resume=True, environ={})


def test_a_finished_recording_stays_until_the_next_is_finished(
    scripted: ScriptedServer, tmp_path: Path
) -> None:
    fill(scripted)
    go(scripted, tmp_path / "r.jsonl")
    before = (tmp_path / "r.jsonl").read_bytes()
    scripted.faults = {len(scripted.asked) + 2: answer("no")}
    with pytest.raises(SourceError):
        go(scripted, tmp_path / "r.jsonl")
    assert (tmp_path / "r.jsonl").read_bytes() == before


def test_a_recording_that_cannot_be_written_gives_one_line(
    scripted: ScriptedServer, tmp_path: Path
) -> None:
    with pytest.raises(StorageError, match=r"absent/r\.jsonl: cannot be written"):
        go(scripted, tmp_path / "absent" / "r.jsonl")


def test_progress_is_told_the_counts_after_each_page(
    scripted: ScriptedServer, tmp_path: Path
) -> None:
    fill(scripted)
    seen: list[int] = []
    go(scripted, tmp_path / "r.jsonl", progress=lambda counts: seen.append(counts["run"]))
    assert seen == [0, 0, 0, 2, 4, 6, 6, 7, 7]


CREDENTIALS = [
    ("u:s3cret@", {}, "Basic dTpzM2NyZXQ="),
    ("u:s3%63ret@", {"MLFLOW_TRACKING_TOKEN": "t"}, "Basic dTpzM2NyZXQ="),
    (
        "",
        {"MLFLOW_TRACKING_USERNAME": "u", "MLFLOW_TRACKING_PASSWORD": "s3cret"},
        "Basic dTpzM2NyZXQ=",
    ),
    ("", {"MLFLOW_TRACKING_TOKEN": "s3cret"}, "Bearer s3cret"),
    ("", {}, None),
]


@pytest.mark.parametrize(("userinfo", "environ", "header"), CREDENTIALS)
def test_credentials_are_sent_to_the_server_and_written_nowhere(
    userinfo: str,
    environ: dict[str, str],
    header: str | None,
    scripted: ScriptedServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    fill(scripted)
    scripted.page("model-versions/search", {"model_versions": [
        {"name": "m", "version": "1", "source": "https://u:s3cret@example.org/x?sig=s3cret"}
    ]})  # fmt: skip
    scripted.faults = dict.fromkeys(range(4, 8), fail(500))
    url = scripted.url.replace("://", f"://{userinfo}")
    with pytest.raises(SourceError) as caught:
        pull(url, tmp_path / "r.jsonl", pause=0.01, environ=environ)
    written = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]
    assert len(written) == 2
    pull(url, tmp_path / "r.jsonl", resume=True, environ=environ)
    written.append((tmp_path / "r.jsonl").read_text(encoding="utf-8"))
    assert {seen.get("Authorization") for seen in scripted.headers_seen} == {header}
    assert "s3cret" not in "".join([str(caught.value), caplog.text, *written])


@pytest.mark.parametrize(
    "url", ["", "localhost:5000", "ftp://h", "http://", "http://[::1", "h:s3cret@x"]
)
def test_an_address_that_is_not_of_http_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not the address of a server") as caught:
        pull(url, tmp_path / "r.jsonl", environ={})
    assert "s3cret" not in str(caught.value)


def test_the_recording_is_the_answers_one_a_line_and_an_end(
    scripted: ScriptedServer, tmp_path: Path
) -> None:
    fill(scripted)
    counts = go(scripted, tmp_path / "r.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert lines[0] == {"kind": "experiment", "body": {"experiment_id": "1"}}
    assert lines[-1] == {"kind": "end", "counts": counts}
    assert len(lines) == sum(counts.values()) + 1
