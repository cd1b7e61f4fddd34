"""Long sequences in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

BOUND: Final = 500
"""Values that one statement of SQL or SPARQL is given at once."""

_T = TypeVar("_T")


def in_batches(items: Iterable[_T], size: int = BOUND) -> Iterator[list[_T]]:
    """The items in order, so many at a time; none is empty. O(size) of memory."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
