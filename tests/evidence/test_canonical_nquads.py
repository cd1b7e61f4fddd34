"""Canonical N-Quads: one text for one dataset."""

from __future__ import annotations

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from kg.evidence import canonical_nquads
from kg.rdfio import parse_quads
from kg.terms import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat

_NODES: Final = st.sampled_from(
    [BlankNode(f"b{n}") for n in range(5)] + [NamedNode("http://e.x/a")]
)
_VALUES: Final = _NODES | st.text(max_size=5).filter(lambda text: "\x00" not in text).map(Literal)


@given(
    st.lists(st.tuples(_NODES, st.sampled_from(["p", "q"]), _VALUES), max_size=12),
    st.randoms(use_true_random=False),
)
def test_canonical_text_does_not_depend_on_labels_or_order(
    triples: list[tuple[NamedNode | BlankNode, str, NamedNode | BlankNode | Literal]],
    random: object,
) -> None:
    """Renamed and shuffled it is the same, parses back to the same, and has one line a quad."""

    def quads(prefix: str) -> list[Quad]:
        def renamed(term: object) -> object:
            return BlankNode(prefix + term.value) if isinstance(term, BlankNode) else term

        return [
            Quad(renamed(s), NamedNode(f"http://e.x/{p}"), renamed(o), DefaultGraph())  # type: ignore[arg-type]
            for s, p, o in triples
        ]

    shuffled = quads("other")
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    text = canonical_nquads(quads("one"))

    assert canonical_nquads(shuffled) == text
    assert canonical_nquads(parse_quads(text, RdfFormat.N_QUADS, where="x")) == text
    assert text.count(b"\n") == len(set(map(str, quads("one"))))
