"""A report for the terminal: the summary, then every finding with what to do about it."""

from __future__ import annotations

from collections import defaultdict
from io import StringIO
from typing import Final

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kg.compliance.evidence import drawn
from kg.compliance.findings import (
    RuleFindings,
    group_by_rule,
    heading,
    printable,
    rule_of,
    rule_title,
    rules_that_hold,
    tally,
    upcoming_by_rule,
)
from kg.compliance.overview import Overview
from kg.iri import Names
from kg.shacl import Report

_STYLES: Final = {"Violation": "bold red", "Warning": "yellow", "Info": "cyan"}


def to_text(overview: Overview, names: Names, *, width: int = 100, color: bool = False) -> str:
    """The report as text of the given width, with terminal colours if asked for."""
    report = overview.report
    ways: defaultdict[str, list[str]] = defaultdict(list)
    for entry in overview.entries:
        ways[rule_of(entry.result).iri].append(drawn(entry.evidence))
    output = StringIO()
    console = Console(
        file=output, width=width, force_terminal=color, no_color=not color, highlight=False
    )
    groups = group_by_rule(report.results, names)
    _summary(console, report, groups)
    for group in groups:
        _rule(console, group, ways[group.rule.iri])
    upcoming = upcoming_by_rule(report, names)
    _upcoming(console, upcoming)
    held = len(rules_that_hold(report))
    if held:
        console.print(
            Text(f"Nothing found by {held} of {held + len(groups) + len(upcoming)} rules.")
        )
    return "".join(f"{line.rstrip()}\n" for line in output.getvalue().splitlines())


def _summary(console: Console, report: Report, groups: list[RuleFindings]) -> None:
    head = heading(report)
    console.print(Text(f"Compliance report{', ' + head if head else ''}", style="bold"))
    if report.conforms:
        console.print(Text("Conforms: no findings.", style="green"))
        return
    console.print(
        Text(
            f"Does not conform: {tally(report.counts, report.waived)}.",
            style=_style(groups[0].level),
        )
    )
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("Rule", "Findings", "Title"):
        table.add_column(title, justify="left", overflow="fold")
    for group in groups:
        row = (printable(group.rule.name), group.tally, printable(group.rule.title))
        table.add_row(*(Text(cell) for cell in row), style=_style(group.level))
    console.print()
    _indented(console, table, 2)
    console.print()


def _rule(console: Console, group: RuleFindings, ways: list[str]) -> None:
    """What a rule found; ``ways`` are those of its findings, in one line each."""
    rule = group.rule
    console.print(Text(printable(rule_title(rule)), style="bold"))
    for finding, way in zip(group.findings, ways, strict=True):
        label = "waived" if finding.waived else finding.level.lower()
        line = Text(f"{label:9} ", style=_style(finding.level))
        line.append(finding.focus, style="bold")
        _indented(console, line, 2)
        _indented(console, Text(finding.message), 12)
        for remark in filter(None, (finding.waived, *finding.not_waived)):
            _indented(console, Text(remark), 12)
        if way:
            _indented(console, Text(f"way: {way}"), 12)
        if finding.owners:
            _indented(console, Text(f"owner: {', '.join(finding.owners)}"), 12)
    if rule.remedy:
        _indented(console, Text(f"What to do: {printable(rule.remedy)}"), 2)
    console.print()


def _upcoming(console: Console, groups: list[RuleFindings]) -> None:
    if not groups:
        return
    console.print(Text("Upcoming: found by rules that do not apply yet", style="bold"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("Rule", "From", "Findings", "Title"):
        table.add_column(title, justify="left", overflow="fold")
    for group in groups:
        rule = group.rule
        row = (rule.name, rule.effective_from or "", group.tally, rule.title)
        table.add_row(*(Text(printable(cell)) for cell in row))
    _indented(console, table, 2)
    console.print()


def _indented(console: Console, content: RenderableType, by: int) -> None:
    console.print(Padding(content, (0, 0, 0, by), expand=False))


def _style(level: str) -> str:
    return _STYLES.get(level, "magenta")
