"""What a step of planning may cost, and when one way of handing over a set is the cheaper one.

Measured with pyoxigraph 0.5.13 on 1.5 million quads: an IRI written out costs 25 us to parse and
15 us to join, a call of a function 15 us, a node of a path that the engine walks itself 55 us,
and 0.5 us a solution that is counted.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Costs:
    """Bounds of the planner's own work, in numbers of solutions, nodes and rows."""

    inlined: int = 100
    """Rows that are written out without a further thought."""

    rows: int = 100_000
    """The most rows that are written out."""

    looked_at: int = 2_000
    """The most solutions that are looked at to learn the values of a variable."""

    starts: int = 1_000
    """The most nodes whose closures are asked for in place of one pattern."""

    share: int = 2
    """Rows are narrowed to what other patterns give where one in so many is left at most."""

    sampled: int = 3
    """Starts by whose closures it is judged from which end of a path there is less to walk."""

    few_starts: int = 1
    """So few that the other end is not asked whether it has fewer."""

    calls_per_row: float = 2.5
    """How many calls of a function are as dear as a row written out and joined."""
