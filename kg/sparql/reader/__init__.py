"""A reader of SPARQL 1.1 queries that keeps the place of everything it reads.

Expressions stay closed, but for the groups of EXISTS in them; what is not of SPARQL 1.1 queries
raises :class:`NotUnderstood`. It accepts more than the grammar: the engine has the last word.
"""

from kg.sparql.reader.cursor import NotUnderstood
from kg.sparql.reader.queries import read

__all__ = ["NotUnderstood", "read"]
