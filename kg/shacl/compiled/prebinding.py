"""SPARQL of a shapes graph, asked of all focus nodes at once (SHACL, 5.3 and appendix A).

SHACL puts a focus node in the place of ``$this`` before evaluation. Here the pattern of the
focus nodes is put into each group that looks at ``$this``: every solution then is about one of
them, and groups are joined by it. Where that would not come to the same (LIMIT, aggregates over
all focus nodes) the text is not compiled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NoReturn

from kg.errors import InputError, QuerySyntaxError
from kg.shacl.compiled.aggregates import aggregates, check_modifiers
from kg.shacl.compiled.beside import Context, context_edits
from kg.shacl.compiled.errors import NotCompiled
from kg.shacl.compiled.groups import bound_directly, nested_groups, sub_selects
from kg.shacl.compiled.patterns import THIS
from kg.shacl.compiled.templates import Fragment, render
from kg.shacl.compiled.texts import read_once
from kg.sparql.planner import nested_exists
from kg.sparql.planner.edits import Edit, apply
from kg.sparql.reader import NotUnderstood, read
from kg.sparql.reader.patterns import GraphPattern, Group, Optional
from kg.sparql.reader.queries import Query
from kg.sparql.tokens import Kind, tokenize

if TYPE_CHECKING:
    from kg.shacl.compiled.evaluation import Evaluation
    from kg.shacl.compiled.focus import Focus

_FORBIDDEN: Final = ("MINUS", "VALUES", "SERVICE")
_TEXTS: Final = 1_000  # that are remembered as they were read; rules are asked again and again

__all__ = ["Context", "body", "read_prebound", "select_for", "substitute", "target_pattern"]


@dataclass(frozen=True)
class Prebound:
    """A text whose variables may be pre-bound, read and found to be well-formed."""

    query: Query
    where: Group


@lru_cache(_TEXTS)
def read_prebound(text: str, prebound: frozenset[str], place: str) -> Prebound:
    """Read a text of a shapes graph.

    Raises :class:`InputError`, naming the place, where pre-binding is not defined: with MINUS,
    VALUES or SERVICE, for a pre-bound variable that is bound anew, and for a sub-select that
    does not project all of them. Raises :class:`NotCompiled` for what our reader cannot read.
    """
    try:
        tokens = tokenize(text)
    except QuerySyntaxError as error:
        raise InputError(f"no SPARQL: {error}", where=place) from error
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.is_word(*_FORBIDDEN):
            _refuse(f"{token.text.upper()} cannot be used with pre-bound variables", place)
        named = token.text[1:] if token.kind is Kind.VAR else None
        if named in prebound and before and before.is_word("AS"):
            _refuse(f"{token.text} is pre-bound and cannot be bound again", place)
    try:
        query = read_once(text)
    except NotUnderstood as error:
        raise NotCompiled(f"its SPARQL is not understood: {error}") from error
    if query.where is None:
        _refuse("the text has no pattern", place)
    for select in sub_selects(query.where):
        missing = sorted(prebound - set(select.variables or ()))
        if missing:
            _refuse(f"a sub-select does not project the pre-bound ?{missing[0]}", place)
    return Prebound(query, query.where)


def substitute(text: str, values: Mapping[str, Fragment]) -> str:
    """The text with variables replaced; ``BOUND`` of one of them is true."""
    tokens = tokenize(text)
    pieces, place = [], 0
    for index, token in enumerate(tokens):
        value = values.get(token.text[1:]) if token.kind is Kind.VAR else None
        if value is None:
            continue
        start, end = token.start, token.end
        if index > 1 and tokens[index - 2].is_word("BOUND") and tokens[index - 1].is_op("("):
            start, end, value = tokens[index - 2].start, tokens[index + 1].end, Fragment("(true)")
        pieces += [text[place:start], f" {value} "]
        place = end
    return "".join([*pieces, text[place:]])


def select_for(prebound: Prebound, focus: Focus, evaluation: Evaluation) -> str:
    """A SELECT constraint asked of all focus nodes: distinct rows, ``?this`` among the columns.

    Where the focus does not hang on the data, the text is made once for each context.
    """
    if not focus.standing:
        return _select_for(prebound, focus, evaluation)
    query, texts = prebound.query, evaluation.context.texts
    held = tuple(map(evaluation.holds, evaluation.context.asked_by(query)))
    key = (query.text, focus, held, evaluation.source.merged)
    if key not in texts:
        texts[key] = _select_for(prebound, focus, evaluation)
    return texts[key]


def _select_for(prebound: Prebound, focus: Focus, evaluation: Evaluation) -> str:
    query, where = prebound.query, prebound.where
    check_modifiers(query, where, evaluation.source.merged)
    points = [where.start + 1, *_insertions(query, where)]
    once = aggregates(query)
    edits = [
        Edit("focus", ((point, point, f" {_focus_pattern(focus, evaluation, once)} "),))
        for point in points
    ]
    edits += [
        *context_edits(query, where, evaluation.context, evaluation.holds),
        _projection(query, where),
    ]
    return nested_exists(apply(query.text, edits)[0])


def _focus_pattern(focus: Focus, evaluation: Evaluation, once: bool) -> Fragment:
    """The focus nodes, each ``once`` where solutions are counted."""
    pattern = focus.pattern(THIS, evaluation)
    return render("union", node=THIS, ways=[pattern]) if once else pattern


def body(prebound: Prebound, evaluation: Evaluation) -> tuple[str, Fragment]:
    """The declarations of an ASK, and its pattern in braces."""
    query, where = prebound.query, prebound.where
    check_modifiers(query, where, evaluation.source.merged)
    text = apply(query.text, context_edits(query, where, evaluation.context, evaluation.holds))[0]
    changed = len(text) - len(query.text)
    ask = next(token.start for token in query.tokens if token.is_word("ASK"))
    return query.text[:ask], Fragment(text[where.start : where.end + changed])


def target_pattern(select: str, variable: Fragment) -> Fragment:
    """The pattern of a SPARQL-based target (SHACL-AF, 3.1): a sub-select of its nodes."""
    try:
        query = read(select)
    except NotUnderstood as error:
        raise NotCompiled(f"the SPARQL of a target is not understood: {error}") from error
    inner = _with_full_iris(query)
    renamed = substitute(inner, {"this": variable})
    return Fragment(f"{{ {renamed} }}")


def _with_full_iris(query: Query) -> str:
    """The text without its prologue, prefixed names written in full."""
    start = next(token.start for token in query.tokens if token.is_word("SELECT"))
    edits = [
        Edit("name", ((token.start, token.end, f"<{query.iri(token.text)}>"),))
        for token in query.tokens
        if token.kind is Kind.PNAME and token.start >= start
    ]
    changed = apply(query.text, edits)[0]
    return changed[start:]


def _insertions(query: Query, group: Group, in_graph: bool = False) -> Iterator[int]:
    """Where the focus must be named again: groups that are evaluated by themselves."""
    for element, inner in nested_groups(group):
        select = inner.select
        where = select.where if select else inner
        if "this" not in query.mentioned(where.start, where.end):
            continue
        inside = in_graph or isinstance(element, GraphPattern)
        beside = isinstance(element, Optional | GraphPattern) and bound_directly(where)
        if not beside:
            if inside:
                raise NotCompiled("$this stands inside GRAPH without a triple that binds it")
            yield where.start + 1
        yield from _insertions(query, where, inside)


def _projection(query: Query, where: Group) -> Edit:
    """The edit that makes rows distinct and projects ``?this``."""
    tokens = [token for token in query.tokens if token.start < where.start]
    first = next(i for i, token in enumerate(tokens) if token.is_word("SELECT"))
    rest = tokens[first + 1 :]
    end = tokens[first].end
    if rest and rest[0].is_word("DISTINCT", "REDUCED"):
        end = rest.pop(0).end
    depth, projects = 0, False
    for token in rest:
        depth += token.opens - token.closes
        named = token.kind is Kind.VAR and token.text[1:] == "this"
        projects |= depth == 0 and (named or token.is_op("*"))
    return Edit("distinct", ((tokens[first].end, end, f" DISTINCT{'' if projects else ' ?this'}"),))


def _refuse(message: str, place: str) -> NoReturn:
    raise InputError(message, where=place)
