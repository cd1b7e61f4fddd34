"""A connection of waitress that keeps our promises: refusals are problems, broken is broken.

What waitress refuses by itself (a request that is malformed, too large or too slow) never reaches
the app, so it is put in the shape of RFC 9457 here.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error

from kg.web.admission import BREAK_OFF
from kg.web.problems import MEDIA_TYPE, Problem

_RESET: Final = struct.pack("ii", 1, 0)  # linger for 0 seconds: close with RST


class RequestTimeout(Error):  # type: ignore[misc]  # waitress has no types
    """A request that does not come to its end (RFC 9110, 15.5.9)."""

    code = 408
    reason = "Request Timeout"


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """A request as it comes in, which knows since when."""

    path = ""  # for the log, where the request is refused before it has one

    def __init__(self, adjustments: Adjustments) -> None:
        super().__init__(adjustments)
        self.started = time.time()

    def parse_header(self, header_plus: bytes) -> None:
        """Read the header; raises :class:`ParsingError` for any that cannot be read."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # of the standard library, which waitress lets through
            raise ParsingError("A number or the address in the header is malformed") from error


class _ProblemTask(ErrorTask):  # type: ignore[misc]
    """Answers a request that waitress refuses, and closes the connection."""

    def execute(self) -> None:
        """Write the problem document."""
        error: Error = self.request.error
        problem = Problem(error.code, error.reason, str(error.body))
        body = json.dumps(problem.to_json()).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [("Content-Type", MEDIA_TYPE), *self.channel.server.headers]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Task(WSGITask):  # type: ignore[misc]
    """Answers a request by the app; an answer that fails half-way is seen to be broken."""

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment, with what breaks off the transfer under :data:`BREAK_OFF`."""
        environ: dict[str, Any] = super().get_environment()
        environ[BREAK_OFF] = self._break_off
        return environ

    def execute(self) -> None:
        """Call the app and send what it answers."""
        try:
            super().execute()
        except Exception:
            # For HTTP/1.0 the end of a body is that of the connection, so this must not just end.
            if self.wrote_header and not self.chunked_response:
                self._reset()
            raise

    def _break_off(self) -> None:
        """Close the connection now, where the answer is on its way; for any thread to call."""
        if self.wrote_header:
            self._reset()  # else what the client does not read would stay with the system
            self.channel.run_in_loop(self.channel.handle_close)

    def _reset(self) -> None:
        """Have the connection closed by force."""
        connection = self.channel.socket  # None once it is closed
        if connection:
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection."""

    task_class = _Task
    error_task_class = _ProblemTask
    parser_class = _Parser
    request: Any

    def run_in_loop(self, call: Callable[[], None]) -> None:
        """Have the thread that reads and writes connections call something soon, while it runs."""
        with suppress(OSError):  # it has ended with its server, and closed all connections
            self.server.trigger.pull_trigger(call)

    def is_late(self, now: float, header_seconds: float, body_seconds: float) -> bool:
        """Whether a request has begun and not come to its end in time."""
        request = self.request
        if request is None or self.requests:
            return False
        allowed = body_seconds if request.headers_finished else header_seconds
        return bool(now - request.started > allowed)

    def refuse(self, error: Error) -> None:
        """Answer the request that is coming in, which is waited for no longer."""
        with self.requests_lock:
            refused, self.request = self.request, None
            refused.error = error
            self.requests.append(refused)
            self.server.add_task(self)
