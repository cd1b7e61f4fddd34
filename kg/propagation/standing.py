"""Which revision the derived graph of a store follows from, and by which rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kg.namespaces import MLG
from kg.propagation.rules import rules_digest
from kg.store import DERIVED_GRAPH, EmbeddedStore, StorePatch
from kg.terms import NamedNode, Quad, Triple

_REVISION = MLG.propagatedRevision
RULES_NOTE: Final = MLG.propagatedRules
"""The note of a store that tells by which rules and ontology its facts were made."""
_RULES = RULES_NOTE
_ONTOLOGY = MLG.ontologyDigest
_BULK = 10_000  # quads from which on a bulk load is faster than an update


def notes_for(store: EmbeddedStore) -> dict[NamedNode, str]:
    """What a store notes whose facts follow from all that it holds now."""
    return {**revision_note(store.revision()), _RULES: _rules(store)}


def revision_note(revision: int) -> dict[NamedNode, str]:
    """What a store notes besides once its facts follow from a revision, by the same rules."""
    return {_REVISION: str(revision)}


def propagated_revision(store: EmbeddedStore) -> int:
    """The revision that the facts in a store follow from; 0 where they are of other rules."""
    if store.notes(_RULES) != [_rules(store)]:
        return 0
    noted = store.notes(_REVISION)
    return int(noted[0]) if len(noted) == 1 else 0


def has_facts(store: EmbeddedStore) -> bool:
    """Whether a store holds facts by the rules and the ontology in force, of whatever revision."""
    return store.notes(_RULES) == [_rules(store)]


def write(store: EmbeddedStore, added: set[Triple], removed: set[Triple]) -> None:
    """Change the derived graph; a process that dies half-way leaves it to be made anew."""
    revision, notes = store.revision(), notes_for(store)
    quads = [Quad(t.subject, t.predicate, t.object, DERIVED_GRAPH) for t in added]
    gone = [Quad(t.subject, t.predicate, t.object, DERIVED_GRAPH) for t in removed]
    if len(quads) < _BULK:
        store.apply(StorePatch(revision, added=quads, removed=gone, notes=notes))
        return
    store.apply(StorePatch(revision, removed=gone, notes={_RULES: ""}))
    store.load(quads, revision, notes)


def replace(store: EmbeddedStore, triples: Iterable[Triple]) -> None:
    """Put other facts in place of all there are; a triple may come twice."""
    revision = store.revision()
    store.apply(StorePatch(revision, dropped=[DERIVED_GRAPH], notes={_RULES: ""}))
    quads = (Quad(t.subject, t.predicate, t.object, DERIVED_GRAPH) for t in triples)
    store.load(quads, revision, notes_for(store))


def _rules(store: EmbeddedStore) -> str:
    return f"{rules_digest()} {' '.join(store.notes(_ONTOLOGY))}".strip()
