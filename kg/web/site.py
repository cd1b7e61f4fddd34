"""What the views work with: the graph, what evaluates queries, and the limits of a page."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.app import KnowledgeGraph
from kg.app.gate import Gate
from kg.app.updates import Updates
from kg.sparql.catalog import QueryCatalog
from kg.sparql.executor import QueryExecutor
from kg.sparql.guard import Limits
from kg.web.admission import Admission
from kg.web.auth import Access


@dataclass(frozen=True)
class Site:
    """Everything :func:`kg.web.create_app` was given, handed on to the views.

    ``writing`` and ``walking`` admit writes, which are done one at a time, and walks of lineage.
    """

    graph: KnowledgeGraph
    executor: QueryExecutor
    catalog: QueryCatalog
    access: Access
    updates: Updates
    gate: Gate
    limits: Limits = field(default_factory=Limits)
    page_rows: int = 200
    writing: Admission = field(default_factory=lambda: Admission(1, each=1, queue=8))
    walking: Admission = field(default_factory=lambda: Admission(6, each=3))
