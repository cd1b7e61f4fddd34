"""Keeping a verdict on record: a decision, committed like any other change.

The graph remembers who was answered what, of which state, and the digest of the whole answer. A
decision is no lineage and no rule looks at it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from kg.app.gate.asking import Gate
from kg.commit import Change
from kg.gate import Verdict
from kg.iri import Names
from kg.journal import RevisionInfo
from kg.model import Description
from kg.namespaces import DCT, MLG, ONTOLOGY_IRI, XSD
from kg.terms import Literal, NamedNode

SOURCE: Final = "gate"
"""The source of decisions, and the system of their identifiers."""

_LETTERS: Final = 16


def decision_of(digest: str, names: Names) -> NamedNode:
    """What the decision of a verdict is called."""
    return names.mint("gate-decision", SOURCE, digest.partition(":")[2][:_LETTERS])


def record(gate: Gate, verdict: Verdict, agent: str) -> RevisionInfo | None:
    """Commit the decision; ``None`` where this very verdict is on record already."""
    graph = gate.graph
    about, node = verdict.content, decision_of(verdict.digest, graph.names)
    answer = "passed" if verdict.allowed else "failed"
    asset = about["assetIri"]
    decision = (
        Description(SOURCE, node)
        .a(MLG.GateDecision)
        .add(DCT.title, f"{about['purpose']}: {about['asset'] or 'a change'}")
        .add(MLG.decidesFor, NamedNode(gate.purpose(about["purpose"]).iri))
        .add(MLG.decidesOn, NamedNode(asset) if asset else None)
        .add(MLG.outcome, NamedNode(f"{ONTOLOGY_IRI}/outcome/{answer}"))
        .add(MLG.judgedRevision, about["revision"])
        .add(MLG.judgedInstant, Literal(about["asOf"], datatype=XSD.dateTime))
        .add(MLG.verdictDigest, verdict.digest)
        .add(DCT.issued, datetime.now(UTC).replace(microsecond=0))
    )
    if graph.journal.records([graph.names.graph(SOURCE, node)]):
        return None
    message = f"{'allowed' if verdict.allowed else 'refused'}: {about['purpose']}"
    return graph.writer.commit(Change([decision.record()]), agent=agent, message=message)[0]
