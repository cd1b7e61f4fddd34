"""A report as one HTML page that needs nothing else: to read, print, sign and file."""

from __future__ import annotations

from collections import defaultdict

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from kg import __version__
from kg.compliance.findings import (
    group_by_rule,
    heading,
    rule_of,
    rule_title,
    rules_that_hold,
    tally,
    upcoming_by_rule,
)
from kg.compliance.overview import Entry, Overview
from kg.compliance.trend import lines
from kg.iri import Names


def to_html(overview: Overview, names: Names) -> str:
    """The report as an HTML document; whatever the data holds is escaped."""
    environment = Environment(
        loader=PackageLoader("kg.compliance"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    report = overview.report
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in (*overview.entries, *overview.upcoming):
        entries[rule_of(entry.result).iri].append(entry)
    return environment.get_template("report.html").render(
        overview=overview,
        report=report,
        entries=entries,
        heading=heading(report),
        tally=tally(report.counts, report.waived),
        groups=group_by_rule(report.results, names),
        upcoming=upcoming_by_rule(report, names),
        held=rules_that_hold(report),
        lines=lines(overview.trend),
        rule_title=rule_title,
        version=__version__,
    )
