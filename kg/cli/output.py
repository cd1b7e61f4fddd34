"""How commands print: a table or lines for people, JSON for programs, one line for an error."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kg.app import IngestReport
from kg.cli.failure import fail
from kg.errors import InputError
from kg.iri import Names
from kg.journal import GraphPatch, to_quads
from kg.namespaces import compact
from kg.terms import Literal, NamedNode

_WIDE = 240  # columns where there is no terminal to fit into


def console(*, stderr: bool = False) -> Console:
    """A console that fits a terminal and does not cut lines in a file or pipe."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else _WIDE, soft_wrap=False)


def print_json(value: Any) -> None:
    """Print a value as JSON, keys in the order given."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under column headings."""
    table = Table(*columns, box=None, pad_edge=False, header_style="bold", collapse_padding=True)
    for row in rows:
        table.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    target = console()
    with target.capture() as capture:
        target.print(table)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as CSV (RFC 4180) under a line of column names, all of them."""
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    writer.writerows(rows)


def say(text: str = "") -> None:
    """Print a line for people, without markup."""
    console().print(text, markup=False, highlight=False)


def heading(title: str, command: str) -> None:
    """Print what comes next and the command that does it."""
    console().print(f"\n{escape(title)}", style="bold", highlight=False)
    console().print(f"$ {escape(command)}", style="cyan", highlight=False)


def note(text: str) -> None:
    """Print a remark to standard error, so that output stays clean for programs."""
    console(stderr=True).print(text, markup=False, highlight=False, style="dim", soft_wrap=True)


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(f"cannot write the file: {error.strerror}", where=str(path)) from error


def diff_lines(patch: GraphPatch, names: Names) -> Iterator[str]:
    """A patch for people: ``- old`` and ``+ new``, identifiers in short form."""
    for mark, triples in (("-", patch.removed), ("+", patch.added)):
        for quad in to_quads(triples, patch.graph):
            terms = (quad.subject, quad.predicate, quad.object)
            yield f"{mark} {' '.join(term_text(term, names) for term in terms)}"


def term_text(term: object, names: Names) -> str:
    """A term for people: a short identifier, a prefixed name, or the literal's text."""
    if isinstance(term, NamedNode):
        short = names.short(term)
        return compact(short) if short == term.value else short
    if isinstance(term, Literal):
        return json.dumps(term.value, ensure_ascii=False)
    return str(term)


def print_report(report: IngestReport, *, as_json: bool, planned: bool = False) -> None:
    """Print what an ingestion did or would do; rejections and warnings go to standard error."""
    if as_json:
        print_json(report.to_json())
        return
    for warning in report.warnings:
        note(f"warning: {warning}")
    for rejection in report.rejections:
        fail(f"rejected {rejection.where}: {rejection.reason}")
    for record in report.quarantined:
        verb = "would quarantine" if planned else f"quarantined {record.id}"
        place = "" if record.where == record.record else f" ({record.where})"
        fail(f"{verb} {record.record}{place}: {record.reason}")
    if report.quarantined and not planned:
        note("to see what is wrong and how to mend it: kg quarantine show ID")
    say(_planned(report) if planned else _summary(report))


def _planned(report: IngestReport) -> str:
    return (
        f"would change {report.changed} records, +{report.added} -{report.removed} triples; "
        f"{report.unchanged} unchanged{_set_aside(report)}; nothing was written"
    )


def _set_aside(report: IngestReport) -> str:
    return f"; {len(report.quarantined)} quarantined" if report.quarantined else ""


def _summary(report: IngestReport) -> str:
    rejected = f"; {len(report.rejections)} rejected" if report.rejections else ""
    rejected += _set_aside(report)
    if not report.revisions:
        unchanged = f"{report.unchanged} records unchanged" if report.unchanged else "no records"
        return f"nothing changed ({unchanged}{rejected})"
    first, last = report.revisions[0], report.revisions[-1]
    span = f"revision {last}" if first == last else f"revisions {first} to {last}"
    return (
        f"{span}: {report.changed} records changed, {report.unchanged} unchanged, "
        f"+{report.added} -{report.removed} triples{rejected}"
    )
