"""Everything between a person's SPARQL text and the engine.

Reading (``tokens``, ``prologue``, ``reader``), policy (``guard``, ``complexity``), rewriting
(``planner``), parameters (``bind``, ``values``), named queries (``catalog``), result formats
(``results``), and evaluation in this process (``executor``, ``streaming``) or in others
(``readers``, ``reader_process``, ``messages``, ``checkpoints``).
"""

from kg.sparql.bind import bind
from kg.sparql.catalog import NamedQuery, Parameter, QueryCatalog, read_header
from kg.sparql.executor import Answer, InProcessExecutor, QueryExecutor, QueryRequest
from kg.sparql.guard import Limits, check
from kg.sparql.planner import Planned, plan
from kg.sparql.prologue import QueryForm, as_written, query_form, with_prefixes
from kg.sparql.readers import ReaderPool
from kg.sparql.results import Format, format_named, formats, negotiate
from kg.sparql.values import parse_term, parse_value

__all__ = [
    "Answer",
    "Format",
    "InProcessExecutor",
    "Limits",
    "NamedQuery",
    "Parameter",
    "Planned",
    "QueryCatalog",
    "QueryExecutor",
    "QueryForm",
    "QueryRequest",
    "ReaderPool",
    "as_written",
    "bind",
    "check",
    "format_named",
    "formats",
    "negotiate",
    "parse_term",
    "parse_value",
    "plan",
    "query_form",
    "read_header",
    "with_prefixes",
]
