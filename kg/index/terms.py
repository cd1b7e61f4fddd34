"""The dictionary of the index: IRIs as integers, and back, without reading it at opening.

A written dictionary is four arrays: the bytes of all IRIs on end, where each begins, the 64-bit
hashes in order, and whose each hash is. Looking an IRI up is a binary search among the hashes.
Terms that came since are kept in memory beside it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import MutableMapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kg.index.layers import Growing, Onward, OnwardValues

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


class WrittenTerms(NamedTuple):
    """The arrays of a written dictionary; a term's number is its place among ``offsets``."""

    text: npt.NDArray[np.uint8]
    offsets: Int64
    hashes: npt.NDArray[np.uint64]
    order: Int32

    @classmethod
    def of(cls, iris: Sequence[str]) -> WrittenTerms:
        """The dictionary of some IRIs, numbered as they come; no IRI may come twice."""
        encoded = [iri.encode() for iri in iris]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(text) for text in encoded], out=offsets[1:])
        hashes = np.array([_hash(text) for text in encoded], np.uint64)
        order = np.argsort(hashes, kind="stable").astype(np.int32)
        text = np.frombuffer(b"".join(encoded), np.uint8)
        return cls(text, offsets, hashes[order], order)

    def extended(self, iris: Sequence[str]) -> WrittenTerms:
        """The dictionary with further IRIs after its own; O(all terms), without hashing anew."""
        more = WrittenTerms.of(iris)
        hashes = np.concatenate([self.hashes, more.hashes])
        numbers = np.concatenate([self.order, more.order + np.int32(len(self))])
        order = np.argsort(hashes, kind="stable")
        return WrittenTerms(
            np.concatenate([self.text, more.text]),
            np.concatenate([self.offsets, more.offsets[1:] + self.offsets[-1]]),
            hashes[order],
            numbers[order],
        )

    def __len__(self) -> int:
        return len(self.offsets) - 1


class Terms:
    """A written dictionary and the terms added since; read by many while one adds."""

    def __init__(self, written: WrittenTerms) -> None:
        self.written = written
        self.added: Growing[str] = []
        self._known = len(written)
        self._numbers: MutableMapping[str, int] = {}
        self._text = written.text.data
        self._offsets = written.offsets.data
        self._hashes = written.hashes.data
        self._order = written.order.data

    def branch(self) -> Terms:
        """A dictionary that begins as this one is, and to which others are added; O(1)."""
        branch, count = Terms(self.written), len(self.added)
        branch.added = Onward(self.added, count)
        branch._numbers = OnwardValues(self._numbers, self._known + count - 1)
        return branch

    def number(self, iri: str) -> int | None:
        """The number of an IRI, or ``None`` where it is not in the dictionary."""
        encoded = iri.encode()
        wanted = _hash(encoded)
        place = bisect_left(self._hashes, wanted)
        while place < self._known and self._hashes[place] == wanted:
            number: int = self._order[place]
            if self._bytes(number) == encoded:
                return number
            place += 1
        return self._numbers.get(iri)

    def add(self, iri: str) -> int:
        """The number of an IRI, which is given the next one where it has none."""
        number = self._numbers.get(iri)
        if number is None:
            number = self.number(iri)
        if number is None:
            number = len(self)
            self.added.append(iri)
            self._numbers[iri] = number
        return number

    def iri(self, number: int) -> str:
        """The IRI of a number."""
        if number >= self._known:
            return self.added[number - self._known]
        return self._bytes(number).decode()

    def __len__(self) -> int:
        return self._known + len(self.added)

    def _bytes(self, number: int) -> bytes:
        return bytes(self._text[self._offsets[number] : self._offsets[number + 1]])


def _hash(encoded: bytes) -> int:
    return int.from_bytes(blake2b(encoded, digest_size=8).digest(), "little")
