"""What the ledger notes of a difference: who answers for what, since when, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kg.findings.attribution import Attribution, Because
from kg.findings.kept import Difference
from kg.findings.ledger import Closing, Entry, Finding
from kg.shacl.affected import AskedShapes
from kg.shacl.compiled.owners import owners_of
from kg.shacl.rdflib_bridge import to_rdflib
from kg.store import EmbeddedStore


def entry_of(
    asked: AskedShapes, store: EmbeddedStore, difference: Difference, because: Attribution
) -> Entry:
    """What the ledger is to take in, dates aside."""
    return Entry(
        opened=list(opened(asked, store, difference, because)),
        closed=closed(difference, because),
        rewritten={known.identity: known.payload for _, _, known in difference.rewritten},
    )


def opened(
    asked: AskedShapes,
    store: EmbeddedStore,
    difference: Difference,
    because: Attribution,
) -> Iterator[Finding]:
    """The findings that are new, with the owners that there are now."""
    if not difference.opened:
        return
    nodes = {known.result.focus for _, _, known in difference.opened}
    owners = owners_of(nodes, asked.evaluation(store, None))
    for root, focus, known in difference.opened:
        result, why = known.result, because.of(root, focus)
        rule = asked.shapes.rule_of(to_rdflib(result.shape))
        yield Finding(
            id=known.identity,
            root=str(root),
            focus=str(focus),
            node=str(result.focus),
            rule=rule.iri if rule else "",
            severity=result.level,
            value=None if result.value is None else str(result.value),
            message=result.message,
            owners=tuple(owner.value for owner in owners.get(result.focus, ())),
            payload=known.payload,
            opened_revision=why.revision,
            opened_at=why.at,
            opened_by=why.cause,
        )


def closed(difference: Difference, because: Attribution) -> list[Closing]:
    """The findings that are no more, by why."""
    found: defaultdict[Because, list[str]] = defaultdict(list)
    for root, focus, known in difference.closed:
        found[because.of(root, focus)].append(known.identity)
    return [Closing(ids, why.revision, why.at, why.cause) for why, ids in found.items()]
