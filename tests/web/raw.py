"""Requests byte for byte, for what no HTTP library would send or wait for."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass

import httpx
from served import Served


@dataclass(frozen=True)
class Received:
    """What came back on a connection until it ended; ``reset`` is whether it did so by force."""

    data: bytes
    reset: bool

    @property
    def status(self) -> int:
        """The status code; 0 where nothing came."""
        return int(self.data.split(b" ", 2)[1]) if self.data else 0

    @property
    def header(self) -> str:
        """Status line and header fields."""
        return self.data.partition(b"\r\n\r\n")[0].decode("latin-1")

    @property
    def body(self) -> bytes:
        """What follows the header."""
        return self.data.partition(b"\r\n\r\n")[2]

    @property
    def complete(self) -> bool:
        """Whether a client must take the answer for a whole one (RFC 9112, 8)."""
        if "transfer-encoding: chunked" in self.header.lower():
            return self.data.endswith(b"0\r\n\r\n")
        return not self.reset


def connect(served: Served, receive_buffer: int | None = None) -> socket.socket:
    """A connection to the server; a small buffer makes a reader slow."""
    url = httpx.URL(served.url)
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(60)
    connection.connect((url.host, url.port or 80))
    return connection


def request(query: str, version: str = "1.1") -> bytes:
    """A GET request of the SPARQL endpoint."""
    path = httpx.URL("/sparql", params={"query": query}).raw_path
    return b"GET " + path + f" HTTP/{version}\r\nHost: localhost\r\n\r\n".encode()


def receive(connection: socket.socket, size: int = 65_536) -> Received:
    """All that comes until the connection ends."""
    data = bytearray()
    try:
        while piece := connection.recv(size):
            data += piece
    except ConnectionResetError:
        return Received(bytes(data), reset=True)
    return Received(bytes(data), reset=False)


def exchange(served: Served, data: bytes) -> Received:
    """Send bytes and receive all that comes back."""
    with connect(served) as connection:
        # What is refused need not be read to its end.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(data)
        return receive(connection)
