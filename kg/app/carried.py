"""What a thing carries, of one revision, whatever is committed meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kg.app.graph import KnowledgeGraph
from kg.errors import InputError, NotFound
from kg.iri import Names
from kg.namespaces import PREFIXES
from kg.near import near
from kg.propagation import Carried, carried_by, kinds_by_name, propagated_revision, with_facts
from kg.terms import NamedNode

_TRIES: Final = 3


@dataclass(frozen=True)
class CarriedAnswer:
    """The facts about a thing that were asked for, and their revision."""

    asset: NamedNode
    revision: int
    carries: Sequence[Carried]

    def to_json(self, names: Names) -> dict[str, Any]:
        """The answer as the command line and HTTP give it."""
        return {
            "asset": names.short(self.asset),
            "revision": self.revision,
            "carries": [carried.to_json(names) for carried in self.carries],
        }


def carried(graph: KnowledgeGraph, asset: str, labels: Sequence[str] = ()) -> CarriedAnswer:
    """All that a thing carries, or of it the labels or kinds named alone.

    A label is named by the word for its kind, such as ``retraction``, or as an IRI, in full or
    short. Costs some look-ups for each step of each way. Raises :class:`NotFound` for a thing that
    is not known and for what can be no label.
    """
    asked = {_label(text, graph.names) for text in labels}
    node = graph.resolve(asset)
    revision, found = _at_one_revision(graph, node)
    chosen = [c for c in found if not asked or not asked.isdisjoint((c.kind, c.label))]
    return CarriedAnswer(node, revision, chosen)


def _at_one_revision(graph: KnowledgeGraph, node: NamedNode) -> tuple[int, list[Carried]]:
    """The facts follow a commit by a moment; who comes in between looks again, or waits for it."""
    store = graph.store
    for _ in range(_TRIES):
        revision = propagated_revision(store)
        found = carried_by(store, node)
        if revision == store.revision() == propagated_revision(store):
            return revision, found
    with graph.undisturbed():
        store = with_facts(graph.store)
        return store.revision(), carried_by(store, node)


def _label(text: str, names: Names) -> NamedNode:
    """The label or kind that a person names."""
    kinds = kinds_by_name()
    if text in kinds:
        return kinds[text].concept
    prefix, _, local = text.partition(":")
    try:
        return names.parse(PREFIXES[prefix] + local if prefix in PREFIXES else text)
    except InputError:
        raise NotFound(f"there is no label {text!r}", suggestions=near(text, kinds)) from None
