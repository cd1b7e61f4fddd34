"""Where a graph keeps its files: the data directory and what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

DEFAULT_BASE: Final = "http://localhost:7077"
"""Base IRI of a graph that names no other: where ``kg serve`` answers by default."""

DEFAULT_DATA: Final = "kg-data"


@dataclass(frozen=True)
class DataDirectory:
    """The layout of a data directory."""

    root: Path

    @property
    def journal(self) -> Path:
        """The journal, an SQLite file: the one file to back up."""
        return self.root / "journal.db"

    @property
    def store(self) -> Path:
        """The RDF store; a view that ``kg rebuild`` can make again."""
        return self.root / "store"

    @property
    def lineage(self) -> Path:
        """The lineage index; a view that ``kg rebuild`` can make again."""
        return self.root / "lineage"

    @property
    def ontology(self) -> Path:
        """Turtle files of the owner's own that extend the ontology."""
        return self.root / "ontology"

    @property
    def shapes(self) -> Path:
        """Shapes of the owner's own."""
        return self.root / "shapes"

    @property
    def queries(self) -> Path:
        """Named queries of the owner's own."""
        return self.root / "queries"

    @property
    def spool(self) -> Path:
        """Half-done pulls, to be resumed."""
        return self.root / "spool"

    @property
    def checkpoints(self) -> Path:
        """Copies of the store that reader processes work on."""
        return self.root / "checkpoints"

    @property
    def updates(self) -> Path:
        """A copy of the store that an update is tried on; there while that takes."""
        return self.root / "updates"

    @property
    def door(self) -> Path:
        """The socket at which a running server takes requests of local commands."""
        return self.root / "server.socket"

    @property
    def server(self) -> Path:
        """Where a running server says who and where it is."""
        return self.root / "server.json"

    def exists(self) -> bool:
        """Whether a graph has been made here."""
        return self.journal.is_file()
