"""What the index is held against: the edges of a store that stands at a revision.

Nothing here is taken from ``kg.index``: the edges are found in the quads of a store to which the
journal was replayed, look-up by look-up.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from kg.app import KnowledgeGraph
from kg.commit.entailment import entailed_quads
from kg.index import IndexView
from kg.iri import asserting_graph, entailed_graph
from kg.journal import Journal, to_quads
from kg.namespaces import DCAT, DCT, FOAF, MLG, PROV, RDF, RDFS
from kg.ontology import Ontology
from kg.store import EmbeddedStore
from kg.terms import Literal, NamedNode

DEPENDS = MLG.directlyDependsOn
NAMES = {RDF.type, DCT.title, FOAF.name, RDFS.label, PROV.endedAtTime}
OWNERS = {MLG.ownedBy, MLG.executes, MLG.servedBy, MLG.cellOf, DCT.isPartOf}
EdgeText = tuple[str, str, str, str]


def store_at(journal: Journal, ontology: Ontology, revision: int) -> EmbeddedStore:
    """A store with what the journal's patches add up to at a revision."""
    triples: dict[str, set[str]] = {}
    for row in journal.patches(0, revision):
        graph = row.patch.graph.value
        triples[graph] = row.patch.apply(triples.get(graph, ()))
    store = EmbeddedStore.in_memory()
    for name, content in triples.items():
        graph = NamedNode(name)
        quads = to_quads(content, graph)
        store.extend([*quads, *entailed_quads(quads, graph, ontology)])
    return store


class StoreEdges:
    """The edges of a store, by look-ups in its quads."""

    def __init__(self, store: EmbeddedStore, ontology: Ontology) -> None:
        self.store = store
        self._ontology = ontology

    def edges(self) -> set[EdgeText]:
        """Every dependency, with relation and asserting graph."""
        return {
            (quad.subject.value, quad.object.value, relation.value, graph.value)
            for quad in self.store.quads(None, DEPENDS, None, None)
            for graph in [asserting_graph(quad.graph_name)]
            for relation in self._all_relations(quad.subject, quad.object, graph)
        }

    def versions(self) -> set[tuple[str, str, str]]:
        """Every version step, with the asserting graph."""
        return {
            (q.subject.value, q.object.value, asserting_graph(q.graph_name).value)
            for q in self.store.quads(None, DCAT.isVersionOf, None, None)
        }

    def described(self, node: NamedNode) -> set[tuple[str, str]]:
        """Asserted names, classes and ends of a thing; its owners by whatever graph."""
        found = set()
        for quad in self.store.quads(node, None, None, None):
            stated = asserting_graph(quad.graph_name) == quad.graph_name
            if quad.predicate in OWNERS or (stated and quad.predicate in NAMES):
                mark = '"' if isinstance(quad.object, Literal) else ""
                found.add((quad.predicate.value, mark + quad.object.value))
        return found

    def is_described(self, node: NamedNode) -> bool:
        """Whether any record asserts something of the thing."""
        quads = self.store.quads(node, None, None, None)
        return any(asserting_graph(q.graph_name) == q.graph_name for q in quads)

    def closure(self, start: NamedNode, direction: str) -> set[str]:
        """The engine's own transitive closure."""
        ends = (start, "?x") if direction == "up" else ("?x", start)
        query = f"SELECT DISTINCT ?x {{ {ends[0]} {DEPENDS}+ {ends[1]} }}"
        return {row["x"].value for row in self.store.query(query)}

    def _all_relations(
        self, source: NamedNode, target: NamedNode, graph: NamedNode
    ) -> set[NamedNode]:
        """What the record states between the two, or else what follows, or else the bare step."""
        stated = self._relations(source, target, graph)
        return stated or self._relations(source, target, entailed_graph(graph)) or {DEPENDS}

    def _relations(self, source: NamedNode, target: NamedNode, graph: NamedNode) -> set[NamedNode]:
        forward = {q.predicate for q in self.store.quads(source, None, target, graph)}
        found = forward & self._ontology.lineage
        backward = {q.predicate for q in self.store.quads(target, None, source, graph)}
        for relation in backward & self._ontology.lineage_inverse:
            found |= self._ontology.inverses(relation) & self._ontology.lineage
        return found


def assert_view_is_store(view: IndexView, journal: Journal, ontology: Ontology) -> None:
    """Edge for edge, version for version and closure for closure, in both directions."""
    oracle = StoreEdges(store_at(journal, ontology, view.revision), ontology)
    edges, versions = oracle.edges(), oracle.versions()
    nodes = {end for edge in edges for end in edge[:2]} | {n for v in versions for n in v[:2]}
    dependencies = nx.DiGraph(edge[:2] for edge in edges)
    dependencies.add_nodes_from(nodes)
    for name in sorted(nodes):
        node = NamedNode(name)
        for direction, place in (("up", 0), ("down", 1)):
            found = [
                (e.source.value, e.target.value, e.relation.value, e.graph.value)
                for e in view.edges(node, direction)
            ]
            assert sorted(found) == sorted(e for e in edges if e[place] == name)
            others = {n.value for n in view.neighbours(node, direction)}
            assert others == {e[1 - place] for e in edges if e[place] == name}
            closure = view.closure(node, direction)  # type: ignore[arg-type]
            told = {n.value for n in closure}
            assert len(closure) == len(told)
            assert told == oracle.closure(node, direction)
            walk = nx.descendants if direction == "up" else nx.ancestors
            assert told - {name} == walk(dependencies, name)
            assert all((NamedNode(n) in closure) == (n in told) for n in nodes)
        told_of = set(view.described(node))
        silent = {pair for pair in told_of if pair[0] == "described"}
        assert told_of - silent == oracle.described(node)
        said = {prop for prop, _ in told_of} & {*(p.value for p in NAMES), "described"}
        assert bool(said) == oracle.is_described(node)
        assert {n.value for n in view.versions(node)} == _ends(versions, 1, 0, name)
        assert {n.value for n in view.assets(node)} == _ends(versions, 0, 1, name)
    for version, asset, _ in versions:
        ends = NamedNode(version), NamedNode(asset)
        graph = min(g for v, a, g in versions if (v, a) == (version, asset))
        assert view.version_edge(*ends, unpinned=False).graph.value == graph
        assert view.version_edge(*ends, unpinned=True).source == ends[1]


def assert_index_is_journal(graph: KnowledgeGraph, revisions: Iterable[int] | None = None) -> None:
    """The index of a graph says at every revision what a store would that stood there."""
    assert graph.index.revision == graph.revision
    for revision in revisions if revisions is not None else range(graph.revision + 1):
        assert_view_is_store(graph.index.at(revision), graph.journal, graph.ontology)


def _ends(rows: set[tuple[str, str, str]], by: int, told: int, name: str) -> set[str]:
    return {row[told] for row in rows if row[by] == name}
