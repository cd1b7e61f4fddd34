"""A report as one HTML page that needs nothing else: to read, print, sign and file."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from kg.compliance.findings import (
    group_by_rule,
    heading,
    rule_title,
    rules_that_hold,
    tally,
    upcoming_by_rule,
)
from kg.iri import Names
from kg.shacl import Report


def to_html(report: Report, names: Names) -> str:
    """The report as an HTML document; whatever the data holds is escaped."""
    environment = Environment(
        loader=PackageLoader("kg.compliance"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(
        report=report,
        heading=heading(report),
        tally=tally(report.counts),
        groups=group_by_rule(report.results, names),
        upcoming=upcoming_by_rule(report, names),
        held=rules_that_hold(report),
        rule_title=rule_title,
    )
