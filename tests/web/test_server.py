"""The server holds bounded memory, lets go of clients that leave, and stops when told to."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from flask import Flask, Response
from raw import connect, receive, request
from served import Serve, Served

from kg.errors import StorageError
from kg.web.server import make_server

_LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 300000"
_MB = 1024 * 1024


def test_a_large_result_passes_in_bounded_memory(server: Served) -> None:
    """More than 100 MB go through a process that grows by a fraction of that."""
    received, peak, before = 0, 0, _settled_memory(server)
    plain = {"Accept-Encoding": "identity"}
    with (
        server.client() as client,
        client.stream("GET", "/sparql", params={"query": _LARGE}, headers=plain) as response,
    ):
        for number, chunk in enumerate(response.iter_raw()):
            received += len(chunk)
            if number % 100 == 0:
                peak = max(peak, server.memory)
    assert received > 100 * _MB
    assert peak - before < 20 * _MB


def _settled_memory(served: Served) -> int:
    """What the process holds once the gate has been prepared, which begins after some seconds."""
    before, since = served.memory, time.monotonic()
    deadline = since + 120
    while time.monotonic() - since < 5:
        assert time.monotonic() < deadline
        time.sleep(0.2)
        if abs(served.memory - before) > _MB:
            before, since = served.memory, time.monotonic()
    return before


def _ask_raw(served: Served, query: str) -> socket.socket:
    url = httpx.URL(served.url, path="/sparql", params={"query": query})
    connection = socket.create_connection((url.host, url.port or 80))
    connection.sendall(b"GET " + url.raw_path + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return connection


def test_clients_that_leave_free_their_reader(server: Served) -> None:
    """Ten that ask for a large result and go away do not keep others waiting."""
    for _ in range(10):
        connection = _ask_raw(server, _LARGE)
        connection.recv(1000)
        connection.close()
        time.sleep(0.2)
    start = time.monotonic()
    with server.client() as client:
        assert client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).status_code == 200
    assert time.monotonic() - start < 5


def test_half_requests_keep_nobody_waiting(server: Served) -> None:
    """More connections that never finish their request than there are threads."""
    url = httpx.URL(server.url)
    half = [socket.create_connection((url.host, url.port or 80)) for _ in range(40)]
    for connection in half:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: ")
    assert httpx.get(server.url + "health", timeout=3).status_code == 200
    for connection in half:
        connection.close()


class _Endless:
    """An app with an answer that never ends, which notes when it is let go of."""

    def __init__(self) -> None:
        self.closed = threading.Event()
        self.app = Flask(__name__)
        self.app.add_url_rule("/", view_func=lambda: Response(self._chunks()))

    def _chunks(self) -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 65_536
        finally:
            self.closed.set()


def test_a_client_that_does_not_read_is_let_go() -> None:
    """An answer that nobody reads is given up, its thread freed."""
    endless = _Endless()
    server = make_server(endless.app, "127.0.0.1", 0)
    server.stall_seconds = 1
    threading.Thread(target=server.run, daemon=True).start()
    with socket.create_connection(("127.0.0.1", server.effective_port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert endless.closed.wait(15)
    server.trigger.pull_trigger(server.close)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server(serve: Serve, number: signal.Signals) -> None:
    """It ends at once with status 0, and its readers with it."""
    served = serve()
    assert httpx.get(served.url + "sparql", params={"query": "ASK {}"}).status_code == 200
    readers = served.children
    assert readers
    served.process.send_signal(number)
    assert served.process.wait(10) == 0
    assert not any(reader.exists() for reader in readers)
    with pytest.raises(httpx.ConnectError):
        httpx.get(served.url + "health")


def test_an_answer_under_way_is_finished_when_the_server_stops(serve: Serve) -> None:
    """The client gets all of it."""
    served = serve()
    pairs = "{ SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 50000 }"
    query = f"SELECT (COUNT(*) AS ?n) {{ {pairs} FILTER(STR(?a) < STR(?d)) }}"
    with connect(served) as connection:
        connection.sendall(request(query))
        # Connections are taken in turn, so the query has been read when the next is answered.
        assert httpx.get(served.url + "health").status_code == 200
        served.process.terminate()
        received = receive(connection)
    assert served.process.wait(15) == 0
    assert received.status == 200
    assert received.complete
    assert b"bindings" in received.body


def test_an_address_in_use_is_explained(server: Served) -> None:
    """One line says which address and why."""
    port = httpx.URL(server.url).port or 0
    with pytest.raises(StorageError, match=f"port {port}"):
        make_server(Flask(__name__), "127.0.0.1", port)
