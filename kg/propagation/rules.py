"""Asking a store the rules of ``queries/rules``: of some nodes, or of all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from hashlib import blake2b
from itertools import chain
from typing import Final

from kg.assets import asset, asset_files
from kg.batches import in_batches
from kg.namespaces import DCAT, MLG, PREFIXES
from kg.propagation.facts import Key, key_of
from kg.propagation.kinds import CARRIES_FROM, MAY_MEAN, RESTS_ON, Kind, kinds
from kg.propagation.steps import NO_EFFECT, Measures, Node, Step, Steps, effect_of
from kg.store import GraphStore
from kg.store.solutions import select
from kg.terms import NamedNode, Term

_FOCUS: Final = "{{ focus }}"
_FILES: Final = {
    CARRIES_FROM: "carries-from",
    RESTS_ON: "rests-on",
    MAY_MEAN: "may-mean",
}

Nodes = Sequence[NamedNode] | None
"""The nodes that are asked about; ``None`` stands for all."""


def steps(store: GraphStore, nodes: Nodes) -> dict[Node, Steps]:
    """The steps that lead up from nodes, where there are any; what stops is read from the store."""
    measures = cache(partial(measures_in, store))
    found: defaultdict[Node, Steps] = defaultdict(dict)
    ways: defaultdict[tuple[Node, Node], dict[Node | None, set[Node]]] = defaultdict(dict)
    for thing, source, way, measure in _ask(store, "carries-from", nodes):
        if isinstance(thing, Node) and isinstance(source, Node) and thing != source:
            passed = way if isinstance(way, Node) else None
            taken = ways[thing, source].setdefault(passed, set())
            if isinstance(measure, Node):
                taken.add(measure)
    for (thing, source), by in ways.items():
        measured = all(by.values())  # by a way without a measure nothing is kept back
        effect = effect_of(by.values(), measures()) if measured else NO_EFFECT
        found[thing][CARRIES_FROM, source] = effect
    for flow in (RESTS_ON, MAY_MEAN):
        for thing, source in _ask(store, _FILES[flow], nodes):
            if isinstance(thing, Node) and isinstance(source, Node) and thing != source:
                found[thing][flow, source] = NO_EFFECT
    return found


def standing(store: GraphStore, asked: Iterable[tuple[Node, Step]]) -> set[tuple[Node, Step]]:
    """Those of some steps that the rules lead by; along flows on which nothing is kept back."""
    by_flow: defaultdict[NamedNode, list[tuple[NamedNode, NamedNode]]] = defaultdict(list)
    for thing, (flow, source) in asked:
        if isinstance(thing, NamedNode) and isinstance(source, NamedNode) and thing != source:
            by_flow[flow].append((thing, source))
    return {
        (thing, (flow, source))
        for flow, pairs in by_flow.items()
        for thing, source in _rows(store, _FILES[flow], map(_pair, in_batches(pairs)))
        if isinstance(thing, Node) and isinstance(source, Node)
    }


def origins(store: GraphStore, nodes: Nodes) -> dict[Node, set[Key]]:
    """The labels that nodes have of themselves or of the asset they are a version of, if any."""
    assets = list(_assets(store, nodes))
    asked = None if nodes is None else list({*nodes, *(asset for _, asset in assets)})
    own: defaultdict[Node, list[tuple[Kind, Node]]] = defaultdict(list)
    known = kinds()
    for thing, concept, label in _ask(store, "labels", asked):
        if isinstance(thing, Node) and isinstance(label, Node) and isinstance(concept, NamedNode):
            own[thing].append((known[concept], label))
    found: defaultdict[Node, set[Key]] = defaultdict(set)
    themselves: Iterable[Node] = list(own) if nodes is None else nodes
    for thing, source in chain(zip(themselves, themselves, strict=True), assets):
        for kind, label in own.get(source, ()):
            found[thing].add(key_of(kind, label, thing))
    return found


def _assets(store: GraphStore, nodes: Nodes) -> Iterator[tuple[Node, NamedNode]]:
    """Versions, each with the asset that it is a version of; one look-up for each node."""
    for node in [None] if nodes is None else nodes:
        for quad in store.quads(node, DCAT.isVersionOf, None, None):
            if isinstance(quad.subject, Node) and isinstance(quad.object, NamedNode):
                yield quad.subject, quad.object


def measures_in(store: GraphStore) -> Measures:
    """What each measure stops and weakens, as the ontology in the store says; one look-up each."""
    return Measures(*(_told(store, prop) for prop in (MLG.stops, MLG.weakens)))


@cache
def rules_digest() -> str:
    """Two that are equal say that facts follow from the same rules and kinds."""
    files = [*asset_files("queries/rules", ".rq.j2"), asset("ontology", "schemes", "label.ttl")]
    digest = blake2b(b"1", digest_size=16)  # the form in which facts are written
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _told(store: GraphStore, prop: NamedNode) -> dict[Node, frozenset[NamedNode]]:
    found: defaultdict[Node, set[NamedNode]] = defaultdict(set)
    for quad in store.quads(None, prop, None, None):
        if isinstance(quad.subject, Node) and isinstance(quad.object, NamedNode):
            found[quad.subject].add(quad.object)
    return {measure: frozenset(kinds) for measure, kinds in found.items()}


def _ask(store: GraphStore, name: str, nodes: Nodes) -> Iterator[tuple[Term | None, ...]]:
    return _rows(store, name, _focuses(nodes))


def _rows(
    store: GraphStore, name: str, focuses: Iterable[str]
) -> Iterator[tuple[Term | None, ...]]:
    text = _text(name)
    for focus in focuses:
        yield from select(store, text.replace(_FOCUS, focus)).rows


def _focuses(nodes: Nodes) -> Iterable[str]:
    """The patterns that name the nodes, so many at a time."""
    if nodes is None:
        return [""]
    return (f"VALUES $this {{ {' '.join(map(str, part))} }}" for part in in_batches(nodes))


def _pair(steps: Iterable[tuple[NamedNode, NamedNode]]) -> str:
    """The pattern that names both ends of some steps."""
    rows = " ".join(f"({thing} {source})" for thing, source in steps)
    return f"VALUES ($this ?source) {{ {rows} }}"


@cache
def _text(name: str) -> str:
    prologue = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    return prologue + asset("queries", "rules", f"{name}.rq.j2").read_text(encoding="utf-8")
