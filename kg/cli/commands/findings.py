"""Findings: which are open, since when, by which change; and which were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from kg.app.findings import (
    SEVERITIES,
    STATES,
    WAIVED,
    Filters,
    Listed,
    Shown,
    known_report,
    list_findings,
    show_finding,
)
from kg.app.told_findings import finding_json, shown_json
from kg.app.verify import verify as run_verification
from kg.cli import output
from kg.cli.options import format_option, open_alone, open_graph
from kg.compliance.evidence import drawn
from kg.compliance.findings import objection_words, shorten, show, waiver_words
from kg.findings import Cause
from kg.iri import Names

_COLUMNS = (
    *("severity", "rule", "focus", "message", "opened", "revision", "by", "age"),
    *("state", "waiver", "until", "id"),
)
_ID = 12  # digits that are shown


@click.group(invoke_without_command=True)
@click.option("--closed", is_flag=True, help="Those that are no more, instead of the open ones.")
@click.option("--waived", is_flag=True, help="Those open ones that a waiver holds for now.")
@click.option("--all", "every", is_flag=True, help="The open and the closed ones.")
@click.option(
    "--since", metavar="TIME|REVISION", help="Opened, or if closed closed, from there on."
)
@click.option(
    "--severity", "severities", multiple=True, type=click.Choice(SEVERITIES),
    help="As found; may be repeated.",
)  # fmt: skip
@click.option(
    "--rule", "rules", multiple=True, metavar="RULE", help="Of this rule, such as R16; likewise."
)
@click.option("--pack", "packs", multiple=True, help="Of the rules of this pack; likewise.")
@click.option(
    "--owner", "owners", multiple=True, metavar="OWNER",
    help="That this team or person answered for at opening; likewise.",
)  # fmt: skip
@click.option("--asset", metavar="ASSET", help="About this asset and what belongs to it.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "csv"]), default="text",
    show_default=True, help="For people, programs or spreadsheets.",
)  # fmt: skip
@click.pass_context
def findings(
    context: click.Context,
    closed: bool,
    waived: bool,
    every: bool,
    since: str | None,
    severities: tuple[str, ...],
    rules: tuple[str, ...],
    packs: tuple[str, ...],
    owners: tuple[str, ...],
    asset: str | None,
    format_: str,
) -> None:
    """List what does not conform: since when, by which change, and what a waiver accepts.

    A finding is opened by a change of the graph, by a date that passed, or by another rule, and
    closed likewise. Findings of rules that do not apply yet are left out.
    """
    if context.invoked_subcommand is not None:
        return
    if closed + waived + every > 1:
        raise click.UsageError("give one of --closed, --waived and --all")
    state = "closed" if closed else WAIVED if waived else STATES[-1] if every else STATES[0]
    filters = Filters(state, severities, rules, packs, owners, asset, since)
    with open_graph(context.obj) as graph:
        names = graph.names
        found = list(list_findings(graph, known_report(graph), filters))
    if format_ == "json":
        output.print_json({"findings": [finding_json(listed, names) for listed in found]})
    elif format_ == "csv":
        output.print_csv(_COLUMNS, [_row(listed, names) for listed in found])
    else:
        for listed in found:
            _say(listed, names)
        accepted = sum(listed.waived is not None for listed in found)
        output.say(f"{len(found)} findings" + (f", {accepted} waived" if accepted else ""))


@findings.command("show")
@click.argument("identifier", metavar="ID")
@format_option
@click.pass_obj
def show_(data: Path, identifier: str, format_: str) -> None:
    """Tell all of a finding: what to do, why it holds, and each time it was open.

    Of its id the first six digits do.
    """
    with open_graph(data) as graph:
        names = graph.names
        shown = show_finding(graph, known_report(graph), identifier)
    if format_ == "json":
        output.print_json(shown_json(shown, names))
        return
    for line in _lines(shown, names):
        output.say(line)


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
    output.say(_head(listed, names))
    output.say(f"    {shorten(listed.finding.message, names)}")
    for line in (*_waivers(listed, names), _opened(listed), _ended(listed)):
        output.say(f"    {line}")


def _lines(shown: Shown, names: Names) -> Iterator[str]:
    """A finding in full."""
    last, rule = shown.last, shown.last.rule
    yield _head(last, names, whole=True)
    if rule is not None:
        yield f"    {rule.title}"
    yield f"    {shorten(last.finding.message, names)}"
    if shown.path:
        yield f"    path: {shown.path}"
    if last.value is not None:
        yield f"    value: {show(last.value, names)}"
    if shown.evidence:
        yield f"    way: {drawn(shown.evidence)}"
    owners = ", ".join(names.short(owner) for owner in last.finding.owners)
    yield f"    owner at opening: {owners or 'nobody'}"
    yield from (f"    {line}" for line in _waivers(last, names))
    for period in shown.periods:
        yield f"    {_opened(period)}"
        yield f"    {_ended(period)}"
    if rule is not None and rule.remedy:
        yield f"    what to do: {rule.remedy}"


def _head(listed: Listed, names: Names, *, whole: bool = False) -> str:
    severity, rule, focus, *_ = _row(listed, names)
    identifier = listed.finding.id if whole else listed.finding.id[:_ID]
    return f"{severity} {rule}  {focus}  {identifier}"


def _waivers(listed: Listed, names: Names) -> Iterator[str]:
    """By which waiver it is accepted, or which do not count."""
    if listed.waived is not None:
        yield waiver_words(listed.waived, names)
    yield from (objection_words(refused, names) for refused in listed.not_waived)


def _opened(listed: Listed) -> str:
    finding = listed.finding
    return f"opened {finding.opened_at} at revision {finding.opened_revision}, {_why(listed)}"


def _ended(listed: Listed) -> str:
    finding = listed.finding
    days = "1 day" if listed.age == 1 else f"{listed.age} days"
    if finding.closed_at is None:
        return f"open for {days}"
    return f"closed {finding.closed_at} at revision {finding.closed_revision} after {days}"


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
    finding, held = listed.finding, listed.waived
    return (
        finding.severity,
        listed.rule.name if listed.rule else finding.rule,
        show(listed.node, names),
        shorten(finding.message, names),
        finding.opened_at,
        finding.opened_revision,
        _by(listed),
        listed.age,
        listed.state,
        show(held.waiver.iri, names) if held else "",
        min(held.waiver.ends) if held else "",
        finding.id,
    )


def _by(listed: Listed) -> str:
    """Who made the change, or what else it was."""
    if listed.finding.opened_by is Cause.CHANGE and listed.opened:
        return listed.opened.agent
    return listed.finding.opened_by.value
