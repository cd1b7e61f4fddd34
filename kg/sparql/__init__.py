"""Everything between a person's SPARQL text and the engine.

Reading (``tokens``, ``prologue``), policy (``guard``, ``complexity``), parameters (``bind``,
``values``), named queries (``catalog``), result formats (``results``), and evaluation in this
process or others (``executor``, ``readers``).
"""

from kg.sparql.bind import bind
from kg.sparql.catalog import NamedQuery, Parameter, QueryCatalog, read_header
from kg.sparql.guard import Limits, check
from kg.sparql.prologue import QueryForm, query_form, with_prefixes
from kg.sparql.values import parse_term, parse_value

__all__ = [
    "Limits",
    "NamedQuery",
    "Parameter",
    "QueryCatalog",
    "QueryForm",
    "bind",
    "check",
    "parse_term",
    "parse_value",
    "query_form",
    "read_header",
    "with_prefixes",
]
