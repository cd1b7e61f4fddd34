"""The tables of findings, in the database of the journal."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text

METADATA: Final = MetaData()

FINDING: Final = Table(
    "finding",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), nullable=False),  # the same each time the same is found
    Column("root", Text, nullable=False),  # terms in N-Triples form
    Column("focus", Text, nullable=False),  # the focus node of the root shape
    Column("node", Text, nullable=False),  # the focus node of the result
    Column("rule", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("value", Text),
    Column("message", Text, nullable=False),
    Column("owners", Text, nullable=False),  # JSON, those at opening
    Column("payload", Text, nullable=False),  # JSON, see encoding.py
    Column("opened_revision", Integer, nullable=False),
    Column("opened_at", String(32), nullable=False),  # RFC 3339, UTC
    Column("opened_by", String(8), nullable=False),  # change, time or rules
    Column("closed_revision", Integer),
    Column("closed_at", String(32)),
    Column("closed_by", String(8)),
    Index("finding_open", "closed_at", "root"),
    Index("finding_by_id", "id"),
    Index("finding_by_opening", "opened_at"),
)

DATED: Final = Table(
    "dated",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("predicate", Text, primary_key=True),
    Column("object", Text, primary_key=True),
    Column("day", String(10), nullable=False),
    Index("dated_by_day", "day"),
)
"""The statements with dates that an instant that goes on can still pass."""

LIVE: Final = Table(
    "live",
    METADATA,
    Column("key", String(16), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Where the report stands: its revision, its instant, the shapes that it is by."""
