"""Who answers for nodes, asked in SPARQL: their own owners, or those of what they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from kg.shacl.owners import BELONGS, OWNED_BY
from kg.terms import NamedNode, Term

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation

BLOCK: Final = 5_000
"""Nodes that one query is about."""


def owners_of(nodes: Iterable[Term], evaluation: Evaluation) -> dict[Term, tuple[NamedNode, ...]]:
    """The owners of each node, else of the nearest things it belongs to, sorted."""
    levels = {node: {node} for node in nodes if isinstance(node, NamedNode)}
    seen = {node: {node} for node in levels}
    found: dict[Term, tuple[NamedNode, ...]] = {}
    while levels:
        frontier = set().union(*levels.values())
        owners = _objects(frontier, [OWNED_BY], evaluation)
        above = _objects(frontier, BELONGS, evaluation)
        for node, level in list(levels.items()):
            own = {owner for member in level for owner in owners[member]}
            following = {up for member in level for up in above[member]} - seen[node]
            if own:
                found[node] = tuple(sorted(own, key=str))
            if own or not following:
                del levels[node]
            else:
                levels[node] = following
                seen[node] |= following
    return found


def _objects(
    nodes: Iterable[NamedNode], predicates: Iterable[NamedNode], evaluation: Evaluation
) -> defaultdict[NamedNode, list[NamedNode]]:
    found: defaultdict[NamedNode, list[NamedNode]] = defaultdict(list)
    ordered, chosen = sorted(nodes, key=str), list(predicates)
    for place in range(0, len(ordered), BLOCK):
        block = ordered[place : place + BLOCK]
        for node, object_ in evaluation.objects(block, chosen):
            if isinstance(node, NamedNode) and isinstance(object_, NamedNode):
                found[node].append(object_)
    return found
