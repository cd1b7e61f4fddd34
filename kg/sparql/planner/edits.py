"""Changes to a text at offsets; all else stays as its author wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from kg.sparql.reader.queries import Query


@dataclass(frozen=True)
class Edit:
    """Parts of the text that are replaced together, as one step of the plan."""

    step: str
    pieces: tuple[tuple[int, int, str], ...]

    @property
    def extent(self) -> tuple[int, int]:
        """Where the first piece begins and the last ends."""
        return min(start for start, _, _ in self.pieces), max(end for _, end, _ in self.pieces)


def apply(text: str, edits: Iterable[Edit]) -> tuple[str, list[str]]:
    """The text with the edits made, and their steps; one that reaches into another is left out."""
    pieces: list[tuple[int, int, str]] = []
    steps = []
    place = 0
    for edit in sorted(edits, key=lambda edit: edit.extent):
        start, end = edit.extent
        if start >= place:
            pieces += sorted(edit.pieces)
            steps.append(edit.step)
            place = end
    return _replaced(text, pieces), steps


def _replaced(text: str, pieces: Iterable[tuple[int, int, str]]) -> str:
    parts, place = [], 0
    for start, end, new in pieces:
        parts += [text[place:start], new]
        place = end
    return "".join([*parts, text[place:]])


def fresh_variables(query: Query, stem: str = "via") -> Iterator[str]:
    """Names that no variable of the query has."""
    taken = {token.text[1:] for token in query.variables}
    return (name for number in count(1) if (name := f"{stem}{number}") not in taken)
