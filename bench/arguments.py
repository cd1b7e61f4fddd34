"""What every measurement can be told on its command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Arguments:
    """About how many triples the estate has, and where the estates of all sizes are kept."""

    triples: int = 150_000
    folder: Path = Path(".bench")
    without: tuple[str, ...] = ()


def arguments(
    description: str | None, *, peers: bool = False, parts: Sequence[str] = ()
) -> Arguments:
    """Read the command line.

    ``peers`` admits ``--without NAME`` for peers to leave out, ``parts`` for these parts.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--triples", type=int, default=Arguments.triples)
    parser.add_argument("--folder", type=Path, default=Arguments.folder)
    if peers:
        parser.add_argument("--without", action="append", default=[], metavar="PEER")
    if parts:
        parser.add_argument("--without", action="append", default=[], choices=parts)
    given = parser.parse_args()
    without = tuple(given.without) if peers or parts else ()
    return Arguments(given.triples, given.folder, without)
