"""Waivers: accepting the breach of a rule for a while, by somebody other than who asks for it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from kg.app.tokens import expiry
from kg.app.waivers import Request, Waivers
from kg.cli import output
from kg.cli.options import agent, format_option, open_graph
from kg.errors import InputError
from kg.instants import read_instant
from kg.iri import Names
from kg.shacl import Waiver
from kg.terms import NamedNode


@click.group()
def waiver() -> None:
    """Accept the breach of a rule by one thing until an instant.

    A waiver counts when somebody other than who asked for it has approved it, for a year at
    most. The finding stays in every report, re-graded to a note that names the waiver.
    """


@waiver.command()
@click.argument("rule")
@click.argument("asset")
@click.option("--by", "requester", required=True, metavar="PERSON", help="Who asks for it.")
@click.option("--reason", required=True, help="Why the breach can be accepted.")
@click.option("--until", required=True, metavar="TIME", help="Days (90d), a date or a time.")
@click.option("--id", "identifier", metavar="ID", help="Its name, such as waiver:jira/RISK-7.")
@click.pass_obj
def request(
    data: Path,
    rule: str,
    asset: str,
    requester: str,
    reason: str,
    until: str,
    identifier: str | None,
) -> None:
    """Ask that ASSET may break RULE for a while; nothing is waived yet."""
    now = _now()
    end = expiry(until, now)
    if end is None:
        raise InputError("a waiver has an end", hint="write 90d or 2027-01-31")
    with open_graph(data) as graph:
        wanted = Request(rule, graph.resolve(asset), graph.resolve(requester), reason, end)
        name = None if identifier is None else graph.names.parse(identifier)
        node = Waivers(graph, agent()).request(wanted, now, name)
        output.say(f"requested {graph.names.short(node)}; it counts once another approves it")


@waiver.command()
@click.argument("identifier", metavar="WAIVER")
@click.option("--by", "approver", required=True, metavar="PERSON", help="Who approves it.")
@click.pass_obj
def approve(data: Path, identifier: str, approver: str) -> None:
    """Approve WAIVER from now on; not for who asked for it."""
    with open_graph(data) as graph:
        node = graph.resolve(identifier)
        found = Waivers(graph, agent()).approve(node, graph.resolve(approver), _now())
        output.say(f"approved {graph.names.short(node)} until {', '.join(sorted(found.ends))}")


@waiver.command()
@click.argument("identifier", metavar="WAIVER")
@click.option("--reason", default="", help="Why, for the history.")
@click.pass_obj
def revoke(data: Path, identifier: str, reason: str) -> None:
    """Take WAIVER back from now on; it stays on record."""
    with open_graph(data) as graph:
        node = graph.resolve(identifier)
        Waivers(graph, agent()).revoke(node, _now(), reason)
        output.say(f"revoked {graph.names.short(node)}")


@waiver.command("list")
@click.option("--as-of", metavar="TIME", help="Judge at this instant (RFC 3339), not now.")
@format_option
@click.pass_obj
def list_(data: Path, as_of: str | None, format_: str) -> None:
    """List all waivers, whether each holds, and if not, why."""
    moment = _now() if as_of is None else read_instant(as_of)
    with open_graph(data) as graph:
        rows = [
            _row(found, problem, graph.names)
            for found, problem in Waivers(graph, agent()).states(moment)
        ]
    if format_ == "json":
        output.print_json(rows)
    else:
        columns = ("waiver", "rule", "for", "until", "state")
        output.print_table(columns, ([row[column] for column in columns] for row in rows))


def _row(found: Waiver, problem: str | None, names: Names) -> dict[str, Any]:
    return {
        "waiver": names.short(found.iri),
        "rule": ", ".join(sorted(rule.value.rpartition("/")[2] for rule in found.rules)),
        "for": _shorts(found.targets, names),
        "requestedBy": _shorts(found.requesters, names),
        "approvedBy": _shorts(found.approvers, names),
        "reason": " ".join(sorted(found.reasons)),
        "until": ", ".join(sorted(found.ends)),
        "holds": problem is None,
        "state": "holds" if problem is None else problem,
    }


def _shorts(nodes: frozenset[NamedNode], names: Names) -> str:
    return ", ".join(sorted(names.short(node) for node in nodes))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
