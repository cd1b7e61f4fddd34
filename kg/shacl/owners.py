"""Who answers for a node: its own owners, or those of the asset that it belongs to."""

from __future__ import annotations

from typing import Final

import rdflib

from kg.namespaces import DCAT, DCT, MLG
from kg.shacl.rdflib_bridge import Node, to_rdflib
from kg.terms import NamedNode

_OWNED_BY: Final = to_rdflib(MLG.ownedBy)
_BELONGS: Final = tuple(
    to_rdflib(prop)
    for prop in (
        DCAT.isVersionOf,
        MLG.servedBy,
        MLG.deploys,
        MLG.cellOf,
        MLG.executes,
        DCT.isPartOf,
    )
)


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
