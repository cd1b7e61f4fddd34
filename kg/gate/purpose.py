"""What the gate may be asked for: purposes, read from the shapes graph that they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import rdflib
from rdflib import RDF, RDFS, SH, SKOS

from kg.errors import InputError
from kg.namespaces import PREFIXES
from kg.shacl.report import severity_rank

_MLG: Final = rdflib.Namespace(PREFIXES["mlg"])


@dataclass(frozen=True)
class Purpose:
    """What is supposed of an asset, and which findings then decide.

    ``classes`` are the IRIs of what may be asked about, anything where there are none;
    ``hypothesis`` and ``scope`` name queries of the catalog. ``refuses_from`` is the short name
    of the mildest severity that refuses.
    """

    iri: str
    name: str
    title: str
    definition: str
    classes: tuple[str, ...] = ()
    hypothesis: str | None = None
    scope: str | None = None
    refuses_from: str = "Violation"

    @property
    def compares(self) -> bool:
        """Whether findings decide that were not there before, and not those in a scope."""
        return self.scope is None

    @property
    def needs_asset(self) -> bool:
        """Whether there is nothing to be asked without an asset."""
        return self.scope is not None or self.hypothesis is not None


def refuses(level: str, refuses_from: str) -> bool:
    """Whether a finding of a severity refuses; one of somebody's own does only where all do."""
    return refuses_from == "Info" or severity_rank(level) <= severity_rank(refuses_from)


def read_purposes(graph: rdflib.Graph) -> dict[str, Purpose]:
    """The purposes that a shapes graph describes, by name.

    Raises :class:`InputError` for two of one name.
    """
    found: dict[str, Purpose] = {}
    for node in sorted(graph.subjects(RDF.type, _MLG.GatePurpose), key=str):
        purpose = _read(graph, node)
        if purpose.name in found:
            raise InputError(f"there are two gate purposes {purpose.name!r}", where=purpose.iri)
        found[purpose.name] = purpose
    return found


def _read(graph: rdflib.Graph, node: rdflib.term.Node) -> Purpose:
    def text(predicate: rdflib.URIRef) -> str:
        return str(graph.value(node, predicate) or "")

    severity = graph.value(node, _MLG.refusesFrom) or SH.Violation
    return Purpose(
        iri=str(node),
        name=str(node).rstrip("/#").rpartition("/")[2].rpartition("#")[2],
        title=text(RDFS.label),
        definition=text(SKOS.definition),
        classes=tuple(sorted(map(str, graph.objects(node, _MLG.judges)))),
        hypothesis=text(_MLG.hypothesisQuery) or None,
        scope=text(_MLG.scopeQuery) or None,
        refuses_from=str(severity).removeprefix(PREFIXES["sh"]),
    )
