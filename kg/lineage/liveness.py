"""What is served now: deployments that have not ended, and what is served by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kg.lineage.answers import NodeInfo
from kg.lineage.edges import Edges
from kg.lineage.walk import Reach
from kg.terms import NamedNode


def settle(
    infos: dict[NamedNode, NodeInfo], edges: Edges, describe: Callable[[NamedNode], NodeInfo]
) -> None:
    """Mark services and cells that hang on ended deployments alone as not live.

    What counts is what they directly depend on among the things met; where nothing of that was
    met, all that they depend on.
    """
    for node, info in infos.items():
        if info.live and info.type != "Deployment":
            needed = edges.neighbours(node, "up")
            met = [infos[n] for n in needed if n in infos] or [describe(n) for n in needed]
            if met and all(other.live is False for other in met):
                infos[node] = replace(info, live=False)


def way_to(node: NamedNode, infos: dict[NamedNode, NodeInfo], walk: Reach) -> tuple[NamedNode, ...]:
    """A shortest way to what was reached: to what is live, by what is live if there is one."""
    way = walk.path_to(node)
    if infos[node].live and infos[way[-2]].live is False:
        for other in sorted(walk.edges.neighbours(node, "up"), key=lambda n: n.value):
            nearest = other in infos and infos[other].distance == infos[way[-2]].distance
            if nearest and infos[other].live is not False:
                return (*walk.path_to(other), node)
    return way
