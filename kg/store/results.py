"""Writing query results in the formats that the engine serialises.

Results are never put together by hand: the engine's serialisers keep datatypes, languages and
escapes right, and hold no more than a few kilobytes at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import IO, Final

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, serialize

from kg.namespaces import PREFIXES
from kg.store.base import QueryResult

SOLUTION_FORMATS: Final[Mapping[str, QueryResultsFormat]] = MappingProxyType(
    {
        "json": QueryResultsFormat.JSON,
        "xml": QueryResultsFormat.XML,
        "csv": QueryResultsFormat.CSV,
        "tsv": QueryResultsFormat.TSV,
    }
)
"""The formats of SELECT and ASK results, by name."""

GRAPH_FORMATS: Final[Mapping[str, RdfFormat]] = MappingProxyType(
    {
        "turtle": RdfFormat.TURTLE,
        "n-triples": RdfFormat.N_TRIPLES,
        "rdf-xml": RdfFormat.RDF_XML,
        "json-ld": RdfFormat.JSON_LD,
        "trig": RdfFormat.TRIG,
        "n-quads": RdfFormat.N_QUADS,
    }
)
"""The formats of CONSTRUCT and DESCRIBE results, by name."""


def write_result(result: QueryResult, format_name: str, output: IO[bytes]) -> None:
    """Evaluate what is left of a result and write it, piece by piece.

    ``format_name`` must be a format of the result's form: :data:`SOLUTION_FORMATS` for SELECT
    and ASK, :data:`GRAPH_FORMATS` otherwise. Whatever ``output.write`` raises ends the
    evaluation and is passed on.
    """
    if isinstance(result, QuerySolutions | QueryBoolean):
        result.serialize(output, SOLUTION_FORMATS[format_name])
    else:
        serialize(result, output, GRAPH_FORMATS[format_name], prefixes=PREFIXES)
