"""The app and the servers that bench/wsgi_servers.py measures: ``wsgi_served.py NAME PORT``."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask, Response

from kg.namespaces import DCT
from kg.store import EmbeddedStore
from kg.terms import Literal, NamedNode, Quad

HOST = "127.0.0.1"
THREADS = 8
CHUNK = b"x" * 65_536
STREAM_CHUNKS = 1_600  # 100 MB
QUERY = "SELECT ?s ?o WHERE { ?s <http://purl.org/dc/terms/title> ?o } LIMIT 10"


def make_app() -> Flask:
    """An app with a small query, a long stream, a stream that fails and a slow answer."""
    app = Flask(__name__)
    store = EmbeddedStore.in_memory()
    graph = NamedNode("http://localhost/graph")
    store.extend(
        Quad(NamedNode(f"http://localhost/{n}"), DCT.title, Literal(f"title {n}"), graph)
        for n in range(1_000)
    )
    state = {"sent": 0, "closed": 0}

    def chunks(fail_after: int | None = None) -> Iterator[bytes]:
        state["sent"] = 0
        try:
            for number in range(STREAM_CHUNKS):
                if number == fail_after:
                    raise RuntimeError("fails on purpose")
                state["sent"] += len(CHUNK)
                yield CHUNK
        finally:
            state["closed"] += 1

    @app.get("/small")
    def small() -> Response:
        return Response(f"{list(store.query(QUERY))}", mimetype="text/plain")

    @app.get("/stream")
    def stream() -> Response:
        return Response(chunks(), mimetype="text/plain")

    @app.get("/broken")
    def broken() -> Response:
        return Response(chunks(fail_after=20), mimetype="text/plain")

    @app.get("/slow")
    def slow() -> Response:
        time.sleep(1.5)
        return Response(b"done", mimetype="text/plain")

    @app.get("/state")
    def report() -> dict[str, int]:
        return state

    return app


def serve_waitress(port: int) -> None:
    """Waitress: one selecting thread, a pool of workers, answers buffered up to a watermark."""
    import waitress

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # Beyond ``outbuf_overflow`` bytes answers go through a file; the watermark keeps below it.
    buffers = {"outbuf_high_watermark": 1 << 20, "outbuf_overflow": 2 << 20}
    waitress.serve(make_app(), host=HOST, port=port, threads=THREADS, **buffers)


def serve_cheroot(port: int) -> None:
    """Cheroot: CherryPy's server, a thread per connection in use."""
    from cheroot.wsgi import Server

    server = Server((HOST, port), make_app(), numthreads=THREADS)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.start()
    except KeyboardInterrupt:
        server.stop()


def serve_gunicorn(port: int) -> None:
    """Gunicorn with one forked worker of threads."""
    from gunicorn.app.base import BaseApplication

    class Application(BaseApplication):
        def load_config(self) -> None:
            settings = {"bind": f"{HOST}:{port}", "worker_class": "gthread", "threads": THREADS}
            for key, value in settings.items():
                self.cfg.set(key, value)

        def load(self) -> Flask:
            return make_app()

    Application().run()


def serve_granian(port: int) -> None:
    """Granian: a Rust server that starts the app in a worker process of its own."""
    from granian import Granian

    Granian(
        "wsgi_served:make_app",
        address=HOST,
        port=port,
        interface="wsgi",
        workers=1,
        blocking_threads=THREADS,
        factory=True,
        log_enabled=False,
        working_dir=Path(__file__).parent,
    ).serve()


SERVERS: dict[str, Callable[[int], None]] = {
    "waitress": serve_waitress,
    "cheroot": serve_cheroot,
    "gunicorn": serve_gunicorn,
    "granian": serve_granian,
}


if __name__ == "__main__":
    SERVERS[sys.argv[1]](int(sys.argv[2]))
