"""Serving the app: one process with threads, on waitress (see docs/benchmarks-wsgi.md)."""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Final
from wsgiref.types import WSGIApplication

from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from kg.app import KnowledgeGraph
from kg.app.following import OntologyFollower
from kg.app.gate import Gate
from kg.app.gate.keeping import GateKeeper
from kg.app.keeping import ReportKeeper
from kg.app.sharing import Host
from kg.errors import KGError, StorageError
from kg.sparql.caps import Caps
from kg.sparql.executor import InProcessExecutor, QueryExecutor
from kg.sparql.readers import ReaderPool
from kg.web import SECURITY_HEADERS, create_app
from kg.web.channel import Channel, RequestTimeout
from kg.web.limits import ServiceLimits

THREADS: Final = 64
"""Requests answered at a time: more than can wait for a place, so that some are always free."""

STALL_SECONDS: Final = 30
"""How long a client may leave the answer it asked for unread."""

HEADER_SECONDS: Final = 30
BODY_SECONDS: Final = 300
"""How long a request may take to come in: to the end of its header, and to its end."""

_LIMITS: Final = ServiceLimits()
_MIB: Final = 1 << 20
# Answers wait in memory up to the watermark, never in a file; then their source has to wait.
_SETTINGS: Final = {
    "threads": THREADS,
    "outbuf_high_watermark": _MIB,
    "outbuf_overflow": 2 * _MIB,
    "max_request_body_size": 64 * _MIB,
    "channel_timeout": 60,
    "cleanup_interval": 5,
    "connection_limit": 500,
    "ident": "kg",
}

_log = logging.getLogger(__name__)


class Server(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """Waitress, which also lets go of clients that do not read the answer they asked for.

    Left alone such a client would hold a thread for good: waitress times out idle connections
    only. A client that sends a byte now and then would keep its connection.
    """

    channel_class = Channel
    headers = tuple(SECURITY_HEADERS.items())
    stall_seconds: float = STALL_SECONDS
    header_seconds: float = HEADER_SECONDS
    body_seconds: float = BODY_SECONDS

    def maintenance(self, now: float) -> None:
        """Close what is idle or stalled, refuse what is late; called every few seconds."""
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.total_outbufs_len and channel.last_activity < now - self.stall_seconds:
                channel.handle_close()
            elif channel.is_late(now, self.header_seconds, self.body_seconds):
                channel.refuse(RequestTimeout("The request did not come to its end in time."))


def make_server(app: WSGIApplication, host: str, port: int) -> Server:
    """A server bound to the address, which accepts connections from now on; see ``run()``.

    Port 0 takes a free one, found in ``effective_port``. Raises :class:`StorageError` where the
    address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"cannot listen on {host} port {port}: {reason}") from error
    adjustments = Adjustments(sockets=[listening], **_SETTINGS)
    place = (family, listening.type, listening.proto, listening.getsockname())
    return Server(app, _sock=listening, adj=adjustments, sockinfo=place, bind_socket=False)


def serve(
    app: WSGIApplication, host: str, port: int, *, ready: Callable[[str], None] | None = None
) -> None:
    """Answer requests until SIGTERM or SIGINT; answers under way get five seconds to end.

    ``ready`` is called with the URL once connections are accepted.
    """
    logging.getLogger("waitress").addFilter(_one_line)
    server = make_server(app, host, port)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{server.effective_port}/"
    _log.info("serving at %s", url)
    if ready is not None:
        ready(url)
    try:
        server.run()
    finally:
        server.close()


def run_server(
    graph: KnowledgeGraph,
    host: str = "127.0.0.1",
    port: int = 7077,
    *,
    limits: ServiceLimits = _LIMITS,
    public_read: bool = False,
    allow_origin: str | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve a graph until SIGTERM or SIGINT; the graph stays open, for the caller to close.

    Queries run in processes of their own, within the limits; those of a graph in memory run in
    this process, without. On an address other than loopback reading needs a token unless
    ``public_read``. See :func:`serve`, :func:`create_app`. Meanwhile local commands may use the
    graph too, and the owner's ontology files are followed.
    """
    with closing(_executor(graph, limits)) as executor, Gate(graph) as gate, ExitStack() as ending:

        def begin(url: str) -> None:
            _share(graph, url, ending)
            if graph.data is not None:
                ending.enter_context(closing(GateKeeper(gate)))
            if ready is not None:
                ready(url)

        app = create_app(
            graph,
            executor,
            queries=limits.readers,
            public_read=public_read or is_loopback(host),
            allow_origin=allow_origin,
            update_timeout=limits.seconds,
            gate=gate,
        )
        serve(app, host, port, ready=begin)


def _share(graph: KnowledgeGraph, url: str, ending: ExitStack) -> None:
    """Let local commands in and follow the ontology files, until the end."""
    if graph.data is None:
        return
    ending.enter_context(closing(OntologyFollower(graph)))
    ending.enter_context(closing(ReportKeeper(graph)))
    try:
        ending.enter_context(closing(Host(graph, graph.data, url)))
    except StorageError as error:
        _log.warning("commands on the data directory have to wait for the end: %s", error)


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _executor(graph: KnowledgeGraph, limits: ServiceLimits) -> QueryExecutor:
    if graph.data is None:
        return InProcessExecutor(graph.store, graph.index.at)
    source = graph.checkpointed
    return ReaderPool(
        source.store,
        graph.data.checkpoints,
        index=source.index,
        size=limits.readers,
        memory_limit=limits.memory_bytes,
        timeout=limits.seconds,
        caps=Caps(limits.rows, limits.size_bytes),
    )


def _stop(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def _one_line(record: logging.LogRecord) -> bool:
    """Log an error that was raised on purpose while an answer was sent without its traceback."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, KGError):
        record.msg, record.args = "%s: %s", (record.getMessage(), error)
        record.exc_info = None
    return True
