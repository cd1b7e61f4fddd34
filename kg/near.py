"""Names that come near to one that is not there, to suggest."""

from __future__ import annotations

from collections.abc import Iterable


def near(text: str, names: Iterable[str], *, most: int = 3, least: float = 0.0) -> list[str]:
    """At most ``most`` names, the nearest first, that are like a text by ``least`` per cent.

    Likeness is rapidfuzz's WRatio. The library is loaded here, for it is wanted only where
    something is misspelt.
    """
    from rapidfuzz import fuzz, process

    found = process.extract(text, list(names), scorer=fuzz.WRatio, limit=most, score_cutoff=least)
    return [name for name, *_ in found]
