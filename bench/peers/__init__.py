"""Who is asked: ours, embedded and served, and the engines that it is measured against."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Protocol

from bench.peers import jena
from bench.peers.answers import LIMIT, OVER, Answer, Failure, Rows
from bench.peers.commands import kg_serve, oxigraph_serve
from bench.peers.server import Served
from bench.peers.worker import Worker
from bench.prepared import Prepared

__all__ = ["LIMIT", "OVER", "PEERS", "Answer", "Failure", "Peer", "Rows"]


class Peer(Protocol):
    """An engine that holds the estate."""

    name: str
    loading: float
    """Seconds from the start of its process until it can be asked."""

    def ask(self, text: str) -> Answer | Failure:
        """Evaluate a query, for at most :data:`LIMIT` seconds."""
        ...

    def close(self) -> None:
        """End its process."""
        ...


def _python(module: str, *words: object) -> list[str]:
    return [sys.executable, "-m", f"bench.peers.{module}", *map(str, words)]


def _embedded(data: Prepared) -> Peer:
    return Worker("ours", _python("embedded_worker", "planned", data.graph))


def _bare(data: Prepared) -> Peer:
    return Worker("bare", _python("embedded_worker", "bare", data.bare))


def _served(data: Prepared) -> Peer:
    return Served("ours-http", kg_serve(data), "/sparql")


def _oxigraph(data: Prepared) -> Peer:
    return Served("oxigraph", oxigraph_serve(data), "/query")


def _jena(data: Prepared) -> Peer:
    return Worker("jena", jena.command(data.triples, data.root / "jena"))


def _rdflib(data: Prepared) -> Peer:
    return Worker("rdflib", _python("rdflib_worker", data.triples))


PEERS: Mapping[str, Callable[[Prepared], Peer]] = {
    "ours": _embedded,
    "ours-http": _served,
    "bare": _bare,
    "oxigraph": _oxigraph,
    "jena": _jena,
    "rdflib": _rdflib,
}
"""How each is started: ``ours`` as ``kg query`` evaluates, ``ours-http`` on ``kg serve``, ``bare``
the engine on our store without guard, planner and index, ``oxigraph`` on ``oxigraph serve``."""
