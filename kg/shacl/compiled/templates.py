"""SPARQL text made from the templates in ``queries/shacl``.

A template is given terms, numbers and fragments made by other templates. Terms are written as
N-Triples; a plain string is refused, so nothing is ever formatted in by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kg.assets import asset
from kg.shacl.compiled.errors import NotCompiled
from kg.terms import BlankNode, Literal, NamedNode, Term


class Fragment(str):
    """A piece of SPARQL text: a variable, a path, a pattern, an expression or a query."""

    __slots__ = ()


TRUE = Fragment("true")
FALSE = Fragment("false")

GIVEN: Final = Fragment("<urn:kg:given>")
"""What stands for nodes that are put in when a text is asked."""


def render(name: str, **values: Any) -> Fragment:
    """The text of the template ``queries/shacl/<name>.rq.j2`` with values put in."""
    return Fragment(_environment().get_template(f"{name}.rq.j2").render(values).strip())


INSTANT: Final = Literal("instant", datatype=NamedNode("urn:kg:instant"))
"""What stands for the instant of the report until a text is asked."""


def spaced(terms: Iterable[Term]) -> Fragment:
    """The terms, one after the other."""
    return _joined(" ", terms)


def any_of(conditions: Iterable[Fragment]) -> Fragment:
    """An expression that is true when one of the conditions is."""
    found = list(dict.fromkeys(c for c in conditions if c != FALSE))
    if not found:
        return FALSE
    return found[0] if len(found) == 1 else Fragment(" || ".join(f"({c})" for c in found))


def negated(condition: Fragment) -> Fragment:
    """An expression that is true when the condition is not."""
    return {FALSE: TRUE, TRUE: FALSE}.get(condition, Fragment(f"!({condition})"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(asset("queries", "shacl")),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - SPARQL, not HTML; _written lets no raw text through
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_written,
    )
    environment.filters["commas"] = lambda values: _joined(", ", values)
    environment.filters["spaced"] = lambda values: _joined(" ", values)
    return environment


def _written(value: object) -> str:
    if isinstance(value, Fragment):
        return value
    if isinstance(value, NamedNode | Literal):
        return str(value)
    if isinstance(value, BlankNode):
        raise NotCompiled("a blank node of the shapes graph cannot be named in a query")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TypeError(f"{value!r} is neither a term nor a fragment of SPARQL")


def _joined(separator: str, values: Iterable[Fragment | Term]) -> Fragment:
    return Fragment(separator.join(_written(value) for value in values))
