"""Where the live report stands, and how the ledger keeps that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kg.findings.ledger import Ledger


@dataclass(frozen=True)
class Standing:
    """The revision and instant of the report, and what it is by.

    ``shapes`` are digests by shape, ``dates`` tells which statements with dates are kept, and
    ``stamp`` is the number of the last change, which the graph in the store bears too.
    """

    revision: int = 0
    as_of: datetime | None = None
    ontology: str = ""
    shapes: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    stamp: int = 0

    def as_state(self) -> dict[str, str]:
        """The rows of the ledger's state."""
        return {
            "revision": str(self.revision),
            "as_of": time_text(self.as_of) if self.as_of else "",
            "ontology": self.ontology,
            "shapes": json.dumps(dict(self.shapes)),
            "dates": self.dates,
            "stamp": str(self.stamp),
        }


def read_standing(ledger: Ledger) -> Standing:
    """Where the report stands by the ledger; at the start where there is none."""
    state = ledger.state()
    if not state:
        return Standing()
    as_of = state["as_of"]
    return Standing(
        revision=int(state["revision"]),
        as_of=datetime.fromisoformat(as_of) if as_of else None,
        ontology=state["ontology"],
        shapes=json.loads(state["shapes"]),
        dates=state["dates"],
        stamp=int(state["stamp"]),
    )


def time_text(moment: datetime) -> str:
    """An instant as the journal writes times, so that they sort: RFC 3339, UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
