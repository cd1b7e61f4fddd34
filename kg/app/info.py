"""The graph as a whole: where it is, how far it has come, what it holds."""

from __future__ import annotations

import io
from typing import Any

from kg.app.graph import KnowledgeGraph
from kg.app.queries import named_text, write
from kg.store.solutions import read_solutions


def info(graph: KnowledgeGraph) -> dict[str, Any]:
    """Counts and settings as JSON values; counting by type reads the index of types."""
    newest = graph.journal.log(limit=1)
    buffer = io.BytesIO()
    write(graph, named_text(graph, "discovery/counts", {}), "json", buffer)
    buffer.seek(0)
    counted = read_solutions(buffer)
    rows = [] if isinstance(counted, bool) else counted.rows
    return {
        "data": str(graph.data.root) if graph.data else None,
        "base": graph.names.base,
        "revision": graph.revision,
        "revisedAt": newest[0].at if newest else None,
        "ontology": graph.ontology.digest,
        "ontologyProblem": graph.ontology_problem,
        "records": graph.journal.record_count(),
        "quads": len(graph.store),
        "types": {str(kind.value): int(count.value) for kind, count in rows if kind and count},
    }
