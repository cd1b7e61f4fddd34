"""Where a graph keeps its files, and what its owner has set: the data directory."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from kg.errors import InputError, StorageError

DEFAULT_BASE: Final = "http://localhost:7077"
"""Base IRI of a graph that names no other: where ``kg serve`` answers by default."""

DEFAULT_DATA: Final = "kg-data"


@dataclass(frozen=True)
class Settings:
    """What the owner of a graph has set; ``packs`` are the rules to ask, all where empty."""

    packs: tuple[str, ...] = ()


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
    def settings_file(self) -> Path:
        """The owner's settings, in TOML; need not be there."""
        return self.root / "kg.toml"

    def settings(self) -> Settings:
        """What the owner has set; read anew each time, so that a change needs no restart.

        Raises :class:`InputError` for a file that is not TOML and for a setting there is not.
        """
        if not self.settings_file.is_file():
            return Settings()
        try:
            told = tomllib.loads(self.settings_file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"not valid TOML: {error}", where=str(self.settings_file)) from error
        return _read_settings(told, str(self.settings_file))

    @property
    def queries(self) -> Path:
        """Named queries of the owner's own."""
        return self.root / "queries"

    @property
    def evidence_key(self) -> Path:
        """The private key that evidence packages are signed with, unless another is given."""
        return self.root / "evidence-key.pem"

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
    def overlays(self) -> Path:
        """Copies of the store for the gate and for reports; there while a process uses them."""
        return self.root / "gate"

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

    def require(self) -> Self:
        """This directory; raises :class:`StorageError` where no graph has been made in it."""
        if not self.exists():
            raise StorageError(
                f"there is no graph in {self.root}", hint="make one with: kg init --data FOLDER"
            )
        return self


def _read_settings(told: dict[str, object], where: str) -> Settings:
    packs = told.pop("packs", [])
    if told:
        raise InputError(f"there is no setting {min(told)!r}", where=where, hint="there is: packs")
    if not isinstance(packs, list) or not all(isinstance(name, str) for name in packs):
        raise InputError("packs must be a list of names", where=where, hint='packs = ["gdpr"]')
    return Settings(packs=tuple(packs))
