"""Rows are counted as the engine writes them, whatever their values and however they are cut."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import AnswerTooLarge
from kg.sparql.caps import Caps, capped
from kg.store import EmbeddedStore
from kg.store.results import SOLUTION_FORMATS, write_result
from kg.terms import Literal

_TRICKY = st.text(st.sampled_from('"\\{}[],:\n\r\t<>&é x'), max_size=8)
_CELLS = st.one_of(st.none(), _TRICKY)
_FORMATS = sorted(SOLUTION_FORMATS)


def _written(rows: list[tuple[str | None, str | None]], format_name: str) -> bytes:
    """The rows as the engine writes them."""
    terms = [
        " ".join("UNDEF" if cell is None else str(Literal(cell)) for cell in row) for row in rows
    ]
    values = " ".join(f"({row})" for row in terms)
    output = io.BytesIO()
    result = EmbeddedStore.in_memory().query(f"SELECT * {{ VALUES (?a ?b) {{ {values} }} }}")
    write_result(result, format_name, output)
    return output.getvalue()


def _passed(body: bytes, size: int, caps: Caps, format_name: str) -> bytes:
    """What passes the caps, given in pieces of a size."""
    out: list[bytes] = []
    put = capped(out.append, caps, format_name)
    for start in range(0, len(body), size):
        put(body[start : start + size])
    return b"".join(out)


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=6),
    size=st.integers(1, 40),
    format_name=st.sampled_from(_FORMATS),
)
def test_rows_are_counted_to_the_row(
    rows: list[tuple[str | None, str | None]], size: int, format_name: str
) -> None:
    """As many as there are pass, one fewer do not."""
    body = _written(rows, format_name)
    assert _passed(body, size, Caps(rows=len(rows)), format_name) == body
    with pytest.raises(AnswerTooLarge, match=f"{len(rows) - 1} rows"):
        _passed(body, size, Caps(rows=len(rows) - 1), format_name)


@pytest.mark.parametrize("format_name", [*_FORMATS, "turtle"])
def test_bytes_are_counted_to_the_byte(format_name: str) -> None:
    """In every format, also where there are no rows."""
    assert _passed(b"x" * 100, 10, Caps(bytes=100), format_name) == b"x" * 100
    with pytest.raises(AnswerTooLarge, match="99 bytes"):
        _passed(b"x" * 100, 10, Caps(bytes=99), format_name)


@pytest.mark.parametrize("format_name", _FORMATS)
def test_an_answer_of_ask_has_no_rows(format_name: str) -> None:
    """So no cap on rows stops it."""
    output = io.BytesIO()
    write_result(EmbeddedStore.in_memory().query("ASK {}"), format_name, output)
    assert _passed(output.getvalue(), 5, Caps(rows=0), format_name) == output.getvalue()
