"""Which events of a batch spoke of an entity, for one whose record is not let in.

What earlier events said is in the record too: it is written from the state, which keeps all.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from kg.connectors.openlineage.reading import Item
from kg.connectors.openlineage.state import Key
from kg.model import Origin, Record
from kg.terms import NamedNode

MOST: Final = 20
"""Events that are told of one entity, the newest."""


class Speaking:
    """The events of a batch by the entities that they speak of."""

    def __init__(self) -> None:
        self._events: defaultdict[Key, list[Item]] = defaultdict(list)
        self._keys: dict[NamedNode, Key] = {}

    def spoke(self, item: Item, key: Key) -> None:
        """Note that an event spoke of an entity."""
        self._events[key].append(item)

    def described(self, record: Record, key: Key) -> None:
        """Note which record an entity has."""
        self._keys[record.subject] = key

    def of(self, record: Record) -> Origin | None:
        """The events that a record was written for, the last ones where there are very many."""
        key = self._keys.get(record.subject)
        if key is None:
            return None
        events = list({item.where: item for item in self._events[key]}.values())
        told = events[-MOST:]
        payload = {
            "events": [item.document for item in told],
            "earlierEvents": len(events) - len(told),
        }
        return Origin(", ".join(item.where for item in told), payload)
