"""The findings of a graph, open and closed, for those who list them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from kg.app.graph import KnowledgeGraph
from kg.app.live import bring_up, live_report, now
from kg.compliance.context import ContextReader
from kg.errors import NotFound, Unsupported
from kg.findings import Finding, Wanted
from kg.findings.encoding import read_terms
from kg.findings.standing import time_text
from kg.instants import read_instant
from kg.journal import RevisionInfo
from kg.shacl import Rule
from kg.terms import NamedNode, Term


@dataclass(frozen=True)
class Listed:
    """A finding with its terms and its rule, and the change that it was opened at.

    ``age`` is in whole days, from its opening to its closing or to now.
    """

    finding: Finding
    node: Term
    value: Term | None
    rule: Rule | None
    opened: RevisionInfo | None
    age: int


def list_findings(
    graph: KnowledgeGraph,
    *,
    closed: bool = False,
    since: str | None = None,
    rule: str | None = None,
    owner: str | None = None,
    asset: str | None = None,
) -> Iterator[Listed]:
    """The findings that are open, or those ``closed``, the oldest first.

    The report is brought up first where this process can. Open are those of rules that apply by
    now. ``since`` is the instant of opening, or of closing, from which on they are wanted;
    ``rule`` is the name or IRI of a rule, ``owner`` and ``asset`` are things as people name them.
    Raises :class:`NotFound` for what is not there and :class:`InputError` for what is no instant.
    """
    bring_up(graph)
    live = live_report(graph)
    if not graph.is_held and not live.ledger.state():
        hint = "stop it and run 'kg validate' once; it keeps the report from then on"
        raise Unsupported("the server that holds the graph keeps no report yet", hint=hint)
    rules = live.shapes.rules
    wanted = Wanted(
        closed=closed,
        since=None if since is None else time_text(read_instant(since)),
        rule=None if rule is None else _rule(rules, rule),
        owner=None if owner is None else graph.resolve(owner).value,
    )
    found = list(live.ledger.findings(wanted))
    about = None if asset is None else graph.resolve(asset, past=True)
    moment = now()
    contexts = ContextReader(graph.store)
    for listed in _listed(graph, found, rules, moment):
        applies = closed or listed.rule is None or listed.rule.applies_at(moment)
        if applies and (about is None or _concerns(listed.node, about, contexts)):
            yield listed


def _rule(rules: Collection[str], text: str) -> str:
    """The IRI of a rule that a person names."""
    for iri in rules:
        if text in (iri, iri.rstrip("/#").replace("#", "/").rpartition("/")[2]):
            return iri
    raise NotFound(f"there is no rule {text!r}; 'kg rules list' shows them")


def _concerns(node: Term, asset: NamedNode, contexts: ContextReader) -> bool:
    return node == asset or asset in contexts.of(node).belongs


def _listed(
    graph: KnowledgeGraph, found: list[Finding], rules: Mapping[str, Rule], moment: datetime
) -> Iterator[Listed]:
    texts = {text for finding in found for text in (finding.node, finding.value) if text}
    terms = read_terms(texts)
    revisions = graph.journal.infos({finding.opened_revision for finding in found})
    for finding in found:
        until = datetime.fromisoformat(finding.closed_at) if finding.closed_at else moment
        since = datetime.fromisoformat(finding.opened_at).astimezone(UTC)
        yield Listed(
            finding,
            terms[finding.node],
            terms[finding.value] if finding.value else None,
            rules.get(finding.rule),
            revisions.get(finding.opened_revision),
            max(0, (until - since).days),
        )
