"""A report with what a governance officer asks of it: where each finding belongs, and sums."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Final

from kg.compliance.context import ContextReader
from kg.compliance.evidence import EvidenceReader, Step
from kg.compliance.findings import Finding, finding, show
from kg.compliance.selection import Selection
from kg.compliance.trend import Day
from kg.iri import Names
from kg.namespaces import compact
from kg.shacl import Report, Result, Rule
from kg.shacl.report import count_levels

_CLAUSE: Final = re.compile(r",\s(?![^()]*\))")  # a comma that is not in parentheses
_NONE: Final = "none stated"
_TITLES: Final = 1_000  # of sources, of which the framework is kept


@dataclass(frozen=True)
class Entry:
    """One result in words, with where it belongs and the way that shows it.

    ``upcoming`` where its rule does not apply yet.
    """

    result: Result
    finding: Finding
    domains: tuple[str, ...] = ()
    risk_levels: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    upcoming: bool = False
    evidence: tuple[Step, ...] = ()

    @property
    def rule(self) -> Rule | None:
        """The rule that found it."""
        return self.result.rule

    @property
    def upcoming_from(self) -> str:
        """The day from which its rule applies; empty where it applies."""
        return (self.rule.effective_from or "") if self.upcoming and self.rule else ""


@dataclass(frozen=True)
class Row:
    """How many findings of each severity have one thing in common, the waived apart."""

    name: str
    counts: Mapping[str, int]
    waived: int


@dataclass(frozen=True)
class Summary:
    """Findings by one thing that people steer by; one finding may count in several rows."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Overview:
    """A report, its findings placed, worst first, and summed up.

    ``narrowed`` says in words to what the report was narrowed; ``reasons`` why it is not
    complete, if it is not. ``upcoming`` are findings of rules that do not apply yet; they are in
    no sum. ``trend`` tells how many findings were open before, where that is known.
    """

    report: Report
    entries: tuple[Entry, ...]
    upcoming: tuple[Entry, ...] = ()
    summed: bool = False
    narrowed: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    trend: tuple[Day, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every rule was asked of everything, at one revision."""
        return not self.reasons

    @cached_property
    def summaries(self) -> tuple[Summary, ...]:
        """The sums, where it is summed up; worked out when somebody asks."""
        return _summaries(self.entries) if self.summed else ()


def plain(report: Report, names: Names) -> Overview:
    """The report with no more than it says itself."""
    due = tuple(Entry(result, finding(result, names)) for result in report.results)
    upcoming = tuple(
        Entry(result, finding(result, names), upcoming=True) for result in report.upcoming
    )
    return Overview(report, due, upcoming)


def overview(
    report: Report,
    contexts: ContextReader,
    evidence: EvidenceReader,
    names: Names,
    selection: Selection,
    packs: Mapping[str, tuple[str, ...]],
) -> Overview:
    """The report, narrowed, placed and summed up; ``packs`` names those of each rule (IRI).

    Costs a few look-ups a finding, and for the evidence as much as lies between a finding's
    focus node and its value.
    """

    def placed(results: Iterable[Result], *, upcoming: bool = False) -> tuple[Entry, ...]:
        return tuple(
            Entry(
                result,
                finding(result, names),
                domains=tuple(show(domain, names) for domain in context.domains),
                risk_levels=tuple(show(level, names) for level in context.risk_levels),
                packs=packs.get(result.rule.iri, ()) if result.rule else (),
                upcoming=upcoming,
                evidence=evidence.path(result),
            )
            for result in results
            if selection.admits(result, context := contexts.of(result.focus), contexts)
        )

    due, upcoming = placed(report.results), placed(report.upcoming, upcoming=True)
    narrowed = replace(
        report,
        results=tuple(entry.result for entry in due),
        upcoming=tuple(entry.result for entry in upcoming),
        rules=tuple(rule for rule in report.rules if selection.concerns(rule)),
    )
    return Overview(narrowed, due, upcoming, summed=True, narrowed=selection.words(names))


def _summaries(entries: Iterable[Entry]) -> tuple[Summary, ...]:
    columns: tuple[tuple[str, Callable[[Entry], Iterable[str]]], ...] = (
        ("Regulation or framework", lambda entry: frameworks(entry.rule)),
        ("Pack", lambda entry: entry.packs),
        ("Risk level", lambda entry: entry.risk_levels),
        ("Domain", lambda entry: entry.domains),
        ("Owner", lambda entry: entry.finding.owners),
    )
    return tuple(Summary(title, _rows(entries, key)) for title, key in columns)


def _rows(entries: Iterable[Entry], key: Callable[[Entry], Iterable[str]]) -> tuple[Row, ...]:
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for name in dict.fromkeys(key(entry)) or (_NONE,):
            found[name].append(entry)
    rows = [_row(name, members) for name, members in found.items()]
    return tuple(sorted(rows, key=_worst_first))


def _row(name: str, entries: Iterable[Entry]) -> Row:
    members = list(entries)
    counts = count_levels(entry.finding.level for entry in members if not entry.finding.waived)
    waived = sum(bool(entry.finding.waived) for entry in members)
    return Row(name, counts, waived)


def _worst_first(row: Row) -> tuple[list[int], str]:
    return [-count for count in row.counts.values()], row.name


def frameworks(rule: Rule | None) -> tuple[str, ...]:
    """The regulations and frameworks that a rule rests on, without article or clause."""
    titles = [] if rule is None else [source.title for source in rule.sources]
    return tuple(dict.fromkeys(map(_framework, titles)))


@lru_cache(_TITLES)
def _framework(title: str) -> str:
    return compact(_CLAUSE.split(title)[0])
