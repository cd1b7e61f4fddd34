"""The graph as a whole: where it is, how far it has come, what it holds."""

from __future__ import annotations

import io
import json
from typing import Any

from kg.app.graph import KnowledgeGraph
from kg.app.queries import named_text, write


def info(graph: KnowledgeGraph) -> dict[str, Any]:
    """Counts and settings as JSON values; counting by type reads the index of types."""
    newest = graph.journal.log(limit=1)
    buffer = io.BytesIO()
    write(graph, named_text(graph, "discovery/counts", {}), "json", buffer)
    rows = json.loads(buffer.getvalue())["results"]["bindings"]
    return {
        "data": str(graph.data.root) if graph.data else None,
        "base": graph.names.base,
        "revision": graph.revision,
        "revisedAt": newest[0].at if newest else None,
        "records": graph.journal.record_count(),
        "quads": len(graph.store),
        "types": {row["kind"]["value"]: int(row["count"]["value"]) for row in rows},
    }
