"""What the server refuses before the app sees it is a problem document too (RFC 9457)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from raw import Received, exchange
from served import Served

from kg.web.server import make_server

_HOST = b"Host: localhost\r\n"


def _assert_problem(received: Received, status: int) -> None:
    assert received.status == status
    assert "content-type: application/problem+json" in received.header.lower()
    assert "x-content-type-options: nosniff" in received.header.lower()
    problem = json.loads(received.body)
    assert problem["status"] == status
    assert all(problem[name] for name in ("type", "title", "detail"))


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\n" + _HOST + b"\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n folded\r\n\r\n", 400),
        (b"GET / HTTP/1.1\rHost: x\r\n\r\n", 400),
        (b"GET http://[/ HTTP/1.1\r\n" + _HOST + b"\r\n", 400),
        (b"POST / HTTP/1.1\r\n" + _HOST + b"Content-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n" + _HOST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n" + _HOST + b"Content-Length: 1, 1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n" + _HOST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n" + _HOST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 300_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"x" * 300_000 + b" HTTP/1.1\r\n\r\n", 431),
        (b"POST / HTTP/1.1\r\n" + _HOST + b"Content-Length: 70000000\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\n" + _HOST + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n", 413),
    ],
    ids=lambda value: value[:30] if isinstance(value, bytes) else str(value),
)
def test_what_cannot_be_read_is_refused_as_a_problem(
    server: Served, sent: bytes, status: int
) -> None:
    """Malformed, too large or not understood: one shape, never 500, and the connection ends."""
    _assert_problem(exchange(server, sent), status)


@pytest.fixture
def hasty() -> Iterator[Served]:
    """A server that waits a second for a request to come in."""
    server = make_server(Flask(__name__), "127.0.0.1", 0)
    server.header_seconds = server.body_seconds = 1
    threading.Thread(target=server.run, daemon=True).start()
    yield Served(f"http://127.0.0.1:{server.effective_port}/", None, None, None)  # type: ignore[arg-type]
    server.trigger.pull_trigger(server.close)


@pytest.mark.parametrize(
    "sent",
    [b"GET / HT", b"GET / HTTP/1.1\r\nHost: ", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx"],
)
def test_a_request_that_does_not_end_is_refused(hasty: Served, sent: bytes) -> None:
    """408, whether it is the header or the body that is waited for."""
    _assert_problem(exchange(hasty, sent), 408)
