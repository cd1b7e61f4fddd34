"""A report as people read it: findings grouped by rule, worst first, in words they know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from kg.iri import Names
from kg.namespaces import compact
from kg.shacl import NotWaived, Report, Result, Rule, Waived
from kg.shacl.report import severity_name, severity_rank
from kg.terms import BlankNode, NamedNode, Term

# An IRI in a sentence; punctuation at its end belongs to the sentence.
_IRI: Final = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?()]")


@dataclass(frozen=True)
class Finding:
    """One result, its terms spelt for people; ``focus_iri`` keeps the identifier in full.

    ``waived`` tells of the waiver that holds, ``not_waived`` of those that do not count.
    """

    level: str
    focus: str
    focus_iri: str
    message: str
    path: str
    value: str
    owners: tuple[str, ...]
    waived: str = ""
    not_waived: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleFindings:
    """What was found by one rule."""

    rule: Rule
    findings: tuple[Finding, ...]

    @property
    def level(self) -> str:
        """The worst severity found."""
        return min((finding.level for finding in self.findings), key=severity_rank)

    @property
    def tally(self) -> str:
        """How many of what, such as ``2 violations, 1 warning``."""
        counted = Counter(finding.level for finding in self.findings if not finding.waived)
        return tally(counted, sum(bool(finding.waived) for finding in self.findings))


def group_by_rule(results: Iterable[Result], names: Names) -> list[RuleFindings]:
    """The findings of each rule that found something, the rules with the worst first."""
    groups: dict[Rule, list[Finding]] = {}
    for result in results:
        groups.setdefault(rule_of(result), []).append(finding(result, names))
    found = [RuleFindings(rule, tuple(findings)) for rule, findings in groups.items()]
    return sorted(found, key=lambda g: (severity_rank(g.level), g.rule.name, g.rule.iri))


def finding(result: Result, names: Names) -> Finding:
    """One result in words."""
    return Finding(
        level=printable(result.level),
        focus=show(result.focus, names),
        focus_iri=result.focus.value,
        message=shorten(result.message, names),
        path=result.path_text,
        value="" if result.value is None else show(result.value, names),
        owners=tuple(show(owner, names) for owner in result.owners),
        waived=waiver_words(result.waived, names) if result.waived else "",
        not_waived=tuple(objection_words(refused, names) for refused in result.not_waived),
    )


def objection_words(refused: NotWaived, names: Names) -> str:
    """Which waiver does not count, and why."""
    return f"{show(refused.waiver, names)} does not count: {refused.reason}"


def waiver_words(waived: Waived, names: Names) -> str:
    """By which waiver, asked for and approved by whom, until when."""
    waiver = waived.waiver
    asked, approved = (
        ", ".join(sorted(show(agent, names) for agent in agents))
        for agents in (waiver.requesters, waiver.approvers)
    )
    return (
        f"waived by {show(waiver.iri, names)} until {printable(min(waiver.ends))}, "
        f"asked for by {asked}, approved by {approved}; "
        f"without it a {severity_name(waived.severity).lower()}"
    )


def rule_of(result: Result) -> Rule:
    """The rule of a result; a shape that belongs to no rule stands for itself."""
    shape = "unnamed shape" if isinstance(result.shape, BlankNode) else result.shape.value
    return result.rule or Rule(iri=shape, name=compact(shape), title=compact(shape))


def show(term: Term, names: Names) -> str:
    """What people read for a term."""
    if isinstance(term, NamedNode):
        return printable(_short(term.value, names))
    return f"_:{term.value}" if isinstance(term, BlankNode) else printable(term.value)


def shorten(text: str, names: Names) -> str:
    """The text with every IRI in it in its short form."""
    return printable(_IRI.sub(lambda match: _short(match[0], names), text))


def _short(iri: str, names: Names) -> str:
    short = names.short(iri)
    return compact(iri) if short == iri else short


def printable(text: str) -> str:
    """The text without control characters, which could steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " for c in text)


def tally(counts: dict[str, int], waived: int = 0) -> str:
    """``2 violations, 1 warning, 1 waived``; what was not found is left out."""
    words = {"Violation": "violation", "Warning": "warning", "Info": "note"}
    found = sorted((level for level, n in counts.items() if n), key=severity_rank)
    parts = [
        f"{counts[level]} {words.get(level, level)}{'s' if counts[level] > 1 else ''}"
        for level in found
    ]
    if waived:
        parts.append(f"{waived} waived")
    return ", ".join(parts) or "no findings"


def rules_that_hold(report: Report) -> list[Rule]:
    """The rules by which nothing was found."""
    broken = {result.rule for result in (*report.results, *report.upcoming)}
    return sorted((r for r in report.rules if r not in broken), key=lambda r: (r.name, r.iri))


def rule_title(rule: Rule) -> str:
    """Name and title of a rule; once where they are the same."""
    return rule.name if rule.title == rule.name else f"{rule.name} {rule.title}"


def upcoming_by_rule(report: Report, names: Names) -> list[RuleFindings]:
    """What will be found by rules that do not apply yet, the soonest first."""
    groups = group_by_rule(report.upcoming, names)
    return sorted(groups, key=lambda group: (group.rule.effective_from or "", group.rule.name))


def heading(report: Report) -> str:
    """When and of what revision the report is, for its head; empty where it knows neither."""
    parts: Iterable[str] = (
        "" if report.revision is None else f"revision {report.revision}",
        "" if report.as_of is None else f"as of {instant(report.as_of)}",
    )
    return ", ".join(part for part in parts if part)


def instant(moment: datetime) -> str:
    """A moment for people, its zone said."""
    return f"{moment:%Y-%m-%d %H:%M:%S %Z}".strip()


def instant_text(moment: datetime | None) -> str | None:
    """A moment for programs, as RFC 3339 writes it, in UTC: not every offset is one of RDF."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
