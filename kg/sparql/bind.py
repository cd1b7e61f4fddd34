"""Parameters of a query: variables that are replaced by terms before it is evaluated.

Terms take the place of variable tokens, everywhere in the text: in sub-selects too, which the
engine's own substitutions do not reach. A term is written as N-Triples, so whatever it holds
stays a term.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.errors import InputError
from kg.sparql.tokens import Kind, Token, position, tokenize
from kg.terms import BlankNode, Term

_CLAUSES = ("WHERE", "FROM", "HAVING", "FILTER", "BIND", "CONSTRUCT", "DESCRIBE", "USING")


def bind(text: str, params: Mapping[str, Term]) -> str:
    """Replace the variables named in ``params`` (without ``?``) by their terms.

    Raises :class:`InputError` for a name that is no variable of the text, for a blank node, and
    where a variable stands that only a variable may stand: in a projection, after ``AS``, in
    the head of VALUES, bare in GROUP BY or ORDER BY, in BOUND.
    """
    tokens = tokenize(text)
    _check(tokens, params)
    pieces, place = [], 0
    for index, token in enumerate(tokens):
        if token.kind is Kind.VAR and token.text[1:] in params:
            reason = _binds(tokens, index)
            if reason:
                line, column = position(text, token.start)
                where = f"line {line}, column {column}"
                raise InputError(f"{token.text} cannot be a parameter: {reason}", where=where)
            pieces += [text[place : token.start], f" {params[token.text[1:]]} "]
            place = token.end
    return "".join([*pieces, text[place:]])


def _check(tokens: Sequence[Token], params: Mapping[str, Term]) -> None:
    variables = {token.text[1:] for token in tokens if token.kind is Kind.VAR}
    for name, term in params.items():
        if name not in variables:
            raise InputError(f"the query has no variable ?{name}")
        if isinstance(term, BlankNode):
            raise InputError(f"?{name} cannot be a blank node: in a query that is a variable")


def _binds(tokens: Sequence[Token], index: int) -> str | None:
    """Why the variable at the index must stay one, or ``None`` where a term may stand."""
    before = tokens[index - 1] if index else tokens[index]
    if before.is_word("AS"):
        return "the query gives it a value with AS"
    if before.is_op("(") and index > 1 and tokens[index - 2].is_word("BOUND"):
        return "BOUND asks whether it has a value"
    keyword = _clause(tokens, index)
    if keyword == "VALUES":
        return "the query gives it values with VALUES"
    if keyword == "SELECT":
        return "the query returns it; write (?name AS ?result) or leave it out"
    if keyword == "BY":
        return "the query groups or orders by it; leave it out"
    return None


def _clause(tokens: Sequence[Token], index: int) -> str | None:
    """The keyword whose list the variable stands in directly, if it is one that binds."""
    depth = 0
    for token in reversed(tokens[:index]):
        if token.kind is Kind.OP:
            if token.text in ("{", "}"):
                return None
            depth += (token.text == ")") - (token.text == "(")
        elif token.is_word("VALUES"):
            return "VALUES"
        elif token.is_word("SELECT", "BY") and depth == 0:
            return token.text.upper()
        elif token.is_word(*_CLAUSES):
            return None
    return None
