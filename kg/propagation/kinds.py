"""The kinds of labels, and the steps along which each flows: ``ontology/schemes/label.ttl``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from kg.assets import asset
from kg.namespaces import MLG
from kg.rdfio import read_quads
from kg.terms import NamedNode

CARRIES_FROM: Final = MLG.carriesFrom
"""The flow of content, which measures may stop or weaken."""

MAY_MEAN: Final = MLG.mayMean
"""The step from an asset to a version that a reference to it may mean: unpinned."""

RESTS_ON: Final = MLG.restsOn

FLOWS: Final = (CARRIES_FROM, RESTS_ON, MAY_MEAN)
"""Every relation along which labels flow, from object to subject."""


PROPERTIES: Final = frozenset(
    {
        *FLOWS,
        MLG.alteredFrom,
        MLG.alteredStep,
        MLG.carriedFrom,
        MLG.carriedLabel,
        MLG.carriedVia,
        MLG.carries,
        MLG.distance,
        MLG.qualifiedCarriage,
        MLG.stops,
        MLG.unpinnedSteps,
        MLG.weakenedSteps,
        MLG.weakens,
    }
)
"""The properties of what stands in the derived graph."""


@dataclass(frozen=True)
class Kind:
    """A kind of label: its concept, and the relations along which it flows."""

    concept: NamedNode
    flows: tuple[NamedNode, ...]

    @property
    def name(self) -> str:
        """The last part of the concept's IRI."""
        return self.concept.value.rpartition("/")[2]


@cache
def kinds() -> dict[NamedNode, Kind]:
    """The kinds by their concepts."""
    told = read_quads(asset("ontology", "schemes", "label.ttl"))
    flows = {(q.subject, q.object) for q in told if q.predicate == MLG.flowsAlong}
    concepts = {concept for concept, _ in flows if isinstance(concept, NamedNode)}
    return {
        concept: Kind(concept, tuple(flow for flow in FLOWS if (concept, flow) in flows))
        for concept in concepts
    }


@cache
def kinds_by_name() -> dict[str, Kind]:
    """The kinds by the last part of their concepts' IRIs."""
    return {kind.name: kind for kind in kinds().values()}
