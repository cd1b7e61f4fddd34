"""What a changed statement concerns: the things and steps of which the rules are to be asked again.

A rule leads from a thing over some properties. Where one of the statements on that way changes,
the thing is found from its subject, by the inverse of what leads there. It is found in the graph
as it is after the change: of several that changed on one way, the one nearest to the thing has
only such before it as still stand. Where a statement makes a single step, that step is asked about
and not the thing: a service may have very many deployments, and a model very many versions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kg.namespaces import ADMS, DCAT, DCT, DPV, MLG, ODRL, PROV, SKOS, STATUS_BASE
from kg.propagation.kinds import MAY_MEAN, RESTS_ON
from kg.propagation.steps import Node, Step
from kg.store import GraphStore
from kg.terms import NamedNode, Triple

Path = tuple[NamedNode, ...]
"""Properties to be followed from object to subject, the first first."""

_MADE: Final[Path] = (PROV.wasGeneratedBy,)
_WRITTEN: Final[Path] = (MLG.writtenBy,)
_GOVERNED: Final[tuple[Path, ...]] = ((ODRL.hasPolicy,), (DCT.license,))

_FROM_SUBJECT: Final[dict[NamedNode, tuple[Path, ...]]] = {
    PROV.wasGeneratedBy: ((),),
    PROV.wasDerivedFrom: ((),),
    MLG.trainedOn: ((),),
    MLG.usesFeature: ((),),
    MLG.writtenBy: ((),),
    DCAT.isVersionOf: ((),),
    DPV.hasPersonalData: ((),),
    DPV.hasLegalBasis: ((),),
    ODRL.hasPolicy: ((),),
    DCT.license: ((),),
    ADMS.status: ((),),
    PROV.used: (_MADE,),
    PROV.qualifiedUsage: (_MADE,),
    PROV.entity: ((PROV.qualifiedUsage, *_MADE),),
    PROV.hadRole: ((PROV.qualifiedUsage, *_MADE),),
    DPV.hasTechnicalMeasure: (_MADE, _WRITTEN),
    MLG.reads: (_WRITTEN,),
    ODRL.prohibition: _GOVERNED,
    ODRL.action: tuple((ODRL.prohibition, *path) for path in _GOVERNED),
}
"""How the things are found from the subject; with each go its versions."""

_OF_LABELS: Final = frozenset(
    {
        DCAT.isVersionOf,
        DPV.hasPersonalData,
        DPV.hasLegalBasis,
        ODRL.hasPolicy,
        ODRL.prohibition,
        ODRL.action,
        DCT.license,
        ADMS.status,
        SKOS.broader,
    }
)
"""Those that tell what labels a thing has of itself; no step hangs on them but on the first."""

_VALUES: Final = MappingProxyType(
    {
        ADMS.status: frozenset(
            NamedNode(f"{STATUS_BASE}{status}") for status in ("retracted", "deprecated")
        ),
        DPV.hasLegalBasis: frozenset({DPV.Consent}),
    }
)
"""The values of some properties that the rules look for, and for no others."""

_EVERYTHING: Final = frozenset({MLG.stops, MLG.weakens})

PROPERTIES: Final = frozenset({*_FROM_SUBJECT, *_EVERYTHING, MLG.directlyDependsOn, SKOS.broader})
"""The properties that the rules look at."""


@dataclass(frozen=True)
class Concerned:
    """What is to be asked about again."""

    labelled: frozenset[Node]
    """Things, with the labels that they have of themselves."""

    things: frozenset[Node]
    """Things, with all their steps."""

    steps: frozenset[tuple[Node, Step]]
    """Of other things these steps alone, whether they are there or not."""

    def __len__(self) -> int:
        return len(self.labelled) + len(self.things) + len(self.steps)


def concerns(changed: Iterable[Triple]) -> bool:
    """Whether a rule looks at one of some statements."""
    return any(map(_is_looked_at, changed))


def concerned(store: GraphStore, changed: Iterable[Triple]) -> Concerned | None:
    """What changed statements concern; ``None`` where that is everything.

    Costs some look-ups for each statement and each thing.
    """
    labelled: set[Node] = set()
    things: set[Node] = set()
    steps: set[tuple[Node, Step]] = set()
    subjects: defaultdict[NamedNode, set[Node]] = defaultdict(set)
    for triple in changed:
        if triple.predicate in _EVERYTHING:
            return None
        if _is_looked_at(triple) and isinstance(triple.subject, Node):
            subjects[triple.predicate].add(triple.subject)
            steps.update(_steps(store, triple))
    for predicate, nodes in subjects.items():
        found: set[Node] = set()
        if predicate == SKOS.broader:
            found |= _followed(store, _narrower(store, nodes), (DPV.hasPersonalData,))
        for path in _FROM_SUBJECT.get(predicate, ()):
            found |= _followed(store, nodes, path)
        if predicate in _OF_LABELS:
            labelled |= found
        if predicate not in _OF_LABELS or predicate == DCAT.isVersionOf:
            things |= found
    labelled |= _back(store, labelled, DCAT.isVersionOf)
    things |= _back(store, things, DCAT.isVersionOf)
    others = frozenset(pair for pair in steps if pair[0] not in things)
    return Concerned(frozenset(labelled), frozenset(things), others)


def _is_looked_at(triple: Triple) -> bool:
    values = _VALUES.get(triple.predicate)
    return triple.predicate in PROPERTIES and (values is None or triple.object in values)


def _steps(store: GraphStore, triple: Triple) -> Iterator[tuple[Node, Step]]:
    """The steps that a statement makes by itself, each with the thing that it leads up from."""
    subject, object_ = triple.subject, triple.object
    if not isinstance(subject, Node) or not isinstance(object_, Node):
        return
    if triple.predicate == MLG.directlyDependsOn:
        for thing in (subject, *_back(store, [subject], DCAT.isVersionOf)):
            yield thing, (RESTS_ON, object_)
    elif triple.predicate == DCAT.isVersionOf:
        yield object_, (MAY_MEAN, subject)


def _followed(store: GraphStore, nodes: set[Node], path: Path) -> set[Node]:
    for prop in path:
        nodes = _back(store, nodes, prop)
    return nodes


def _narrower(store: GraphStore, nodes: set[Node]) -> set[Node]:
    """Concepts and all that lie within them."""
    found, new = set(nodes), nodes
    while new:
        new = _back(store, new, SKOS.broader) - found
        found |= new
    return found


def _back(store: GraphStore, nodes: Iterable[Node], prop: NamedNode) -> set[Node]:
    """The subjects of statements about nodes."""
    return {
        quad.subject
        for node in nodes
        for quad in store.quads(None, prop, node, None)
        if isinstance(quad.subject, Node)
    }
