"""Where events come from: every form of file, streams, and an HTTP endpoint with pages."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from kg.connectors.openlineage.reading import Item, read, read_stream
from kg.errors import InputError, SourceError
from kg.model import Rejection

FORMS: dict[str, Callable[[list[dict[str, Any]]], str]] = {
    "json lines": lambda events: "\n".join(map(json.dumps, events)),
    "json lines with blank lines": lambda events: "\n\n" + "\n\n".join(map(json.dumps, events)),
    "json lines with a byte order mark": lambda events: (
        "\ufeff" + "\n".join(map(json.dumps, events))
    ),
    "array on one line": json.dumps,
    "array with an event a line": lambda events: (
        "[\n" + ",\n".join(map(json.dumps, events)) + "\n]"
    ),
    "indented array": lambda events: json.dumps(events, indent=2),
    "answer of an endpoint": lambda events: json.dumps({"events": events}, indent=1),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_form_of_file_gives_the_same_events(form: str, count: int, tmp_path: Path) -> None:
    events = [{"number": number} for number in range(count)]
    file = tmp_path / "events.json"
    file.write_text(FORMS[form](events), encoding="utf-8")
    assert [item.document for item in read(file) if isinstance(item, Item)] == events


def test_one_event_over_many_lines_is_one_event(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps({"a": {"b": 1}}, indent=2))
    assert list(read(file)) == [Item(str(file), {"a": {"b": 1}})]


def test_an_empty_file_holds_no_events() -> None:
    assert list(read_stream(io.BytesIO(b" \n\n"), "x")) == []


def test_a_bad_line_is_rejected_with_its_number_and_the_others_are_read() -> None:
    text = b'{"a": 1}\n\n{"a": \n{"a": NaN}\n\xff\n{"a": 2}\n' + b"[" * 100_000
    found = list(read_stream(io.BytesIO(text), "log"))
    assert [item.where for item in found] == ["log:1", "log:3", "log:4", "log:5", "log:6", "log:7"]
    reasons = [item.reason for item in found if isinstance(item, Rejection)]
    assert reasons[1:] == [
        "not JSON: NaN is not a JSON number",
        "not JSON: not UTF-8 at byte 0",
        "not JSON: nested too deep",
    ]
    assert all("\n" not in reason for reason in reasons)


def test_a_cut_first_line_does_not_hide_the_rest() -> None:
    text = b'{"a": "cut off he\n{"a": 1}\n{"a": 2}'
    rejection, *items = read_stream(io.BytesIO(text), "log")
    assert isinstance(rejection, Rejection)
    assert [item.document for item in items if isinstance(item, Item)] == [{"a": 1}, {"a": 2}]


def test_json_lines_are_streamed() -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readline(self, size: int | None = -1, /) -> bytes:
            return b'{"a": 1}\n'

    items = read_stream(Endless(), "pipe")  # type: ignore[arg-type]
    assert [next(items).where for _ in range(3)] == ["pipe:1", "pipe:2", "pipe:3"]


@pytest.mark.parametrize("text", ["{", '{"a": 1', '[{"a": 1},', "nonsense", '{"a": Infinity}'])
def test_a_document_that_is_not_json_is_one_error(text: str, tmp_path: Path) -> None:
    file = tmp_path / "events.json"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        list(read(file))
    assert str(caught.value).startswith(f"{file}: not JSON: ")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        list(read(tmp_path / "none.json"))
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        list(read(tmp_path))


class Endpoint(BaseHTTPRequestHandler):
    """Serves 250 events in pages of 100, as Marquez does."""

    queries: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path != "/api/v1/events/lineage":
            self.send_error(404)
            return
        offset = int(parse_qs(url.query).get("offset", ["0"])[0])
        events = [{"number": number} for number in range(250)][offset : offset + 100]
        body = json.dumps({"events": events, "totalCount": 250}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keeps the test output quiet."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    """The address of an endpoint on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_endpoint_is_read_to_its_last_page(endpoint: str) -> None:
    items = list(read(f"http://{endpoint}/api/v1/events/lineage"))
    assert [item.document["number"] for item in items] == list(range(250))  # type: ignore[union-attr,index]
    assert items[249].where == f"http://{endpoint}/api/v1/events/lineage[249]"


def test_a_page_that_was_asked_for_is_all_that_is_read(endpoint: str) -> None:
    assert len(list(read(f"http://{endpoint}/api/v1/events/lineage?offset=200"))) == 50


def test_a_failing_endpoint_is_one_error_that_shows_no_password(endpoint: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(read(f"http://reader:hunter2@{endpoint}/nothing"))
    assert str(caught.value) == f"http://{endpoint}/nothing: answered with status 404"
    with pytest.raises(SourceError, match="does not answer"):
        list(read("http://127.0.0.1:1/api/v1/events/lineage"))


def test_only_web_addresses_are_read() -> None:
    with pytest.raises(InputError, match="only http and https URLs are read"):
        list(read("ftp://127.0.0.1/events.json"))
