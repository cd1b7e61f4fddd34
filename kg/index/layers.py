"""Lists and dictionaries that go on from where others stood at a revision, without a copy.

What they go on from may grow meanwhile: it is only ever added to, and what was added later is not
looked at. So beginning one costs nothing, however long the other is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Protocol, TypeVar

K = TypeVar("K")
T = TypeVar("T")


class Growing(Protocol[T]):
    """A list, as far as it is used here."""

    def __getitem__(self, place: int, /) -> T:
        """One of them."""
        ...

    def __setitem__(self, place: int, value: T, /) -> None:
        """Put another in the place of one."""
        ...

    def __len__(self) -> int:
        """How many there are."""
        ...

    def __iter__(self) -> Iterator[T]:
        """All of them."""
        ...

    def append(self, value: T, /) -> None:
        """Put one more at the end."""
        ...


class Onward(Growing[T]):
    """A list that goes on from the first of another one."""

    def __init__(self, base: Growing[T], count: int) -> None:
        self._base = base
        self._count = count
        self._own: list[T] = []
        self._changed: dict[int, T] = {}

    def __getitem__(self, place: int, /) -> T:
        if place >= self._count:
            return self._own[place - self._count]
        return self._changed[place] if place in self._changed else self._base[place]

    def __setitem__(self, place: int, value: T, /) -> None:
        if place >= self._count:
            self._own[place - self._count] = value
        else:
            self._changed[place] = value

    def __len__(self) -> int:
        return self._count + len(self._own)

    def __iter__(self) -> Iterator[T]:
        return (self[place] for place in range(len(self)))

    def append(self, value: T, /) -> None:
        """Put one more at the end."""
        self._own.append(value)


class OnwardEnds(Onward[int]):
    """The same for revisions at which something ended: what ended later is ``still`` open."""

    def __init__(self, base: Growing[int], count: int, revision: int, still: int) -> None:
        super().__init__(base, count)
        self._revision = revision
        self._still = still

    def __getitem__(self, place: int, /) -> int:
        end = super().__getitem__(place)
        if place < self._count and place not in self._changed and end > self._revision:
            return self._still
        return end


class OnwardValues(MutableMapping[K, int]):
    """A dictionary that goes on from what another one had up to a last value.

    It is true where there may be something in it.
    """

    def __init__(self, base: MutableMapping[K, int], last: int) -> None:
        self._base = base
        self._last = last
        self._own: dict[K, int] = {}

    def __getitem__(self, key: K) -> int:
        if key in self._own:
            return self._own[key]
        value = self._base[key]
        if value > self._last:
            raise KeyError(key)
        return value

    def __setitem__(self, key: K, value: int) -> None:
        self._own[key] = value

    def __delitem__(self, key: K) -> None:
        del self._own[key]

    def __iter__(self) -> Iterator[K]:
        known = [key for key, value in list(self._base.items()) if value <= self._last]
        return iter([*(key for key in known if key not in self._own), *self._own])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return bool(self._own or self._base)


class OnwardNumbers:
    """For each node the numbers that another dictionary had below a bound, and more."""

    def __init__(self, base: Numbers, below: int) -> None:
        self._base = base
        self._below = below
        self._own: dict[int, list[int]] = {}

    def get(self, node: int, default: Sequence[int] = (), /) -> Sequence[int]:
        """The numbers of a node, in their order."""
        known, own = self._base.get(node, ()), self._own.get(node, ())
        if known and known[-1] >= self._below:
            known = known[: bisect_left(known, self._below)]
        return [*known, *own] if own else known or default

    def setdefault(self, node: int, default: list[int], /) -> list[int]:
        """The list of what is added to a node's numbers."""
        return self._own.setdefault(node, default)

    def __bool__(self) -> bool:
        return bool(self._own or self._base)


class Numbers(Protocol):
    """The numbers of nodes, as far as they are used here."""

    def get(self, node: int, default: Sequence[int] = (), /) -> Sequence[int]:
        """The numbers of a node, in their order."""
        ...

    def setdefault(self, node: int, default: list[int], /) -> list[int]:
        """The list that more numbers of a node are put into."""
        ...

    def __bool__(self) -> bool:
        """Whether there may be any."""
        ...
