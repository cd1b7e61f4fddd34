"""The place of something in a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """The offsets of the first character of something and of its end."""

    start: int
    end: int
