"""Which WSGI server to serve a graph with: the numbers behind docs/benchmarks-wsgi.md.

Run ``python bench/wsgi_servers.py`` (needs the packages waitress, cheroot, gunicorn and granian,
and the program ``wrk``). Each server gets one process of eight threads and the same Flask app,
and is asked for small query answers, a result of 100 MB, and to behave when things go wrong.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wsgi_served import CHUNK, HOST, SERVERS, STREAM_CHUNKS

PATIENCE = 15
SERVED = str(Path(__file__).with_name("wsgi_served.py"))


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
    command = [sys.executable, SERVED, name, str(port)]
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
    """Requests a second and the 99th percentile of the time taken, the best of three runs."""
    return max(_load(port, clients) for _ in range(3))


def _load(port: int, clients: int) -> tuple[float, str]:
    command = ["wrk", "-t1", f"-c{clients}", "-d3s", "--latency", f"http://{HOST}:{port}/small"]
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


FACTS = [
    "server",
    "processes",
    "requests/s, 1 client",
    "99th percentile",
    "requests/s, 8 clients",
    "99th percentile",
    "100 MB stream, MB/s",
    "memory gained by it and a stalled client, MB",
    "produced for a client that does not read, MB",
    "generator closed after the client left",
    "transfer when the generator fails",
    "small answer beside 32 half requests",
    "SIGTERM with an answer under way",
]


def main(names: list[str]) -> None:
    """Measure the servers and print a Markdown table."""
    columns = [measure(name, 18_700 + number) for number, name in enumerate(names)]
    for number, row in enumerate(zip(FACTS, *columns, strict=True)):
        print("| " + " | ".join(str(cell) for cell in row) + " |")
        if number == 0:
            print("|" + "---|" * len(row))


if __name__ == "__main__":
    main(sys.argv[1:] or list(SERVERS))
