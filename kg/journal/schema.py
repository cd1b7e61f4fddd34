"""The journal's tables, for any database SQLAlchemy speaks to."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

METADATA: Final = MetaData()

REVISION: Final = Table(
    "revision",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),  # RFC 3339, UTC
    Column("agent", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("added", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
)

PATCH: Final = Table(
    "patch",
    METADATA,
    Column("revision", Integer, primary_key=True),
    Column("graph", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),  # RDF Patch lines, deflated
    Index("patch_by_subject", "subject", "revision"),
    Index("patch_by_graph", "graph", "revision"),
)

RECORD: Final = Table(
    "record",
    METADATA,
    Column("graph", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),  # sorted N-Triples, deflated
    Index("record_by_subject", "subject"),
    Index("record_by_source", "source", "subject"),
)

STATE: Final = Table(
    "state",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

QUARANTINE: Final = Table(
    "quarantine",
    METADATA,
    Column("graph", Text, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),  # follows from the graph
    Column("source", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("first", String(32), nullable=False),  # RFC 3339, UTC, as all times here
    Column("last", String(32), nullable=False),
    Column("times", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # held or superseded
    Column("ended", String(32)),
    Column("revision", Integer),
    Column("content", LargeBinary, nullable=False),  # sorted N-Triples, deflated
    Column("findings", LargeBinary, nullable=False),  # JSON, deflated
    Column("payload", LargeBinary, nullable=False),  # JSON, deflated
    Index("quarantine_by_state", "state", "last"),
)

SETTING: Final = Table(
    "setting",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

TOKEN: Final = Table(
    "token",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("scope", String(8), nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the secret; the secret is not kept
    Column("created", String(32), nullable=False),  # RFC 3339, UTC, as all times here
    Column("expires", String(32)),
    Column("revoked", String(32)),
)

STATISTIC: Final = Table(
    "statistic",
    METADATA,
    Column("kind", String(8), primary_key=True),  # property, class or entity
    Column("term", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)
