"""What is said of a node that people want to read beside it: type, title, owners."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from kg.index import IndexView
from kg.index.links import DESCRIBED, NAMING, OWNING
from kg.instants import is_past
from kg.iri import Names
from kg.lineage.answers import NodeInfo
from kg.namespaces import DCT, FOAF, MLG, PROV, RDF, RDFS
from kg.ontology import Ontology
from kg.terms import NamedNode

_TITLES = (DCT.title.value, FOAF.name.value, RDFS.label.value)
_TYPE, _ENDED, _OWNER = RDF.type.value, PROV.endedAtTime.value, MLG.ownedBy.value
_ANSWERS_FOR = OWNING - {_OWNER}
"""Who owns the thing at the other end answers for a run, deployment or cell (and a version)."""

_SAID = NAMING | {DESCRIBED}
_KINDS = 10_000  # sets of classes to remember the type of

SERVED = frozenset({"Deployment", "Service", "Cell"})
"""The types of which it can be said whether they are live."""


class TypeReader:
    """Finds what a thing is called by its classes; any number of threads may ask."""

    def __init__(self, ontology: Ontology, names: Names) -> None:
        self._ontology = ontology
        self._names = names
        self._of_classes = lru_cache(_KINDS)(self._most_specific)

    def type(self, node: NamedNode, classes: Iterable[str]) -> str | None:
        """The most specific type of ours that is stated, or else what the identifier says."""
        stated = self._of_classes(frozenset(classes))
        if stated:
            return stated
        kind = self._names.kind(node)
        return type_name(kind) if kind in self._ontology.kinds else None

    def _most_specific(self, classes: frozenset[str]) -> str | None:
        nodes = [NamedNode(cls) for cls in classes]
        kinds = {cls: kind for cls in nodes if (kind := self._ontology.kind_of_class(cls))}
        wider = {above for cls in kinds for above in self._ontology.superclasses(cls) - {cls}}
        return min((type_name(kind) for cls, kind in kinds.items() if cls not in wider), default="")


class NodeReader:
    """Describes nodes as of the revision of a view; an index look-up each, owners aside."""

    def __init__(self, view: IndexView, types: TypeReader, as_of: datetime) -> None:
        """``as_of`` is the instant at which it is judged what has ended."""
        self._view = view
        self._types = types
        self._as_of = as_of
        self._owners: dict[NamedNode, tuple[NamedNode, ...]] = {}

    def info(
        self, node: NamedNode, distance: int, direction: str, *, owners: bool = False
    ) -> NodeInfo:
        """The node as an answer lists it; what has not ended is taken to be live."""
        said = list(self._view.described(node))
        kind = self._types.type(node, (value for prop, value in said if prop == _TYPE))
        ends = [value[1:] for prop, value in said if prop == _ENDED and _is_text(value)]
        ended = any(is_past(end, self._as_of) for end in ends)
        return NodeInfo(
            iri=node,
            type=kind,
            title=_title(said),
            distance=distance,
            described=any(prop in _SAID for prop, _ in said),
            direction=direction,
            live=not ended if kind in SERVED else None,
            owners=self.owners(node) if owners else (),
        )

    def owners(self, node: NamedNode) -> tuple[NamedNode, ...]:
        """Who owns a node, or else the asset, pipeline, service or experiment it belongs to."""
        if node not in self._owners:
            self._owners[node] = self._find_owners(node)
        return self._owners[node]

    def _find_owners(self, node: NamedNode) -> tuple[NamedNode, ...]:
        seen = {node}
        level = [node]
        while level:
            said = [pair for item in level for pair in self._view.described(item)]
            owners = {value for prop, value in said if prop == _OWNER and not _is_text(value)}
            if owners:
                return tuple(NamedNode(owner) for owner in sorted(owners))
            onward = {NamedNode(v) for p, v in said if p in _ANSWERS_FOR and not _is_text(v)}
            onward.update(asset for item in level for asset in self._view.assets(item))
            level = list(onward - seen)
            seen.update(level)
        return ()


def type_name(kind: str | None) -> str:
    """``ModelVersion`` for ``model-version``."""
    return "".join(word.capitalize() for word in (kind or "").split("-"))


def _is_text(value: str) -> bool:
    return value.startswith('"')


def _title(said: list[tuple[str, str]]) -> str | None:
    for prop in _TITLES:
        found = [value[1:] for stated, value in said if stated == prop and _is_text(value)]
        if found:
            return min(found)
    return None
