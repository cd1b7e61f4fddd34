"""The quarantine of a data directory, opened without its store, and what is told of its entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.app.graph import names_of
from kg.config import DataDirectory
from kg.errors import NotFound
from kg.iri import Names
from kg.journal import Finding, Held, Journal, Quarantine
from kg.namespaces import SH


@dataclass(frozen=True)
class Opened:
    """The entries, and how their things are named."""

    entries: Quarantine
    names: Names


@contextmanager
def open_quarantine(folder: Path) -> Iterator[Opened]:
    """The quarantine of the graph in a folder, while a server holds that too.

    Raises :class:`kg.errors.StorageError` where there is no graph.
    """
    journal = Journal.on_disk(DataDirectory(folder).require().journal)
    try:
        yield Opened(journal.quarantine, names_of(journal))
    finally:
        journal.close()


def find_entry(entries: Quarantine, identifier: str) -> Held:
    """The entry of an id; raises :class:`NotFound` where there is none."""
    return find_entries(entries, [identifier])[0]


def find_entries(entries: Quarantine, ids: Sequence[str]) -> list[Held]:
    """The entries of ids, in order; raises :class:`NotFound` for one that there is not."""
    found = entries.find(ids)
    for identifier in ids:
        if identifier not in found:
            near = [entry.id for entry in entries.entries(limit=3)]
            raise NotFound(f"there is no {identifier!r} in the quarantine", suggestions=near)
    return [found[identifier] for identifier in dict.fromkeys(ids)]


def summary_json(entry: Held, names: Names) -> dict[str, Any]:
    """An entry of a list, as JSON values."""
    refused = entry.refused
    return {
        "id": entry.id,
        "record": names.short(refused.record.subject),
        "source": refused.record.source,
        "state": entry.state,
        "reason": reason(refused.findings),
        "where": refused.where or None,
        "agent": entry.agent,
        "first": entry.first,
        "last": entry.last,
        "times": entry.times,
        "ended": entry.ended,
        "revision": entry.revision,
    }


def entry_json(entry: Held, names: Names) -> dict[str, Any]:
    """All that is known of an entry, as JSON values.

    ``statements`` are in N-Triples without the final dots; ``payload`` is text, most often JSON.
    """
    record = entry.refused.record
    return {
        **summary_json(entry, names),
        "subject": record.subject.value,
        "graph": record.graph.value,
        "findings": [finding_json(finding, names) for finding in entry.refused.findings],
        "statements": list(record.triples),
        "payload": entry.refused.payload or None,
    }


def finding_json(finding: Finding, names: Names) -> dict[str, Any]:
    """What is wrong in a record, as JSON values."""
    told: dict[str, Any] = {key: value or None for key, value in asdict(finding).items()}
    component = finding.component.removeprefix(SH.iri)
    return {**told, "component": component, "focus": names.short(finding.focus)}


def reason(findings: Sequence[Finding]) -> str:
    """What is wrong, in one line."""
    return "; ".join(dict.fromkeys(finding.message for finding in findings))
