"""The part of the context that is given with a few nodes says of them what the whole says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.config import DEFAULT_BASE
from kg.connectors.native.context import Context, Key
from kg.connectors.native.nodes import NodeReader
from kg.iri import Names
from kg.terms import Quad, RdfFormat, parse

NAMES: Final = Names(DEFAULT_BASE)
CONTEXT: Final = Context.load(NAMES)
REFERENCES: Final = ["team:org/a", "dct:title", "https://x.example/a", "dataset:s3://lake/t"]
TEXTS: Final = ["active", "Model", "title", "dct", "xsd:date", "2026-01-05", "owner:x", ""]


@st.composite
def nodes(draw: st.DrawFn, scoped: tuple[str, ...] = (), depth: int = 1) -> dict[str, Any]:
    """A node with terms of the context, compact and full IRIs, and keys that nobody knows."""
    terms = draw(st.lists(st.sampled_from(list(CONTEXT.keys)), max_size=3))
    others = draw(st.lists(st.sampled_from(["dct:title", "own", *scoped]), max_size=2))
    node = {term: draw(values(CONTEXT.keys.get(term), depth)) for term in (*terms, *others)}
    kinds = draw(st.lists(st.sampled_from(list(CONTEXT.types)), max_size=2))
    return {**node, "id": "model:t/m", "type": kinds}


def values(key: Key | None, depth: int) -> st.SearchStrategy[Any]:
    """Values that a key takes."""
    if key is not None and key.coercion == "@id":
        plain = st.sampled_from(REFERENCES)
    else:
        typed = st.fixed_dictionaries(
            {"@value": st.sampled_from(TEXTS), "@type": st.sampled_from(["xsd:date", "created"])}
        )
        plain = st.one_of(st.sampled_from(TEXTS), typed)
    scoped = () if key is None else tuple(key.scoped)
    return st.one_of(plain, nodes(scoped, depth - 1)) if depth else plain


@settings(max_examples=30, deadline=None)
@given(st.lists(nodes(), min_size=1, max_size=2))
def test_a_part_of_the_context_is_enough(found: list[dict[str, Any]]) -> None:
    reader = NodeReader(CONTEXT, NAMES)
    prepared = [reader.prepare(node, "here") for node in found]
    whole = json.dumps({"@context": CONTEXT.document, "@graph": prepared})
    expected = parse(whole, format=RdfFormat.JSON_LD)
    assert told(reader.quads(prepared, "here")) == told(expected)


def told(quads: Iterable[Quad]) -> set[str]:
    """The statements, whatever nodes without a name are called."""
    return {re.sub(r"_:\w+", "_:node", str(quad.triple)) for quad in quads}


def test_a_part_has_the_terms_by_which_others_are_defined() -> None:
    part = CONTEXT.part([{"@id": "https://x.example/a", "title": "a"}])
    assert part["title"] == CONTEXT.document["title"]
    assert {term for term in part if not term.startswith("@")} == {"title", "dct"}
