"""Records that were not let in: what is wrong with them, and letting them in once it is mended."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kg.app.quarantine import (
    entry_json,
    find_entries,
    find_entry,
    open_quarantine,
    summary_json,
)
from kg.cli import output
from kg.cli.failure import fail
from kg.cli.options import agent, exit_for, format_option, open_graph
from kg.errors import InputError
from kg.instants import read_instant

_IDS = click.argument("identifiers", metavar="ID…", nargs=-1)


@click.group()
def quarantine() -> None:
    """Look after records that were not let in, for they break a structure shape.

    What a source says next of the same thing takes the place of what is held of it. Works while a
    server runs.
    """


@quarantine.command("list")
@click.option("--source", help="Only what this source said.")
@click.option("--since", metavar="TIME", help="Only what came at this instant (RFC 3339) or later.")
@click.option("--all", "ended", is_flag=True, help="What has been superseded too.")
@format_option
@click.pass_obj
def list_(data: Path, source: str | None, since: str | None, ended: bool, format_: str) -> None:
    """List the records that are held, the newest first."""
    moment = _moment(since)
    with open_quarantine(data) as opened:
        entries = opened.entries.entries(source=source, since=moment, ended=ended)
        rows = [summary_json(entry, opened.names) for entry in entries]
    if format_ == "json":
        output.print_json(rows)
    elif rows:
        columns = ("id", "record", "source", "last", "times", *(("state",) if ended else ()))
        output.print_table(
            (*columns, "reason"), ([row[c] for c in (*columns, "reason")] for row in rows)
        )
    else:
        output.say("nothing is held")


@quarantine.command()
@click.argument("identifier", metavar="ID")
@format_option
@click.pass_obj
def show(data: Path, identifier: str, format_: str) -> None:
    """Show what is wrong with a record, how to mend it, and what it was read from."""
    with open_quarantine(data) as opened:
        told = entry_json(find_entry(opened.entries, identifier), opened.names)
    if format_ == "json":
        output.print_json(told)
    else:
        _print(told)


@quarantine.command()
@_IDS
@click.option("--all", "every", is_flag=True, help="All that are held.")
@format_option
@click.pass_obj
def retry(data: Path, identifiers: tuple[str, ...], every: bool, format_: str) -> int:
    """Judge records anew and let in those that conform now, in one revision.

    For when shapes, the ontology or what a record refers to has changed; a record whose own words
    are wrong is mended where it comes from and sent again. Exits with 2 where one is refused.
    """
    if every == bool(identifiers):
        raise InputError("say which records to retry", hint="give ids, or --all")
    with open_graph(data) as graph:
        entries = graph.journal.quarantine
        if every:
            ids = [entry.id for entry in entries.entries()]
        else:
            ids = [entry.id for entry in find_entries(entries, identifiers)]
        done = graph.writer.retry(ids, agent=agent())
        refused = [entry_json(e, graph.names) for e in find_entries(entries, done.refused)]
    if format_ == "json":
        revision = done.revision.revision if done.revision else None
        told = {"revision": revision, "admitted": list(done.admitted), "refused": refused}
        output.print_json(told)
    else:
        for entry in refused:
            fail(f"still refused {entry['id']} {entry['record']}: {entry['reason']}")
        made = f"revision {done.revision.revision}" if done.revision else "nothing changed"
        output.say(f"{made}: {len(done.admitted)} let in, {len(refused)} still held")
    return exit_for(failed=bool(refused))


@quarantine.command()
@_IDS
@click.option("--all", "every", is_flag=True, help="All that are held.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def drop(data: Path, identifiers: tuple[str, ...], every: bool, yes: bool) -> None:
    """Remove entries for good; the graph stays as it is."""
    if every == bool(identifiers):
        raise InputError("say which records to drop", hint="give ids, or --all")
    with open_quarantine(data) as opened:
        held = list(opened.entries.entries()) if every else []
        found = held or (find_entries(opened.entries, identifiers) if identifiers else [])
    if found and not yes:
        click.confirm(f"drop {len(found)} from the quarantine?", abort=True, err=True)
    with open_graph(data) as graph:
        dropped = graph.writer.drop([entry.id for entry in found])
    output.say(f"dropped {len(dropped)}")


def _print(told: dict[str, Any]) -> None:
    output.say(f"{told['id']} {told['record']}")
    ended = f" at revision {told['revision']}" if told["revision"] is not None else ""
    output.say(f"source {told['source']}, by {told['agent']}, {told['state']}{ended}")
    output.say(f"came {told['times']} times, first {told['first']}, last {told['last']}")
    if told["where"]:
        output.say(f"read at {told['where']}")
    remedies = dict.fromkeys(finding["remedy"] for finding in told["findings"])
    for finding in told["findings"]:
        output.say()
        output.say(f"{finding['severity'].lower()} {finding['focus']} {finding['path'] or ''}")
        output.say(f"  {finding['message']}")
        if finding["value"]:
            output.say(f"  value: {finding['value']}")
    output.say()
    for remedy in filter(None, remedies):
        output.say(f"What to do: {remedy}")
    output.say()
    output.say("What was read:" if told["payload"] else "What was said:")
    output.say(told["payload"] or "\n".join(f"{line} ." for line in told["statements"]))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else read_instant(text)
