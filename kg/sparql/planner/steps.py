"""A path as steps one after the other, whatever way round it was written."""

from __future__ import annotations

from dataclasses import dataclass

from kg.sparql.reader.paths import Alternative, Inverse, Path, Sequence, is_recursive


@dataclass(frozen=True)
class PathStep:
    """A part of a path that is walked as a whole: its text, and whether it is recursive.

    ``path`` is what it was read as, the other way round where it is ``inverted``.
    """

    text: str
    recursive: bool
    path: Path
    inverted: bool


def steps(text: str, path: Path, *, inverted: bool = False) -> list[PathStep]:
    """Sequences taken apart, also below ``^``, which turns their order round."""
    if isinstance(path, Sequence):
        parts = reversed(path.parts) if inverted else path.parts
        return [step for part in parts for step in steps(text, part, inverted=inverted)]
    if isinstance(path, Inverse):
        return steps(text, path.path, inverted=not inverted)
    written = text[path.start : path.end]
    if inverted:
        written = f"^({written})"
    elif isinstance(path, Alternative):
        written = f"({written})"
    return [PathStep(written, is_recursive(path), path, inverted)]
