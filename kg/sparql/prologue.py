"""What a query says of itself at its head: its form, and the prefixes it declares."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, cast

from kg.errors import InputError, QuerySyntaxError
from kg.namespaces import PREFIXES
from kg.sparql.tokens import Kind, tokenize

QueryForm = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_DECLARATIONS: Final = ("PREFIX", "BASE", "VERSION")
_SHORT: Final = 8_192
_KEPT: Final = 64
"""So many forms are kept, of short texts."""


def query_form(text: str) -> QueryForm:
    """The form of a query, from its first keyword after the prologue (SPARQL 1.1, 16).

    Raises :class:`QuerySyntaxError` for text that cannot be read, :class:`InputError` for an
    update or anything else that is no query.
    """
    return (_kept if len(text) <= _SHORT else _form)(text)


def _form(text: str) -> QueryForm:
    for token in tokenize(text):
        if token.is_word(*_FORMS):
            return cast(QueryForm, token.text.upper())
        if token.kind is Kind.WORD and not token.is_word(*_DECLARATIONS):
            raise InputError(f"this is no query: it begins with {token.text[:40]}")
    raise InputError("this is no query: it has no SELECT, ASK, CONSTRUCT or DESCRIBE")


_kept = lru_cache(maxsize=_KEPT)(_form)


def prefix_declarations(text: str) -> str:
    """The ``PREFIX`` declarations, on one line, that a text needs and does not make itself.

    Only the prefixes of :data:`kg.namespaces.PREFIXES` are known. Empty when none is needed;
    otherwise it ends with a space, so that put before the text it keeps line numbers right.
    """
    tokens = tokenize(text)
    used = {token.text.partition(":")[0] for token in tokens if token.kind is Kind.PNAME}
    declared = {
        name.text.partition(":")[0]
        for keyword, name in pairwise(tokens)
        if keyword.is_word("PREFIX") and name.kind is Kind.PNAME
    }
    missing = sorted((used - declared) & PREFIXES.keys())
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}> " for prefix in missing)


def with_prefixes(text: str) -> str:
    """The text with the declarations it lacks put before it, on its first line."""
    return prefix_declarations(text) + text


def as_written(error: QuerySyntaxError, text: str) -> QuerySyntaxError:
    """An error in :func:`with_prefixes` of a text, placed where it is in the text itself."""
    if error.line != 1 or error.column is None:
        return error
    column = max(1, error.column - len(prefix_declarations(text)))
    return QuerySyntaxError(error.message, line=1, column=column)
