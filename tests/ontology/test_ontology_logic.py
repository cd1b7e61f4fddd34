"""With the vocabularies it builds on, the ontology is consistent and no class of it is empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from owlrl import OWLRL_Semantics
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import OWL, RDF

MLG = Namespace("https://w3id.org/mlg#")
SCHEMA = Namespace("https://schema.org/")
THING = Namespace("https://example.org/thing/")
PUBLISHED = ("prov-o", "dcat3", "org", "dqv", "mls")


def _thing(cls: URIRef) -> URIRef:
    return THING[cls.rpartition("#")[2]]


def _statements(graph: Graph) -> Iterator[tuple[URIRef, URIRef, URIRef]]:
    """A thing of each class of ours, and each property between the classes it is meant for."""
    for cls in graph.subjects(RDF.type, OWL.Class):
        if str(cls).startswith(str(MLG)):
            yield _thing(cls), RDF.type, cls
    for prop in graph.subjects(RDF.type, OWL.ObjectProperty):
        for start in graph.objects(prop, SCHEMA.domainIncludes):
            for end in graph.objects(prop, SCHEMA.rangeIncludes):
                yield _thing(start), RDF.type, start
                yield _thing(end), RDF.type, end
                yield _thing(start), prop, _thing(end)


def _contradictions(graph: Graph) -> list[str]:
    """What the rules of OWL 2 RL find contradictory; the graph is closed by it."""
    semantics = OWLRL_Semantics(graph, axioms=False, daxioms=False, rdfs=True)
    semantics.closure()
    return list(semantics.error_messages)


def _without_texts(graph: Graph) -> Graph:
    """The triples between things: the others entail nothing and cost most of the time."""
    kept = Graph()
    for triple in graph:
        if not isinstance(triple[2], Literal):
            kept.add(triple)
    return kept


@pytest.fixture(scope="module")
def closed(core_files: list[Path], alignment_files: list[Path], vocab_dir: Path) -> Graph:
    """The ontology, its alignments, the published vocabularies and one thing of each class."""
    read = Graph()
    published = [vocab_dir / "w3c" / f"{name}.ttl" for name in PUBLISHED]
    for path in [*core_files, *alignment_files, *published]:
        read.parse(path)
    graph = _without_texts(read)
    for statement in _statements(read):
        graph.add(statement)
    assert _contradictions(graph) == []
    return graph


def test_no_class_is_empty(closed: Graph) -> None:
    """A thing of each class, used as the class is meant to be, contradicts nothing."""
    things = {node for node in closed.subjects(RDF.type) if str(node).startswith(THING)}
    assert len(things) > 15
    assert list(closed.subjects(RDF.type, OWL.Nothing)) == []


def test_each_thing_is_entity_activity_or_agent_as_meant(closed: Graph) -> None:
    """Runs, deployments, approvals and decisions are activities; all else of ours is an entity."""
    prov = Namespace("http://www.w3.org/ns/prov#")
    activities = {str(node) for node in closed.subjects(RDF.type, prov.Activity)}
    ours = {str(node) for node in closed.subjects(RDF.type) if str(node).startswith(THING)}
    names = {name.removeprefix(THING) for name in ours & activities}
    assert {"Run", "Evaluation", "Deployment", "Approval", "GateDecision"} == names
    for name in ours - activities - {str(THING[n]) for n in ("Person", "OrganizationalUnit")}:
        assert (URIRef(name), RDF.type, prov.Entity) in closed


MISTAKES = {
    THING["run-and-dataset"]: [(RDF.type, MLG.Run), (RDF.type, MLG.Dataset)],
    THING["model-and-deployment"]: [(RDF.type, MLG.Model), (RDF.type, MLG.Deployment)],
    THING["owned-run"]: [(RDF.type, MLG.Run), (MLG.ownedBy, THING.somebody)],
    THING["deploying-model"]: [(RDF.type, MLG.Model), (MLG.deploys, THING.something)],
}


def test_mistakes_are_contradictions(core: Graph, vocab_dir: Path) -> None:
    """An activity that is an entity too is found, so finding nothing above means something."""
    core.parse(vocab_dir / "w3c" / "prov-o.ttl")
    graph = _without_texts(core)
    for thing, statements in MISTAKES.items():
        for prop, value in statements:
            graph.add((thing, prop, value))
    found = _contradictions(graph)
    assert len(found) == len(MISTAKES)
    assert [thing for thing in MISTAKES if not any(thing in text for text in found)] == []
