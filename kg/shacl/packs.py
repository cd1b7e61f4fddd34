"""Packs: rules that are chosen together, such as those of one regulation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import rdflib
from rdflib import DCTERMS, RDF, SKOS

from kg.errors import NotFound
from kg.namespaces import PREFIXES

HOUSE: Final = "house"
"""The pack that rules belong to which no pack names."""

_PACK: Final = rdflib.URIRef(f"{PREFIXES['mlg']}RulePack")


@dataclass(frozen=True)
class Pack:
    """A pack: its name, what it is about, and the IRIs of its rules."""

    iri: str
    name: str
    title: str
    description: str
    sources: tuple[str, ...]
    rules: frozenset[str]


def read_packs(graph: rdflib.Graph) -> dict[str, Pack]:
    """The packs that a shapes graph describes, by name."""
    found = (_read(graph, node) for node in graph.subjects(RDF.type, _PACK))
    return {pack.name: pack for pack in sorted(found, key=lambda pack: pack.name)}


def _read(graph: rdflib.Graph, node: rdflib.term.Node) -> Pack:
    texts = (graph.value(node, DCTERMS.title), graph.value(node, DCTERMS.description))
    title, description = (str(text or "") for text in texts)
    sources = (
        str(graph.value(source, DCTERMS.bibliographicCitation) or source)
        for source in graph.objects(node, DCTERMS.source)
    )
    return Pack(
        iri=str(node),
        name=str(node).rstrip("/#").rpartition("/")[2].rpartition("#")[2],
        title=title,
        description=description,
        sources=tuple(sorted(sources)),
        rules=frozenset(map(str, graph.objects(node, SKOS.member))),
    )


def packs_by_rule(
    packs: Mapping[str, Pack], governance: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """The names of the packs that each governance rule (IRI) is in; of the house if of no other."""
    return {
        rule: tuple(pack.name for pack in packs.values() if rule in pack.rules) or (HOUSE,)
        for rule in governance
    }


def rules_of(
    packs: Mapping[str, Pack], names: Iterable[str], governance: Iterable[str]
) -> frozenset[str]:
    """The rules (IRIs) of the packs named, out of all governance rules.

    Raises :class:`NotFound` for a name that no pack has.
    """
    everything = frozenset(governance)
    chosen: set[str] = set()
    for name in names:
        if name not in packs:
            raise NotFound(f"there is no pack {name!r}", suggestions=sorted(packs))
        chosen |= packs[name].rules
        if name == HOUSE:
            chosen |= everything.difference(*(pack.rules for pack in packs.values()))
    return everything & chosen
