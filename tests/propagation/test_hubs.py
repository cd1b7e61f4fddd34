"""What follows from a change at a hub costs the same however much the hub has beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from facts_read import derived, in_graph

from kg.namespaces import ADMS, DCAT, MLG
from kg.propagation import derived_triples, propagate
from kg.store import EmbeddedStore, StorePatch
from kg.terms import NamedNode, Quad, Triple

GRAPH = NamedNode("https://example.org/graph/data")
SERVICE, MODEL = (NamedNode(f"https://example.org/{name}") for name in ("service", "model"))
RETIRED = NamedNode("https://w3id.org/mlg/status/deprecated")


def beside(number: int) -> set[Triple]:
    """A version of the model that is deprecated, and a deployment of it that the service uses."""
    version, deployment = (
        NamedNode(f"https://example.org/{kind}/{number}") for kind in ("version", "deployment")
    )
    return {
        Triple(version, DCAT.isVersionOf, MODEL),
        Triple(version, ADMS.status, RETIRED),
        Triple(deployment, MLG.directlyDependsOn, version),
        Triple(SERVICE, MLG.directlyDependsOn, deployment),
    }


def cost_of(change: set[Triple], size: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many quads are looked up to take in a change beside so many others."""
    store = EmbeddedStore.in_memory()
    said = set().union(*(beside(number) for number in range(size))) - change
    store.load(in_graph(said, GRAPH), revision=1)
    propagate(store, said)
    store.apply(StorePatch(2, added=in_graph(change, GRAPH)))
    seen = 0
    look_up = EmbeddedStore.quads

    def counted(*words: Any) -> Iterator[Quad]:
        nonlocal seen
        for quad in look_up(*words):
            seen += 1
            yield quad

    with monkeypatch.context() as patched:
        patched.setattr(EmbeddedStore, "quads", counted)
        propagate(store, change)
    assert derived(store) == set(derived_triples(store))
    return seen


def test_what_comes_is_followed_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (cost_of(beside(1000), size, monkeypatch) for size in (5, 100))
    assert few == many > 0
