"""Taking events in with what was remembered before, as the application does."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kg.connectors.openlineage import batches
from kg.iri import Names
from kg.model import Record, Rejection
from kg.terms import Triple

Event = dict[str, Any]


class Taken:
    """The latest record of each thing, and all that was not taken or only tolerated."""

    def __init__(self) -> None:
        self.names = Names("http://localhost:7077")
        self.states: dict[str, str] = {}
        self.records: dict[str, Record] = {}
        self.rejections: list[Rejection] = []
        self.warnings: list[str] = []

    def take(self, *origins: Path | str | Iterable[Event], batch_size: int = 1000) -> Taken:
        """Take in files, URLs or lists of events, one after the other."""
        for origin in origins:
            source = origin if isinstance(origin, Path | str) else _stream(origin)
            found = batches(source, names=self.names, load_states=self._load, batch_size=batch_size)
            for batch in found:
                self.states.update(batch.states)
                self.records.update({record.subject.value: record for record in batch.records})
                self.rejections += batch.rejections
                self.warnings += batch.warnings
        return self

    def _load(self, keys: Collection[str]) -> Mapping[str, str]:
        return {key: self.states[key] for key in keys if key in self.states}

    @property
    def triples(self) -> set[Triple]:
        """What all records say together."""
        return {triple for record in self.records.values() for triple in record.triples}

    def lines(self) -> set[str]:
        """The triples as text with the base left out, to compare and to read."""
        return {str(triple).replace(self.names.instances, "") for triple in self.triples}


def _stream(events: Iterable[Event]) -> io.BytesIO:
    return io.BytesIO("".join(json.dumps(event) + "\n" for event in events).encode())


@pytest.fixture
def taken() -> Taken:
    """Nothing taken in yet."""
    return Taken()


@pytest.fixture
def fresh() -> Callable[[], Taken]:
    """Makes as many independent memories as a test compares."""
    return Taken


@pytest.fixture
def run_event() -> Event:
    """The least run event that the specification allows."""
    return {
        "eventTime": "2026-01-05T02:00:00Z",
        "producer": "https://example.org/etl",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": "01900000-0000-7000-8000-000000000001"},
        "job": {"namespace": "airflow", "name": "daily"},
    }
