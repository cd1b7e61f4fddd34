"""What validation answers: results and the report that holds them (SHACL, section 3.6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from kg.namespaces import SH
from kg.shacl.rule import Rule
from kg.shacl.waiver import NotWaived, Waived
from kg.terms import Literal, NamedNode, Term, Triple

SEVERITIES: Final = ("Violation", "Warning", "Info")


def severity_name(severity: NamedNode) -> str:
    """``Violation``, ``Warning`` or ``Info``; for a severity of somebody's own, its IRI."""
    return severity.value.removeprefix(SH.iri)


def severity_rank(name: str) -> int:
    """Worst first: 0 for a violation; severities of somebody's own come last."""
    return SEVERITIES.index(name) if name in SEVERITIES else len(SEVERITIES)


@dataclass(frozen=True)
class Result:
    """One ``sh:ValidationResult``, with what its rule adds for the reader.

    ``path`` is the node of ``sh:resultPath`` and ``path_text`` its SPARQL spelling; ``owners``
    are those who answer for the focus node. ``waived`` names the waiver that holds, which made
    the severity ``sh:Info``; ``not_waived`` those that were meant for it and do not count.
    ``details`` are the results behind this one (``sh:detail``) and ``annotations`` what it says
    besides (``sh:resultAnnotation``).
    """

    focus: Term
    path: Term | None
    path_text: str
    value: Term | None
    shape: Term
    constraint: Term | None
    component: NamedNode
    severity: NamedNode
    messages: tuple[Literal, ...]
    rule: Rule | None
    owners: tuple[NamedNode, ...] = ()
    waived: Waived | None = None
    not_waived: tuple[NotWaived, ...] = ()
    details: tuple[Result, ...] = ()
    annotations: tuple[tuple[NamedNode, tuple[Term, ...]], ...] = ()

    @property
    def level(self) -> str:
        """The short name of the severity."""
        return severity_name(self.severity)

    @property
    def message(self) -> str:
        """The messages as one text."""
        return " ".join(message.value for message in self.messages)

    @property
    def remedy(self) -> str:
        """What to do about it, as the rule says; empty where no rule says."""
        return self.rule.remedy if self.rule else ""

    def sort_key(self) -> tuple[int, str, str, str, str, str, str, str]:
        """Worst first, then by rule, focus node, path, value, message, component, constraint."""
        rule = self.rule.name if self.rule else ""
        value = str(self.value) if self.value is not None else ""
        rank = severity_rank(self.level)
        about = (str(self.focus), self.path_text, value, self.message)
        return (rank, rule, *about, self.component.value, str(self.constraint or ""))


@dataclass(frozen=True)
class NotCompiledShape:
    """A shape that the reference engine validated because the compiler could not, for a reason.

    ``triples`` were copied for that: those around its focus nodes, or ``whole`` all the data.
    ``None`` where it has not been asked since the report that is kept was opened.
    """

    shape: Term
    reason: str
    triples: int | None = None
    whole: bool = False

    @property
    def told(self) -> str:
        """Which engine validated it, and on what."""
        if self.triples is None:
            return "validated by pySHACL"
        if self.whole:
            return f"validated by pySHACL on all {self.triples} triples"
        return f"validated by pySHACL on {self.triples} triples around its focus nodes"


@dataclass(frozen=True)
class Report:
    """A ``sh:ValidationReport``: results in a stable order, and what was asked when.

    ``details`` describes the blank nodes that results point at (paths, unnamed shapes), so that
    the report can be written as standard RDF. ``upcoming`` are results of rules that do not
    apply yet at the instant of the report; they are told and count for nothing.
    ``not_compiled`` names the shapes that the reference engine validated.
    """

    results: tuple[Result, ...]
    rules: tuple[Rule, ...] = ()
    details: frozenset[Triple] = frozenset()
    as_of: datetime | None = None
    revision: int | None = None
    upcoming: tuple[Result, ...] = ()
    not_compiled: tuple[NotCompiledShape, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether there are no results of any severity (SHACL, 3.6.1.1)."""
        return not self.results

    @property
    def counts(self) -> dict[str, int]:
        """How many results of each severity, the waived ones left out.

        The three standard severities always appear.
        """
        return count_levels(result.level for result in self.results if result.waived is None)

    @property
    def waived(self) -> int:
        """How many results a waiver holds for."""
        return sum(result.waived is not None for result in self.results)

    @property
    def violations(self) -> int:
        """How many results are violations."""
        return self.counts["Violation"]


def count_levels(levels: Iterable[str]) -> dict[str, int]:
    """How many of each severity, worst first; the three standard ones always appear."""
    found = Counter(levels)
    names = [*SEVERITIES, *sorted(found.keys() - set(SEVERITIES))]
    return {name: found[name] for name in names}


def set_upcoming_apart(report: Report) -> Report:
    """The report with the results of rules that do not apply yet at its instant set apart."""
    moment = report.as_of
    if moment is None:
        return report
    due: list[Result] = []
    upcoming: list[Result] = []
    for result in report.results:
        applies = result.rule is None or result.rule.applies_at(moment)
        (due if applies else upcoming).append(result)
    return replace(report, results=tuple(due), upcoming=tuple(upcoming))


def sort_results(results: Iterable[Result]) -> tuple[Result, ...]:
    """The results in the order of a report."""
    return tuple(sorted(results, key=Result.sort_key))
