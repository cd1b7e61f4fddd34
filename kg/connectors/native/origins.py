"""Which nodes of a file a record was read from, found out when somebody asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from kg.connectors.native.documents import Number
from kg.model import Origin, Record

Source = tuple[str, object, dict[str, Any]]
"""The place of a node, the node as it was read, and as it was prepared for JSON-LD."""


class Origins:
    """The nodes of a batch by what they describe, at any depth; linear in them, once."""

    def __init__(self, nodes: Sequence[Source]) -> None:
        self._nodes = nodes

    def of(self, record: Record) -> Origin | None:
        """The node or nodes that describe the subject of a record."""
        found = [self._nodes[number] for number in self._places.get(record.subject.value, ())]
        if not found:
            return None
        said = [as_written(node) for _, node, _ in found]
        where = ", ".join(place for place, _, _ in found)
        return Origin(where, said[0] if len(said) == 1 else said)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for number, (_, _, prepared) in enumerate(self._nodes):
            for iri in dict.fromkeys(_described(prepared)):
                places[iri].append(number)
        return dict(places)


def _described(node: object) -> Iterator[str]:
    """The identifiers of a prepared node and of those in it."""
    waiting = [node]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if "@id" in value and len(value) > 1:  # else it only refers
                yield value["@id"]
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def as_written(value: object) -> object:
    """A value of a file as JSON has it: a number that JSON would spell otherwise becomes a text."""
    if isinstance(value, Number):
        return float(value) if repr(float(value)) == value.text else value.text
    if isinstance(value, list):
        return [as_written(item) for item in value]
    if isinstance(value, dict):
        return {str(key): as_written(item) for key, item in value.items()}
    return value
