"""Which waivers hold at an instant, and what they do to a report.

A waiver never removes a result: while it holds, the result is re-graded to ``sh:Info`` and names
it. What does not demonstrably hold does not count, and the result says why. Whether one holds is
decided here each time a report is made, so nothing has to sweep expired ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from kg.compliance.findings import instant as show_instant
from kg.instants import to_instant
from kg.namespaces import DCT, MLG, PROV, RDF, SCHEMA, SH
from kg.shacl import NotWaived, Report, Result, Rule, Waived, Waiver
from kg.shacl.report import sort_results
from kg.store import Lookups
from kg.terms import Literal, NamedNode, Term

LONGEST: Final = timedelta(days=366)
"""How long a waiver may hold from its approval: a year, leap years included."""


def read_waivers(store: Lookups) -> list[Waiver]:
    """Every waiver in the store, by its IRI."""
    nodes = {quad.subject for quad in store.quads(None, RDF.type, MLG.Waiver, None)}
    named = sorted((node for node in nodes if isinstance(node, NamedNode)), key=lambda n: n.value)
    return [read_waiver(store, node) for node in named]


def read_waivers_for(store: Lookups, things: Iterable[Term]) -> list[Waiver]:
    """The waivers for some things alone, by their IRI; a few look-ups each."""
    found = {
        quad.subject
        for thing in things
        if isinstance(thing, NamedNode)
        for quad in store.quads(None, MLG.waiverFor, thing, None)
    }
    named = (node for node in found if isinstance(node, NamedNode) and _is_waiver(store, node))
    return [read_waiver(store, node) for node in sorted(named, key=lambda node: node.value)]


def read_waiver(store: Lookups, iri: NamedNode) -> Waiver:
    """What all sources together say of one waiver."""
    said: defaultdict[NamedNode, set[Term]] = defaultdict(set)
    for quad in store.quads(iri, None, None, None):
        said[quad.predicate].add(quad.object)  # type: ignore[arg-type]
    return Waiver(
        iri,
        rules=_nodes(said[MLG.waives]),
        targets=_nodes(said[MLG.waiverFor]),
        requesters=_nodes(said[MLG.requestedBy]),
        approvers=_nodes(said[PROV.wasAssociatedWith]),
        reasons=_texts(said[DCT.description]),
        starts=_texts(said[PROV.generatedAtTime]),
        ends=_texts(said[SCHEMA.expires]),
        revoked=_texts(said[PROV.invalidatedAtTime]),
    )


def objection(waiver: Waiver, rule: Rule | None, as_of: datetime) -> str | None:
    """Why a waiver does not hold at an instant, as a clause; ``None`` where it holds."""
    return next(_objections(waiver, rule, as_of), None)


def apply_waivers(report: Report, waivers: Iterable[Waiver], as_of: datetime) -> Report:
    """The report with each result that a waiver holds for re-graded, in the order of a report.

    Upcoming results too: what is told of them is what holds at the instant.
    """
    judge = WaiverJudge(waivers, as_of)
    due, upcoming = (
        sort_results(judge.regraded(result) for result in results)
        for results in (report.results, report.upcoming)
    )
    return replace(report, results=due, upcoming=upcoming)


class WaiverJudge:
    """Tells which waiver holds for what a rule finds of a thing at an instant."""

    def __init__(self, waivers: Iterable[Waiver], as_of: datetime) -> None:
        self._as_of = as_of
        self._by_breach: defaultdict[tuple[str, str], list[Waiver]] = defaultdict(list)
        for waiver in waivers:
            for rule in waiver.rules:
                for target in waiver.targets:
                    self._by_breach[rule.value, target.value].append(waiver)

    def regraded(self, result: Result) -> Result:
        """A result as a note where a waiver holds for it, else with those that do not count."""
        held, refused = self.of(result.rule, result.focus)
        if held is None:
            return replace(result, not_waived=refused)
        return replace(result, severity=SH.Info, waived=Waived(held, result.severity))

    def of(self, rule: Rule | None, focus: Term) -> tuple[Waiver | None, tuple[NotWaived, ...]]:
        """The waiver that holds, if any; without one, those that were meant and why they fail."""
        refused = []
        for waiver in self._by_breach.get((rule.iri, focus.value), ()) if rule else ():
            reason = objection(waiver, rule, self._as_of)
            if reason is None:
                return waiver, ()
            refused.append(NotWaived(waiver.iri, reason))
        return None, tuple(refused)


def _objections(waiver: Waiver, rule: Rule | None, as_of: datetime) -> Iterator[str]:
    if rule is None:
        yield "it waives a rule that is not known"
    elif not rule.waivable:
        yield f"{rule.name} cannot be waived"
    if len(waiver.rules) != 1 or len(waiver.targets) != 1:
        yield "it is not of exactly one rule for exactly one thing"
    yield from _decision(waiver)
    yield from _times(waiver, as_of)


def _decision(waiver: Waiver) -> Iterator[str]:
    if not waiver.approvers:
        yield "nobody has approved it"
    if not waiver.requesters:
        yield "it does not say who asked for it"
    if waiver.requesters & waiver.approvers:
        yield "who asked for it approved it too"
    if not any(reason.strip() for reason in waiver.reasons):
        yield "it gives no reason"


def _times(waiver: Waiver, as_of: datetime) -> Iterator[str]:
    """The latest start and the earliest end count, where sources differ."""
    starts = [to_instant(text) for text in waiver.starts]
    ends = [to_instant(text) for text in waiver.ends]
    if not starts or not ends or None in (*starts, *ends):
        yield "it does not say from when and until when it holds"
        return
    start = max(moment for moment in starts if moment is not None)
    end = min(moment for moment in ends if moment is not None)
    if any((moment := to_instant(text)) is None or moment <= as_of for text in waiver.revoked):
        yield "it was revoked"
    if end <= as_of:
        yield f"it expired at {show_instant(end)}"
    if start > as_of:
        yield f"it holds from {show_instant(start)} only"
    if end - start > LONGEST:
        yield f"it is for more than {LONGEST.days} days"


def holding(waiver: Waiver, rule: Rule | None) -> tuple[datetime, datetime] | None:
    """From when and until when (excluded) a waiver holds; ``None`` where it never does."""
    starts, ends, revoked = (
        [to_instant(text) for text in texts]
        for texts in (waiver.starts, waiver.ends, waiver.revoked)
    )
    known = [moment for moment in starts if moment is not None]
    over = [moment for moment in (*ends, *revoked) if moment is not None]
    if not known or objection(replace(waiver, revoked=frozenset()), rule, max(known)) is not None:
        return None
    if None in revoked or min(over) <= max(known):
        return None
    return max(known), min(over)


def _is_waiver(store: Lookups, node: NamedNode) -> bool:
    return any(True for _ in store.quads(node, RDF.type, MLG.Waiver, None))


def _nodes(terms: Iterable[Term]) -> frozenset[NamedNode]:
    return frozenset(term for term in terms if isinstance(term, NamedNode))


def _texts(terms: Iterable[Term]) -> frozenset[str]:
    return frozenset(term.value for term in terms if isinstance(term, Literal))
