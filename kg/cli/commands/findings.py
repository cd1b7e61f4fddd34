"""Findings: which are open, since when, by which change; and which were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.app.findings import Listed, list_findings
from kg.app.verify import verify as run_verification
from kg.cli import output
from kg.cli.options import open_alone, open_graph
from kg.compliance.findings import shorten, show
from kg.findings import Cause
from kg.iri import Names

_COLUMNS = ("severity", "rule", "focus", "message", "opened", "revision", "by", "age")


@click.command()
@click.option("--closed", is_flag=True, help="Those that are no more, instead of the open ones.")
@click.option("--since", metavar="TIME", help="Opened, or closed, at this instant or later.")
@click.option("--rule", metavar="RULE", help="Of this rule, such as R16.")
@click.option("--owner", metavar="OWNER", help="That this team or person answered for at opening.")
@click.option("--asset", metavar="ASSET", help="About this asset and what belongs to it.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "csv"]), default="text",
    show_default=True, help="For people, programs or spreadsheets.",
)  # fmt: skip
@click.pass_obj
def findings(
    data: Path,
    closed: bool,
    since: str | None,
    rule: str | None,
    owner: str | None,
    asset: str | None,
    format_: str,
) -> None:
    """List what does not conform: since when, and by which change.

    A finding is opened by a change of the graph, by a date that passed, or by another rule, and
    closed likewise. Findings of rules that do not apply yet are left out.
    """
    with open_graph(data) as graph:
        names = graph.names
        found = list(
            list_findings(graph, closed=closed, since=since, rule=rule, owner=owner, asset=asset)
        )
    if format_ == "json":
        output.print_json({"findings": [_as_json(listed, names) for listed in found]})
    elif format_ == "csv":
        output.print_csv(_COLUMNS, [_row(listed, names) for listed in found])
    else:
        for listed in found:
            _say(listed, names)
        output.say(f"{len(found)} findings")


@click.command()
@click.pass_obj
def verify(data: Path) -> int:
    """Check what was worked out against what it was worked out from; exit 1 where they differ.

    The report that is kept against a full run, store and lineage index against the journal.
    'kg rebuild' mends store and index; the report is asked anew after that.
    """
    with open_alone(data) as graph:
        verified = run_verification(graph)
        revision = graph.revision
    for difference in verified.differences:
        output.say(difference)
    output.say(
        f"revision {revision}: {verified.records} records and {verified.results} results compared,"
        f" {len(verified.differences)} differences"
    )
    return 1 if verified.differences else 0


def _say(listed: Listed, names: Names) -> None:
    severity, rule, focus, message, *_ = _row(listed, names)
    finding = listed.finding
    days = "1 day" if listed.age == 1 else f"{listed.age} days"
    output.say(f"{severity} {rule}  {focus}")
    output.say(f"    {message}")
    output.say(
        f"    opened {finding.opened_at} at revision {finding.opened_revision}, {_why(listed)}"
    )
    if finding.closed_at is None:
        output.say(f"    open for {days}")
    else:
        output.say(
            f"    closed {finding.closed_at} at revision {finding.closed_revision} after {days}"
        )


def _why(listed: Listed) -> str:
    """What opened it, as a clause."""
    opened = listed.opened
    match listed.finding.opened_by:
        case Cause.CHANGE if opened is not None:
            return f"by {opened.agent}" + (f": {opened.message}" if opened.message else "")
        case Cause.TIME:
            return "as time passed"
        case Cause.RULES:
            return "by a change of rules"
    return "by a change"


def _row(listed: Listed, names: Names) -> tuple[object, ...]:
    finding = listed.finding
    return (
        finding.severity,
        listed.rule.name if listed.rule else finding.rule,
        show(listed.node, names),
        shorten(finding.message, names),
        finding.opened_at,
        finding.opened_revision,
        _by(listed),
        listed.age,
    )


def _by(listed: Listed) -> str:
    """Who made the change, or what else it was."""
    if listed.finding.opened_by is Cause.CHANGE and listed.opened:
        return listed.opened.agent
    return listed.finding.opened_by.value


def _as_json(listed: Listed, names: Names) -> dict[str, Any]:
    finding, opened = listed.finding, listed.opened
    return {
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity,
        "focus": show(listed.node, names),
        "focusIri": listed.node.value,
        "value": None if listed.value is None else show(listed.value, names),
        "message": finding.message,
        "owners": [names.short(owner) for owner in finding.owners],
        "age": listed.age,
        "opened": {
            "at": finding.opened_at,
            "by": finding.opened_by.value,
            "revision": finding.opened_revision,
            "agent": opened.agent if opened else None,
            "message": opened.message if opened else None,
        },
        "closed": None
        if finding.closed_at is None
        else {
            "at": finding.closed_at,
            "by": finding.closed_by.value if finding.closed_by else None,
            "revision": finding.closed_revision,
        },
    }
