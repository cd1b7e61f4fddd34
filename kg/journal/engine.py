"""The database behind the journal, opened so that what was committed is on disk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool


def open_engine(url: str) -> Engine:
    """The engine of an SQLAlchemy URL; that of ``sqlite://`` lives as long as the object."""
    in_memory = url == "sqlite://"
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    if url.startswith("sqlite"):
        options["connect_args"] = {"check_same_thread": False, "timeout": 30}
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
