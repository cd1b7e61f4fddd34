"""A ready message to each owner of what a change affects."""

from __future__ import annotations

from collections import Counter
from typing import Final

from kg.iri import Names
from kg.lineage.answers import Impacted
from kg.terms import NamedNode

NAMED: Final = 20
"""How many things a message names; of those beyond, it gives the number of each type."""

STEPS: Final = 6
"""How many steps of a way a message names; of those beyond, it gives the number."""


def message(
    asset: NamedNode, owner: NamedNode, owned: list[Impacted], revision: int, names: Names
) -> str:
    """The message to one owner of what a change to an asset affects, in the order given."""
    what = "1 thing" if len(owned) == 1 else f"{len(owned)} things"
    lines = [f"To {names.short(owner)}: a change to {names.short(asset)} affects {what} of yours."]
    lines += [f"- {_line(item, names)}" for item in owned[:NAMED]]
    if len(owned) > NAMED:
        rest = Counter(item.node.type or "unknown" for item in owned[NAMED:])
        lines.append(f"- and {', '.join(f'{n} {kind}' for kind, n in sorted(rest.items()))}")
    lines.append(f"Known at revision {revision}.")
    return "\n".join(lines)


def _line(item: Impacted, names: Names) -> str:
    state = {True: " (live)", False: " (ended)", None: ""}[item.node.live]
    between = [names.short(step) for step in item.path[1:-1]]
    if len(between) > STEPS:
        between[STEPS:] = [f"and {len(between) - STEPS} more"]
    way = f", by way of {', '.join(between)}" if between else ""
    return f"{item.node.type or 'Thing'} {names.short(item.node.iri)}{state}{way}"
