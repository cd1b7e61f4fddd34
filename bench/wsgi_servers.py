"""Which WSGI server to serve a graph with: the numbers behind docs/benchmarks-wsgi.md.

Run ``python bench/wsgi_servers.py`` (needs the packages waitress, cheroot, gunicorn and granian,
and the program ``wrk``). Each server gets one process of eight threads and the same Flask app,
and is asked for small query answers, a result of 100 MB, and to behave when things go wrong.
"""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, Response

from kg.namespaces import DCT
from kg.store import EmbeddedStore
from kg.terms import Literal, NamedNode, Quad

HOST = "127.0.0.1"
THREADS = 8
PATIENCE = 15
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


# ---- the servers, each run as `python bench/wsgi_servers.py serve NAME PORT`


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
        "wsgi_servers:make_app",
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


# ---- the measurements


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in family(int(child)))]


def peak_memory(pid: int) -> float:
    """The largest peak of resident memory among a process and its descendants, in MB."""
    peaks = []
    for member in family(pid):
        status = Path(f"/proc/{member}/status").read_text()
        peaks.append(int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024)  # type: ignore[index]
    return max(peaks)


def connect(port: int, path: str) -> socket.socket:
    """An open connection on which a GET has been sent."""
    connection = socket.create_connection((HOST, port), timeout=PATIENCE)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    return connection


def receive(connection: socket.socket, limit: int = 1 << 40) -> bytes:
    """What arrives, its last 100 bytes, until the end, the last chunk, or a number of bytes."""
    tail, seen = b"", 0
    while seen < limit and not tail.endswith(b"0\r\n\r\n"):
        try:
            data = connection.recv(1 << 18)
        except ConnectionError:
            break
        if not data:
            break
        seen += len(data)
        tail = (tail + data)[-100:]
    return tail


def fetch(port: int, path: str) -> str:
    """The body of a small answer."""
    connection = connect(port, path)
    text = b""
    while b"\r\n\r\n" not in text or not text.rstrip().endswith((b"}", b"done", b"0")):
        data = connection.recv(65_536)
        if not data:
            break
        text += data
    connection.close()
    return text.decode().partition("\r\n\r\n")[2]


def counter(port: int, name: str) -> int:
    """A counter of the app."""
    return int(re.search(rf'"{name}":(\d+)', fetch(port, "/state"))[1])  # type: ignore[index]


@contextmanager
def running(name: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The server in a process of its own, up and answering."""
    command = [sys.executable, __file__, "serve", name, str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(200):
            try:
                fetch(port, "/state")
                break
            except OSError:
                time.sleep(0.05)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def load(port: int, clients: int) -> tuple[float, str]:
    """Requests a second and the 99th percentile of the time taken, by wrk over five seconds."""
    command = ["wrk", "-t1", f"-c{clients}", "-d5s", "--latency", f"http://{HOST}:{port}/small"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    late = re.search(r"99%\s+(\S+)", output)
    return float(rate[1]), late[1]  # type: ignore[index]


def stalled(port: int) -> float:
    """How many MB the app has produced for a client that asks and then does not read."""
    connection = connect(port, "/stream")
    time.sleep(2)
    produced = counter(port, "sent") / 1e6
    connection.close()
    return produced


def beside_half_requests(port: int) -> str:
    """How long a small answer takes while 32 clients have sent half a request each."""
    half = [socket.create_connection((HOST, port)) for _ in range(32)]
    for connection in half:
        connection.sendall(b"GET /small HTTP/1.1\r\nHost: ")
    time.sleep(0.5)
    start = time.monotonic()
    try:
        fetch(port, "/state")
        answer = f"{(time.monotonic() - start) * 1000:.0f} ms"
    except TimeoutError:
        answer = f"none in {PATIENCE} s"
    for connection in half:
        connection.close()
    return answer


def after_disconnect(port: int) -> str:
    """How long after the client leaves the generator is closed."""
    before = counter(port, "closed")
    connection = connect(port, "/stream")
    receive(connection, 1_000_000)
    connection.close()
    left = time.monotonic()
    while time.monotonic() - left < 10:
        if counter(port, "closed") > before:
            return f"{time.monotonic() - left:.2f} s"
        time.sleep(0.01)
    return "not within 10 s"


def after_failure(port: int) -> str:
    """Whether the client can tell that the generator failed half-way."""
    return (
        "looks complete" if receive(connect(port, "/broken")).endswith(b"0\r\n\r\n") else "broken"
    )


def after_signal(name: str, port: int) -> str:
    """Whether an answer under way is finished after SIGTERM, and how long the server takes."""
    with running(name, port) as process:
        connection = connect(port, "/slow")
        time.sleep(0.4)
        start = time.monotonic()
        process.terminate()
        answered = "done" in receive(connection).decode()
        process.wait(PATIENCE)
        taken = time.monotonic() - start
    return f"{'answered' if answered else 'dropped'}, {taken:.1f} s, code {process.returncode}"


def measure(name: str, port: int) -> list[Any]:
    """One row of the table."""
    with running(name, port) as process:
        processes = len(family(process.pid))
        rate_1, late_1 = load(port, 1)
        rate_8, late_8 = load(port, 8)
        before = peak_memory(process.pid)
        start = time.monotonic()
        receive(connect(port, "/stream"))
        speed = len(CHUNK) * STREAM_CHUNKS / 1e6 / (time.monotonic() - start)
        ahead = stalled(port)
        gained = peak_memory(process.pid) - before
        row = [name, processes, f"{rate_1:.0f}", late_1, f"{rate_8:.0f}", late_8]
        row += [f"{speed:.0f}", f"{gained:.0f}", f"{ahead:.1f}"]
        row += [after_disconnect(port), after_failure(port)]
        row.append(beside_half_requests(port))
    return [*row, after_signal(name, port)]


COLUMNS = [
    "server",
    "processes",
    "req/s, 1 client",
    "p99",
    "req/s, 8 clients",
    "p99",
    "stream MB/s",
    "memory gained MB",
    "produced for a stalled client MB",
    "generator closed after client left",
    "transfer when generator fails",
    "small answer beside 32 half requests",
    "SIGTERM with an answer under way",
]


def main() -> None:
    """Measure all servers and print a Markdown table."""
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + "---|" * len(COLUMNS))
    for number, name in enumerate(sys.argv[1:] or SERVERS):
        print("| " + " | ".join(str(cell) for cell in measure(name, 18_700 + number)) + " |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        SERVERS[sys.argv[2]](int(sys.argv[3]))
    else:
        main()
