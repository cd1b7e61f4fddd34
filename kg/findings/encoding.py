"""Results as text in a database, and back."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.shacl import Result
from kg.terms import BlankNode, Literal, NamedNode, RdfFormat, Term, parse

_Texts = dict[str, Any]


def encode(result: Result) -> str:
    """A result without what is looked up when it is read: rule, owners, waivers."""
    return json.dumps(_texts(result), ensure_ascii=False, separators=(",", ":"))


def decode(payloads: Sequence[str]) -> list[Result]:
    """The results of texts that :func:`encode` made."""
    found: list[_Texts] = [json.loads(payload) for payload in payloads]
    terms = read_terms(text for texts in found for text in _terms_in(texts))
    return [_result(texts, terms) for texts in found]


def identities(root: Term, focus: Term, results: Iterable[Result]) -> list[str]:
    """What names each result of a shape for one focus node, the same each time it is found.

    Names of blank nodes are left out, for they come from the files of shapes; of results that
    are alike otherwise, each has its number.
    """
    seen: Counter[str] = Counter()
    names = []
    for result in results:
        texts = _texts(result)
        parts = [texts[key] for key in ("n", "t", "v", "c", "l", "m", "a")]
        named = [_named(result.shape), _named(result.constraint), _named(result.path)]
        text = json.dumps([str(root), str(focus), *parts, *named])
        seen[text] += 1
        digest = hashlib.sha256(f"{text}{seen[text]}".encode())
        names.append(digest.hexdigest()[:32])
    return names


def read_terms(texts: Iterable[str]) -> dict[str, Term]:
    """The terms of texts in N-Triples form."""
    ordered = list(dict.fromkeys(texts))
    document = "".join(f"<urn:s> <urn:p> {text} .\n" for text in ordered)
    parsed = parse(document.encode(), format=RdfFormat.N_TRIPLES)
    found = (quad.object for quad in parsed)
    return dict(zip(ordered, found, strict=True))


def _named(term: Term | None) -> str:
    return "" if term is None or isinstance(term, BlankNode) else str(term)


def _texts(result: Result) -> _Texts:
    return {
        "n": str(result.focus),
        "p": _optional(result.path),
        "t": result.path_text,
        "v": _optional(result.value),
        "s": str(result.shape),
        "k": _optional(result.constraint),
        "c": str(result.component),
        "l": str(result.severity),
        "m": [str(message) for message in result.messages],
        "d": [_texts(detail) for detail in result.details],
        "a": [[str(prop), [str(v) for v in values]] for prop, values in result.annotations],
    }


def _optional(term: Term | None) -> str | None:
    return None if term is None else str(term)


def _terms_in(texts: _Texts) -> Iterable[str]:
    yield from (texts[key] for key in "npvskcl" if texts[key] is not None)
    yield from texts["m"]
    for prop, values in texts["a"]:
        yield from (prop, *values)
    for detail in texts["d"]:
        yield from _terms_in(detail)


def _result(texts: _Texts, terms: Mapping[str, Term]) -> Result:
    def term(key: str) -> Term | None:
        return None if texts[key] is None else terms[texts[key]]

    return Result(
        focus=terms[texts["n"]],
        path=term("p"),
        path_text=texts["t"],
        value=term("v"),
        shape=terms[texts["s"]],
        constraint=term("k"),
        component=_iri(terms[texts["c"]]),
        severity=_iri(terms[texts["l"]]),
        messages=tuple(m for m in (terms[text] for text in texts["m"]) if isinstance(m, Literal)),
        rule=None,
        details=tuple(_result(detail, terms) for detail in texts["d"]),
        annotations=tuple(
            (_iri(terms[prop]), tuple(terms[value] for value in values))
            for prop, values in texts["a"]
        ),
    )


def _iri(term: Term) -> NamedNode:
    assert isinstance(term, NamedNode)  # noqa: S101 - written as one
    return term
