"""What the tests of the MLflow connector share: servers, and a mapped recording to look at."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event
from typing import Any

import httpx

from kg.connectors import mlflow
from kg.iri import Names
from kg.model import Batch, Record
from kg.terms import Triple

NAMES = Names("http://localhost:7077")
Body = dict[str, Any]


class Mapped:
    """All that a recording was mapped to."""

    def __init__(self, recording: Path, **options: Any) -> None:
        self.batches: list[Batch] = list(mlflow.batches(recording, names=NAMES, **options))
        found = [record for batch in self.batches for record in batch.records]
        self.records: dict[str, Record] = {NAMES.short(r.subject): r for r in found}
        self.rejections = [(r.where, r.reason) for b in self.batches for r in b.rejections]
        self.warnings = [warning for batch in self.batches for warning in batch.warnings]
        self.withdrawn = {NAMES.short(node) for b in self.batches for _, node in b.withdrawn}

    @property
    def triples(self) -> set[Triple]:
        """What all records say together."""
        return {triple for record in self.records.values() for triple in record.triples}

    def values(self, subject: str, predicate: str) -> set[str]:
        """The values of a property: short names of nodes, the text of literals."""
        node, found = NAMES.parse(subject), set()
        for triple in self.triples:
            if triple.subject == node and triple.predicate.value.endswith(predicate):
                found.add(NAMES.short(triple.object.value))
        return found


class MlflowServer:
    """A running MLflow server and the few calls of its REST API that tests need."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=f"{url}/api/2.0/mlflow/", timeout=30)

    def post(self, path: str, **body: Any) -> Body:
        """Call the API and fail the test where it answers an error."""
        return self._answer(self._http.post(path, json=body))

    def delete(self, path: str, **body: Any) -> Body:
        """Like ``post``, for what the API deletes."""
        return self._answer(self._http.request("DELETE", path, json=body))

    @staticmethod
    def _answer(response: httpx.Response) -> Body:
        assert response.status_code == 200, response.text
        answer: Body = response.json()
        return answer


Respond = Callable[[BaseHTTPRequestHandler], None]


class ScriptedServer(ThreadingHTTPServer):
    """An HTTP server on loopback that answers as a test says, and notes what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[tuple[str, str, str], Body] = {}
        self.faults: dict[int, Respond] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.headers_seen: list[dict[str, str]] = []
        self.released = Event()

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.server_port}"

    def page(self, path: str, body: Body, *, token: str = "", experiment: str = "") -> None:
        """Answer a page of a list with the body; what was not given is an empty list."""
        self.pages[path, experiment, token] = body

    def always(self, fault: Respond) -> None:
        """Misbehave from now on at every request."""
        self.faults = dict.fromkeys(range(1000), fault)

    def once(self, request: int, fault: Respond) -> None:
        """Misbehave at one request, counted from 0."""
        self.faults[request] = fault


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, body: Body) -> None:
        server, query = self.server, httpx.URL(self.path).params
        path = self.path.partition("?")[0].removeprefix("/api/2.0/mlflow/")
        experiment = "".join(body.get("experiment_ids", []))
        token = body.get("page_token", query.get("page_token", ""))
        number = len(server.asked)
        server.asked.append((path, experiment, token))
        server.headers_seen.append(dict(self.headers))
        if number in server.faults:
            server.faults[number](self)
        else:
            page = server.pages.get((path, experiment, token), {})
            send(self, 200, json.dumps(page).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep the output of the tests clean."""


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    """Answer with a status, a body and further headers."""
    handler.send_response(status)
    handler.send_header("Content-Length", headers.pop("length", str(len(body))))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)
