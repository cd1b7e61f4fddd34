"""Who answers for a node: its own owners, or those of the asset that it belongs to."""

from __future__ import annotations

from typing import Final

import rdflib

from kg.namespaces import DCAT, DCT, MLG
from kg.shacl.rdflib_bridge import Node, to_rdflib
from kg.terms import NamedNode

OWNED_BY: Final = MLG.ownedBy
BELONGS: Final = (
    DCAT.isVersionOf,
    MLG.servedBy,
    MLG.deploys,
    MLG.cellOf,
    MLG.executes,
    DCT.isPartOf,
)
"""From a thing to what it belongs to, and whose owner, domain and risk level count for it."""

_OWNED_BY: Final = to_rdflib(OWNED_BY)
_BELONGS: Final = tuple(map(to_rdflib, BELONGS))


def owners_of(graph: rdflib.Graph, node: Node) -> tuple[NamedNode, ...]:
    """The owners of the node, else of the nearest things it belongs to, sorted."""
    level, seen = [node], {node}
    while level:
        owners = {str(o) for n in level for o in graph.objects(n, _OWNED_BY) if _named(o)}
        if owners:
            return tuple(NamedNode(owner) for owner in sorted(owners))
        level = [o for n in level for p in _BELONGS for o in graph.objects(n, p) if o not in seen]
        seen.update(level)
    return ()


def _named(node: Node) -> bool:
    return isinstance(node, rdflib.URIRef)
