"""What the tests of reader processes share: a store's content, queries and small helpers."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from kg.sparql.executor import QueryRequest
from kg.sparql.prologue import query_form
from kg.sparql.readers import ReaderPool
from kg.sparql.results import format_named
from kg.terms import Literal, NamedNode, Quad

GRAPH = NamedNode("http://example.org/g")
OTHER = NamedNode("http://example.org/h")
PREDICATE = NamedNode("http://example.org/p")
JSON = format_named("json", "SELECT")

COUNT = "SELECT (COUNT(*) AS ?n) { ?s <http://example.org/p> ?o }"
CROSS = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {CROSS}"
LONG = f"SELECT * {CROSS}"
HOG = f"SELECT * {CROSS} ORDER BY ?a ?d ?g ?j"


def quad(number: int, graph: NamedNode = GRAPH) -> Quad:
    """One of the quads that the store holds."""
    return Quad(NamedNode(f"http://example.org/{number}"), PREDICATE, Literal(number), graph)


PoolMaker = Callable[..., ReaderPool]


def ask(pool: ReaderPool, text: str, **options: object) -> bytes:
    """The whole answer as CSV or N-Triples."""
    form = query_form(text)
    name = "csv" if form in ("SELECT", "ASK") else "n-triples"
    request = QueryRequest(text, format_named(name, form), **options)  # type: ignore[arg-type]
    return b"".join(pool.execute(request))


def processes(pool: ReaderPool) -> set[int]:
    """The process ids of the readers."""
    return {reader.process.pid for reader in pool._readers}


def gone(pid: int) -> bool:
    """Whether the process has ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def eventually(condition: Callable[[], bool], seconds: float = 5) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()
