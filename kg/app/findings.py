"""The findings of a graph, open and closed, for those who list them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from kg.app.compliance import structure_rules
from kg.app.graph import KnowledgeGraph
from kg.app.live import bring_up, live_report, now
from kg.compliance.context import ContextReader
from kg.compliance.evidence import EvidenceReader, Step
from kg.compliance.waivers import WaiverJudge, read_waivers
from kg.errors import InputError, NotFound, Unsupported
from kg.findings import Finding, LiveReport, State, Wanted
from kg.findings.encoding import decode, read_terms
from kg.findings.standing import time_text
from kg.instants import read_instant
from kg.journal import RevisionInfo
from kg.namespaces import SH
from kg.shacl import NotWaived, Result, Rule, Shapes, Waived
from kg.shacl.packs import rules_of
from kg.terms import NamedNode, Term

WAIVED: Final = "waived"
STATES: Final = ("open", WAIVED, "closed", "all")
SEVERITIES: Final = ("violation", "warning", "info")
_SHORTEST: Final = 6
_ID: Final = re.compile(r"[0-9a-f]+\Z")


@dataclass(frozen=True)
class Filters:
    """Which findings are wanted, as people name things; all conditions must hold.

    ``state`` is one of :data:`STATES`; those that a waiver holds for are open too. One of the
    ``severities`` (:data:`SEVERITIES`, as found), of the ``rules`` (names or IRIs), of the rules of
    the ``packs`` and of the ``owners`` at opening must fit. ``asset`` is what a finding is about or
    belongs to. ``since`` is an instant or a revision from which on it was opened or closed.
    """

    state: str = STATES[0]
    severities: Sequence[str] = ()
    rules: Sequence[str] = ()
    packs: Sequence[str] = ()
    owners: Sequence[str] = ()
    asset: str | None = None
    since: str | None = None


@dataclass(frozen=True)
class Listed:
    """A finding with its terms, its rule, and the changes that it was opened and closed at.

    ``age`` is in whole days, from its opening to its closing or to now. ``waived`` is by which
    waiver it is accepted now, ``not_waived`` which were meant for it and do not count.
    """

    finding: Finding
    node: Term
    value: Term | None
    rule: Rule | None
    opened: RevisionInfo | None
    closed: RevisionInfo | None
    age: int
    waived: Waived | None = None
    not_waived: tuple[NotWaived, ...] = ()

    @property
    def state(self) -> str:
        """``open``, ``waived`` or ``closed``."""
        if self.finding.closed_at is not None:
            return State.CLOSED.value
        return WAIVED if self.waived else State.OPEN.value


@dataclass(frozen=True)
class Shown:
    """A finding in full: each time it was open, the oldest first, and why it holds if it does."""

    periods: tuple[Listed, ...]
    path: str
    evidence: tuple[Step, ...]

    @property
    def last(self) -> Listed:
        """The finding as it stands."""
        return self.periods[-1]


def known_report(graph: KnowledgeGraph) -> LiveReport:
    """The report of a graph, brought up first where this process can.

    Raises :class:`Unsupported` beside a server that keeps none.
    """
    bring_up(graph)
    live = live_report(graph)
    if not graph.is_held and not live.ledger.state():
        hint = "stop it and run 'kg validate' once; it keeps the report from then on"
        raise Unsupported("the server that holds the graph keeps no report yet", hint=hint)
    return live


def list_findings(graph: KnowledgeGraph, live: LiveReport, filters: Filters) -> Iterator[Listed]:
    """The findings that are wanted, the oldest first; linear in those that were ever found.

    Open are those of rules that apply by now. Raises :class:`NotFound` for what is not there and
    :class:`InputError` for what is no instant or state.
    """
    wanted = _wanted(graph, live.shapes, filters)
    about = None if filters.asset is None else graph.resolve(filters.asset, past=True)
    contexts = ContextReader(graph.store)
    moment = now()
    for listed in _listed(graph, live, live.ledger.findings(wanted), moment):
        applies = (
            listed.state == State.CLOSED or listed.rule is None or listed.rule.applies_at(moment)
        )
        fits = filters.state != WAIVED or listed.waived is not None
        if applies and fits and (about is None or _concerns(listed.node, about, contexts)):
            yield listed


def show_finding(graph: KnowledgeGraph, live: LiveReport, identifier: str) -> Shown:
    """A finding by its id, of which the first six digits do where they are of one alone.

    Raises :class:`NotFound` where it is of none, and :class:`InputError` where of several.
    """
    named = len(identifier) >= _SHORTEST and _ID.match(identifier)
    found = live.ledger.periods(identifier) if named else []
    if not found:
        raise NotFound(f"there is no finding {identifier!r}; 'kg findings' lists them")
    if len({finding.id for finding in found}) > 1:
        raise InputError(f"{identifier} is the beginning of several", hint="write more of it")
    periods = tuple(_listed(graph, live, found, now()))
    result = _result(periods[-1])
    reader = EvidenceReader(graph.store, graph.lineage, graph.names)
    is_open = periods[-1].state != State.CLOSED
    return Shown(periods, result.path_text, reader.path(result) if is_open else ())


def _result(listed: Listed) -> Result:
    """The result that a finding was made from."""
    (result,) = decode([listed.finding.payload])
    return replace(result, rule=listed.rule)


def _wanted(graph: KnowledgeGraph, shapes: Shapes, filters: Filters) -> Wanted:
    if filters.state not in STATES:
        raise InputError(f"the state is {filters.state!r}", hint=f"one of {', '.join(STATES)}")
    for severity in filters.severities:
        if severity not in SEVERITIES:
            raise InputError(
                f"the severity is {severity!r}", hint=f"one of {', '.join(SEVERITIES)}"
            )
    since, revision = _since(filters.since)
    return Wanted(
        state=State.OPEN if filters.state == WAIVED else State(filters.state),
        since=since,
        since_revision=revision,
        rules=_rules(shapes, filters),
        owners=[graph.resolve(owner).value for owner in filters.owners],
        severities=[severity.capitalize() for severity in filters.severities],
    )


def _since(text: str | None) -> tuple[str | None, int | None]:
    """The instant or the revision that a text names."""
    if text is None:
        return None, None
    if text.isascii() and text.isdigit() and len(text) < 10:
        return None, int(text)
    return time_text(read_instant(text)), None


def _rules(shapes: Shapes, filters: Filters) -> Collection[str] | None:
    """The IRIs of the rules that are wanted; ``None`` for all."""
    if not filters.rules and not filters.packs:
        return None
    wanted = set(shapes.rules) | {""}
    if filters.rules:
        wanted = {_rule(shapes.rules, name) for name in filters.rules}
    if filters.packs:
        wanted &= rules_of(shapes.packs, filters.packs, shapes.rules.keys() - structure_rules())
    return wanted


def _rule(rules: Mapping[str, Rule], text: str) -> str:
    """The IRI of a rule that a person names."""
    for iri, rule in rules.items():
        if text in (iri, rule.name):
            return iri
    raise NotFound(f"there is no rule {text!r}; 'kg rules list' shows them")


def _concerns(node: Term, asset: NamedNode, contexts: ContextReader) -> bool:
    return node == asset or asset in contexts.of(node).belongs


def _listed(
    graph: KnowledgeGraph, live: LiveReport, findings: Iterable[Finding], moment: datetime
) -> Iterator[Listed]:
    found, rules = list(findings), live.shapes.rules
    terms = read_terms({text for f in found for text in (f.node, f.value) if text})
    revisions = graph.journal.infos(
        {r for f in found for r in (f.opened_revision, f.closed_revision) if r is not None}
    )
    judge = WaiverJudge(read_waivers(graph.store), moment)
    for finding in found:
        rule, node = rules.get(finding.rule), terms[finding.node]
        is_open = finding.closed_at is None
        held, refused = judge.of(rule, node) if is_open else (None, ())
        yield Listed(
            finding,
            node,
            terms[finding.value] if finding.value else None,
            rule,
            revisions.get(finding.opened_revision),
            None if finding.closed_revision is None else revisions.get(finding.closed_revision),
            _days(finding, moment),
            Waived(held, _severity(finding)) if held else None,
            refused,
        )


def _severity(finding: Finding) -> NamedNode:
    own = ":" in finding.severity
    return NamedNode(finding.severity if own else f"{SH.iri}{finding.severity}")


def _days(finding: Finding, moment: datetime) -> int:
    until = datetime.fromisoformat(finding.closed_at) if finding.closed_at else moment
    since = datetime.fromisoformat(finding.opened_at).astimezone(UTC)
    return max(0, (until - since).days)
