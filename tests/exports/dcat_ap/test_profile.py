"""Our profile beside the official shapes: nothing they demand is missing from it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import rdflib
from rdflib import SH

from kg.assets import asset
from kg.exports.profile import Profile, PropertyRule, load_profile
from kg.shacl import Shapes
from kg.terms import NamedNode


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(asset("shapes", "profiles", "dcat-ap.ttl"))


def constraints(official: Shapes) -> Iterator[tuple[NamedNode, NamedNode, rdflib.term.Node]]:
    """Class, property and property shape of every official constraint on a named property."""
    graph = official.graph
    for shape, class_ in graph.subject_objects(SH.targetClass):
        for node in graph.objects(shape, SH.property):
            path = graph.value(node, SH.path)
            if isinstance(path, rdflib.URIRef):
                yield NamedNode(str(class_)), NamedNode(str(path)), node


def test_what_is_mandatory_in_a_class_that_we_export_is_mandatory_in_our_profile(
    official: Shapes, profile: Profile
) -> None:
    mandatory = {
        (class_, path)
        for class_, path, node in constraints(official)
        if class_ in profile and (node, SH.minCount, rdflib.Literal(1)) in official.graph
    }
    ours = {(class_, rule.path) for class_ in profile for rule in profile[class_] if rule.required}
    assert len(mandatory) >= 10
    assert mandatory <= ours


def test_our_rule_for_a_property_is_as_strict_as_the_official_one(
    official: Shapes, profile: Profile
) -> None:
    compared = 0
    for class_, path, node in constraints(official):
        for rule in profile.get(class_, ()):
            if rule.path == path:
                compared += 1
                assert list(laxer(rule, official.graph, node)) == [], f"{class_} {path}"
    assert compared > 50


def laxer(rule: PropertyRule, graph: rdflib.Graph, node: rdflib.term.Node) -> Iterator[str]:
    """In what respects a rule allows more than an official property shape."""
    if graph.value(node, SH.maxCount) is not None and not rule.single:
        yield "maxCount"
    class_ = graph.value(node, SH["class"])
    if class_ is not None and rule.class_ != NamedNode(str(class_)):
        yield "class"
    datatype = graph.value(node, SH.datatype)
    if datatype is not None and rule.datatypes != (NamedNode(str(datatype)),):
        yield "datatype"
    kind = graph.value(node, SH.nodeKind)
    if kind is not None and rule.literal != (kind == SH.Literal):
        yield "nodeKind"
