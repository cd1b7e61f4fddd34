"""What depends on an asset, who is to be told of it, and in what words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from kg.iri import Names
from kg.lineage.answers import COLUMNS, Impacted, Table, by_distance, by_type
from kg.lineage.message import message
from kg.terms import NamedNode

NOBODY: Final = "nobody"
"""What stands where things have no owner."""


@dataclass(frozen=True)
class ImpactAnswer:
    """What depends on an asset, what is served to people now first; see :class:`LineageAnswer`."""

    asset: NamedNode
    revision: int
    impacted: list[Impacted]
    reached: int
    complete: bool = True
    reason: str | None = None
    owners: list[NamedNode] = field(default_factory=list)

    @property
    def by_type(self) -> dict[str, int]:
        """How many of each type."""
        return by_type(item.node for item in self.impacted)

    def by_owner(self) -> dict[NamedNode | None, list[Impacted]]:
        """What each owner has; ``None`` stands for no owner."""
        found: defaultdict[NamedNode | None, list[Impacted]] = defaultdict(list)
        for item in self.impacted:
            for owner in item.node.owners or (None,):
                found[owner].append(item)
        return dict(found)

    def messages(self, names: Names) -> dict[NamedNode, str]:
        """A ready message to each owner."""
        owned = self.by_owner()
        return {
            owner: message(self.asset, owner, owned[owner], self.revision, names)
            for owner in self.owners
        }

    def to_json(self, names: Names) -> dict[str, Any]:
        """The answer as the command line and HTTP give it."""
        return {
            "asset": names.short(self.asset),
            "revision": self.revision,
            "complete": self.complete,
            **({"reason": self.reason} if self.reason else {}),
            "reached": self.reached,
            "total": len(self.impacted),
            "byType": self.by_type,
            "byDistance": by_distance(item.node for item in self.impacted),
            "byOwner": self._counts_by_owner(names),
            "impacted": [item.to_json(names) for item in self.impacted],
            "owners": [names.short(owner) for owner in self.owners],
            "messages": {names.short(o): text for o, text in self.messages(names).items()},
        }

    def rows(self, names: Names) -> Table:
        """The things as a table; owners and steps of the path are set apart by spaces."""
        rows = (
            (
                *item.node.row(names),
                " ".join(names.short(owner) for owner in item.node.owners),
                " ".join(names.short(step) for step in item.path),
            )
            for item in self.impacted
        )
        return (*COLUMNS, "owners", "path"), rows

    def _counts_by_owner(self, names: Names) -> dict[str, int]:
        owned = self.by_owner()
        counts = {names.short(owner): len(owned[owner]) for owner in self.owners}
        return {**counts, NOBODY: len(owned[None])} if None in owned else counts
