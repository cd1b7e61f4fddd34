"""The focus nodes of a shape whose results changed triples may change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import Final

from kg.namespaces import RDF
from kg.shacl.affected.reads import HERE, End
from kg.shacl.affected.shapes import ByProperty, Reads
from kg.shacl.affected.walker import Nodes, TooMany, Walker
from kg.shacl.model.paths import Path
from kg.shacl.model.targets import (
    SparqlTarget,
    Target,
    TargetClass,
    TargetNode,
    TargetObjectsOf,
    TargetSubjectsOf,
)
from kg.store import Lookups
from kg.store.scratch import normal_forms
from kg.terms import BlankNode, Literal, NamedNode, Term, Triple

_ABOUT: Final = NamedNode("urn:kg:about")

MOST: Final = 2_000
"""Focus nodes above which a shape is asked about all: an engine takes long for many VALUES."""


def affected(reads: Reads, changed: ByProperty, walker: Walker) -> Nodes | None:
    """The nodes that a shape must be asked about again; ``None`` for all of its focus nodes.

    ``changed`` are the triples that were added or removed, in any graph; the walker is on the
    store as it is afterwards. None is missed; some may turn out to have the same results as
    before, or to be no focus nodes. Costs what is walked, whatever the size of the store.
    """
    ends: defaultdict[Path, set[Term]] = defaultdict(set)
    for read, triple in reads.matching(changed):
        if read.near is None:
            return None
        end = triple.subject if read.near is End.SUBJECT else triple.object
        if not isinstance(end, Triple):
            ends[read.way].add(end)
    if not ends:
        return frozenset()
    try:
        starts = (n if way is HERE else walker.starts(way, frozenset(n)) for way, n in ends.items())
        found = frozenset().union(*starts)
    except TooMany:
        return None
    if len(found) > MOST or any(isinstance(node, BlankNode) for node in found):
        return None  # no query can name a blank node
    return _as_stored(found)


def _as_stored(nodes: Nodes) -> Nodes:
    """The nodes as the engine holds them, which normalises literals."""
    literals = [node for node in nodes if isinstance(node, Literal)]
    if not literals:
        return nodes
    triples = [Triple(_ABOUT, _ABOUT, literal) for literal in literals]
    stored = {found.object for found in normal_forms(triples)}
    return frozenset(node for node in (*nodes, *stored) if not isinstance(node, Triple))


@lru_cache(1_000)
def stored(node: Term) -> Term:
    """A node of a shapes graph as the engine holds it."""
    if not isinstance(node, Literal):
        return node
    found = normal_forms([Triple(_ABOUT, _ABOUT, node)])[0].object
    return node if isinstance(found, Triple) else found


class Aim:
    """Which nodes targets aim at, by look-ups in a store as it stands; each is done once."""

    def __init__(
        self, store: Lookups, classes: Callable[[NamedNode], Collection[NamedNode]]
    ) -> None:
        """``classes`` gives a class and all below it."""
        self._store = store
        self._classes = classes
        self._among: dict[tuple[Nodes, tuple[Target, ...]], tuple[NamedNode | Literal, ...]] = {}
        self._types: dict[Term, frozenset[Term | Triple]] = {}
        self._below: dict[NamedNode, frozenset[Term | Triple]] = {}
        self._ordered: dict[Nodes, list[NamedNode | Literal]] = {}

    def among(self, targets: tuple[Target, ...], nodes: Nodes) -> tuple[NamedNode | Literal, ...]:
        """Those of the nodes that the targets aim at; what only a query can tell is let through.

        Each comes once, as the engine holds it.
        """
        key = (nodes, targets)
        if key not in self._among:
            self._among[key] = self._found(targets, nodes)
        return self._among[key]

    def _found(self, targets: Iterable[Target], nodes: Nodes) -> tuple[NamedNode | Literal, ...]:
        if nodes not in self._ordered:
            named = (node for node in sorted(nodes, key=str) if not isinstance(node, BlankNode))
            self._ordered[nodes] = list(named)
        aimed = [
            stored(node)
            for node in self._ordered[nodes]
            if any(self._aims(target, node) for target in targets)
        ]
        return tuple(dict.fromkeys(node for node in aimed if isinstance(node, NamedNode | Literal)))

    def _aims(self, target: Target, node: NamedNode | Literal) -> bool:
        match target:
            case TargetNode(named):
                return node in (named, stored(named))
            case TargetObjectsOf(predicate):
                return any(self._store.quads(None, predicate, node, None))
            case _ if isinstance(node, Literal):
                return isinstance(target, SparqlTarget)
            case TargetSubjectsOf(predicate):
                return any(self._store.quads(node, predicate, None, None))
            case TargetClass(cls):
                return not self._types_of(node).isdisjoint(self._with_below(cls))
        return True

    def _with_below(self, cls: NamedNode) -> frozenset[Term | Triple]:
        if cls not in self._below:
            self._below[cls] = frozenset(self._classes(cls))
        return self._below[cls]

    def _types_of(self, node: NamedNode) -> frozenset[Term | Triple]:
        if node not in self._types:
            quads = self._store.quads(node, RDF.type, None, None)
            self._types[node] = frozenset(quad.object for quad in quads)
        return self._types[node]
