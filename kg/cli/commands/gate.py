"""May this be promoted, removed, merged."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kg.app import KnowledgeGraph
from kg.app.gate import Check, Gate, Question, check, record
from kg.cli import output
from kg.cli.failure import fail
from kg.cli.options import agent, open_graph
from kg.commit import Change
from kg.compliance import render
from kg.connectors import native
from kg.errors import InputError
from kg.gate import Verdict
from kg.gate.text import to_text
from kg.instants import read_instant
from kg.terms import NamedNode

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FORMATS = ("text", "json", "sarif", "junit")


@click.command()
@click.argument("asset", required=False)
@click.option("--for", "purpose", metavar="PURPOSE", help="production, staging, removal or merge.")
@click.option(
    "--with", "changes", multiple=True, type=_FILE, help="As if this file had been applied."
)
@click.option("--dry-run", is_flag=True, help="Answer, and keep no record of the answer.")
@click.option("--as-of", metavar="TIME", help="Judge at this instant (RFC 3339), not now.")
@click.option("--pack", "packs", multiple=True, help="Ask the rules of this pack alone.")
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "info"]),
    help="The mildest severity that refuses, where not the purpose's own.",
)
@click.option(
    "--check", "kept", type=_FILE, help="Check a verdict (--format json) kept in this file."
)
@click.option("--format", "format_", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option("-o", "--output", "target", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def gate(
    data: Path,
    asset: str | None,
    purpose: str | None,
    changes: tuple[Path, ...],
    dry_run: bool,
    as_of: str | None,
    packs: tuple[str, ...],
    fail_on: str | None,
    kept: Path | None,
    format_: str,
    target: Path | None,
) -> int:
    """Ask whether ASSET may be promoted or removed, or a change be made; exit 1 where not.

    For production a version is judged as if it were deployed now; for removal, and with a change
    alone, what would be broken that is not broken yet decides. The graph stays as it is, but for
    a record of the answer.
    """
    moment = None if as_of is None else read_instant(as_of)
    with open_graph(data) as graph, Gate(graph) as gate:
        if kept is not None:
            return _check(gate, kept, moment)
        question = Question(
            asset=asset,
            purpose=purpose,
            change=_change(graph, changes) if changes else None,
            as_of=moment,
            packs=packs,
            refuses_from=fail_on.capitalize() if fail_on else None,
        )
        verdict = gate.ask(question)
        _write(verdict, format_, graph, target)
        if not dry_run:
            info = record(gate, verdict, agent())
            if info:
                output.note(f"on record as of revision {info.revision}")
    return 0 if verdict.allowed else 1


def _change(graph: KnowledgeGraph, files: tuple[Path, ...]) -> Change:
    """What files put and withdraw, the pieces of one thing added up as ``kg apply`` does."""
    run = graph.ingestion(source=native.SOURCE, agent=agent(), merge=True)
    change = run.change(native.batches(files, names=graph.names))
    for source, subject in _unsaid(graph, change):
        short = graph.names.short(subject)
        output.note(f"warning: {source} says nothing of {short}, which is withdrawn")
    for warning in run.report.warnings:
        output.note(f"warning: {warning}")
    for rejection in run.report.rejections:
        fail(f"rejected {rejection.where}: {rejection.reason}")
    if run.report.rejections:
        raise InputError("a change that cannot be made whole is not judged")
    return change


def _unsaid(graph: KnowledgeGraph, change: Change) -> list[tuple[str, NamedNode]]:
    """What is withdrawn though there is nothing to withdraw."""
    graphs = {graph.names.graph(*pair): pair for pair in change.withdrawn}
    known = graph.journal.records(list(graphs))
    return [pair for name, pair in graphs.items() if name.value not in known]


def _write(verdict: Verdict, format_: str, graph: KnowledgeGraph, target: Path | None) -> None:
    if format_ == "text":
        text = to_text(verdict.to_json())
    elif format_ == "json":
        text = json.dumps(verdict.to_json(), ensure_ascii=False, indent=2) + "\n"
    else:
        text = render(verdict.overview, format_, graph.names)
    if target is None:
        sys.stdout.write(text)
    else:
        output.write_file(target, text.encode())
        output.note(f"wrote {target}")


def _check(gate: Gate, kept: Path, moment: datetime | None) -> int:
    try:
        document: Any = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError("this is no verdict of the gate", where=str(kept)) from error
    if not isinstance(document, dict):
        raise InputError("this is no verdict of the gate", where=str(kept))
    found = check(gate, document, moment)
    _print_check(found, document)
    return 0 if found.passes else 1


def _print_check(found: Check, document: dict[str, Any]) -> None:
    for problem in found.problems:
        output.say(problem)
    for remark in found.remarks:
        output.say(remark)
    answer = "allowed" if found.allowed else "refused"
    about = document["asset"] or "the change"
    standing = "do not rely on it" if found.problems else "holds"
    output.say(f"{standing}: {about} for {document['purpose']}, {answer}")
    if found.decision:
        output.say(f"on record as {found.decision}")
