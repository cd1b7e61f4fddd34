"""A change is the same after it has gone to the server."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.app.sharing.messages import decode, encode, from_change, to_change
from kg.commit import Change
from kg.iri import Names
from kg.model import Record
from kg.namespaces import XSD
from kg.terms import Literal, NamedNode, Triple

NAMES = Names("https://graph.example")
_IRIS = st.sampled_from([NAMES.mint("dataset", "t", key) for key in ("a", "b/ü", "c#d e")])
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
_LITERALS = st.one_of(
    st.builds(Literal, _TEXTS),
    st.builds(lambda text: Literal(text, language="en-GB"), _TEXTS),
    st.sampled_from(["01", "+1", "1.0"]).map(lambda text: Literal(text, datatype=XSD.decimal)),
)
_TRIPLES = st.builds(
    Triple, _IRIS, st.just(NamedNode("https://example.org/p")), st.one_of(_IRIS, _LITERALS)
)
_RECORDS = st.builds(
    Record,
    st.sampled_from(["curated", "mlflow"]),
    _IRIS,
    st.frozensets(_TRIPLES),
    st.sampled_from([None, NamedNode("urn:graph:1")]),
)


@given(
    st.lists(_RECORDS),
    st.lists(st.tuples(st.just("mlflow"), _IRIS)),
    st.sets(_IRIS.map(lambda iri: NAMES.graph("curated", iri))),
)
def test_a_change_is_the_same_after_it_has_been_sent(
    records: list[Record], withdrawn: list[tuple[str, NamedNode]], merged: set[NamedNode]
) -> None:
    """To the letter of every literal; of what is merged, what concerns its records."""
    sent = to_change(decode(encode(from_change(Change(records, withdrawn, merged), NAMES))), NAMES)
    assert sent.records == records
    assert sent.withdrawn == withdrawn
    graphs = {r.graph or NAMES.graph(r.source, r.subject) for r in records}
    assert sent.merged == merged & graphs
