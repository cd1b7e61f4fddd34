"""Reading the SPARQL of shapes, each text once."""

from __future__ import annotations

from functools import lru_cache

from kg.sparql.reader import read
from kg.sparql.reader.queries import Query


@lru_cache(maxsize=512)
def read_once(text: str) -> Query:
    """What :func:`kg.sparql.reader.read` gives; what it raises is raised each time."""
    return read(text)
