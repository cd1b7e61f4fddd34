"""The command lines of the servers that hold an estate, by the port that they are to take."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from bench.prepared import Prepared, kg, oxigraph

Command = Callable[[int], list[str]]


def kg_serve(data: Prepared) -> Command:
    """Ours, with readers for eight clients at one address, who have half of them at most.

    Ten minutes a query, so that a large result may come slowly where other work shares the machine;
    who asks us sets a limit of his own.
    """
    words = ("--readers", 16, "--query-timeout", 600)
    return lambda port: kg(data.served, "serve", *words, "--port", port)


def oxigraph_serve(data: Prepared) -> Command:
    """Oxigraph's, asked for the union of all graphs as ours is.

    Without ``--timeout-s``: with it, it fails after some ten thousand look-ups in a minute.
    """
    words = ("--union-default-graph", "--location", data.oxigraph)
    return lambda port: oxigraph("serve", *words, "--bind", f"127.0.0.1:{port}")


def rdflib_endpoint(data: Prepared) -> Command:
    """rdflib's, which holds the statements in memory."""
    program = str(Path(sys.executable).with_name("rdflib-endpoint"))
    words = ("serve", "--host", "127.0.0.1", "--port")
    return lambda port: [program, *words, str(port), str(data.triples)]
