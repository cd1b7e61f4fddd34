"""What is said of a node that people want to read beside it: type, title, owners."""

from __future__ import annotations

from datetime import datetime

from kg.instants import is_past
from kg.iri import ENTAILED_SUFFIX, Names
from kg.lineage.answers import NodeInfo
from kg.namespaces import DCAT, DCT, FOAF, MLG, PROV, RDF, RDFS
from kg.ontology import Ontology
from kg.store import GraphStore
from kg.terms import Literal, NamedNode, Quad

_TITLES = (DCT.title, FOAF.name, RDFS.label)
_ANSWERS_FOR = (DCAT.isVersionOf, MLG.executes, MLG.servedBy, MLG.cellOf, DCT.isPartOf)
"""Who owns the thing at the other end answers for a version, run, deployment or cell."""

SERVED = frozenset({"Deployment", "Service", "Cell"})
"""The types of which it can be said whether they are live."""


class NodeReader:
    """Describes nodes from the store; a few index look-ups each."""

    def __init__(self, store: GraphStore, ontology: Ontology, names: Names) -> None:
        self._store = store
        self._ontology = ontology
        self._names = names

    def info(
        self,
        node: NamedNode,
        distance: int,
        direction: str,
        *,
        as_of: datetime,
        owners: bool = False,
    ) -> NodeInfo:
        """The node as an answer lists it; what has not ended is taken to be live."""
        quads = [q for q in self._store.quads(node, None, None, None) if not _entailed(q)]
        kind = self._type(node, quads)
        return NodeInfo(
            iri=node,
            type=kind,
            title=_title(quads),
            distance=distance,
            described=bool(quads),
            direction=direction,
            live=not _ended(quads, as_of) if kind in SERVED else None,
            owners=self.owners(node) if owners else (),
        )

    def owners(self, node: NamedNode) -> tuple[NamedNode, ...]:
        """Who owns a node, or else the asset, pipeline, service or experiment it belongs to."""
        seen = {node}
        level = [node]
        while level:
            owners = {owner for item in level for owner in self._objects(item, MLG.ownedBy)}
            if owners:
                return tuple(sorted(owners, key=lambda owner: owner.value))
            onward = [o for item in level for p in _ANSWERS_FOR for o in self._objects(item, p)]
            level = [o for o in dict.fromkeys(onward) if o not in seen]
            seen.update(level)
        return ()

    def exists(self, node: NamedNode) -> bool:
        """Whether anything is said of the node, or refers to it."""
        return any(True for _ in self._store.quads(node, None, None, None)) or any(
            True for _ in self._store.quads(None, None, node, None)
        )

    def _objects(self, node: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        quads = self._store.quads(node, predicate, None, None)
        return [quad.object for quad in quads if isinstance(quad.object, NamedNode)]

    def _type(self, node: NamedNode, quads: list[Quad]) -> str | None:
        """The most specific type of ours that is stated, or else what the identifier says."""
        stated = {q.object for q in quads if q.predicate == RDF.type}
        kinds = {
            cls: kind
            for cls in stated
            if isinstance(cls, NamedNode) and (kind := self._ontology.kind_of_class(cls))
        }
        wider = {above for cls in kinds for above in self._ontology.superclasses(cls) - {cls}}
        names = sorted(type_name(kind) for cls, kind in kinds.items() if cls not in wider)
        if names:
            return names[0]
        kind = self._names.kind(node)
        return type_name(kind) if kind in self._ontology.kinds else None


def type_name(kind: str | None) -> str:
    """``ModelVersion`` for ``model-version``."""
    return "".join(word.capitalize() for word in (kind or "").split("-"))


def _ended(quads: list[Quad], as_of: datetime) -> bool:
    """Whether any source says that it has ended (``prov:endedAtTime``)."""
    ends = (q.object for q in quads if q.predicate == PROV.endedAtTime)
    return any(isinstance(end, Literal) and is_past(end.value, as_of) for end in ends)


def _entailed(quad: Quad) -> bool:
    graph = quad.graph_name
    return isinstance(graph, NamedNode) and graph.value.endswith(ENTAILED_SUFFIX)


def _title(quads: list[Quad]) -> str | None:
    for predicate in _TITLES:
        found = [
            q.object.value
            for q in quads
            if q.predicate == predicate and isinstance(q.object, Literal)
        ]
        if found:
            return min(found)
    return None
