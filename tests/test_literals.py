"""Lexical spaces of XML Schema datatypes."""

from __future__ import annotations

import pytest

from kg.literals import is_well_typed
from kg.namespaces import XSD
from kg.terms import Literal, NamedNode

GOOD = """
integer 01 | integer -5 | integer +5 | byte -128 | byte 127 | unsignedByte 255
nonNegativeInteger 0 | positiveInteger 1 | negativeInteger -1 | nonPositiveInteger -0
long 9223372036854775807 | unsignedLong 18446744073709551615 | decimal 1. | decimal .5
decimal -0.50
double 1e5 | double NaN | double -INF | float 1 | boolean 1 | boolean false
date 2024-02-29 | date 2026-11-23Z | date 2026-11-23+14:00 | date -0044-03-15 | date 12026-01-01
dateTime 2026-11-23T10:00:00 | dateTime 2026-11-23T24:00:00Z
dateTime 2026-11-23T10:00:00.123456789-05:00
dateTimeStamp 2026-11-23T10:00:00Z | time 23:59:59 | gYear 2026 | gYearMonth 2026-02
gMonthDay --02-29
duration P1Y2M3DT4H5M6.7S | duration -PT1S | dayTimeDuration P2DT1H | yearMonthDuration P1Y
hexBinary 0aFF | base64Binary AQ== | anyURI http://x | string anything | nosuchtype whatever
"""
BAD = """
integer 1.5 | integer abc | integer ١ | byte 300 | byte -129 | unsignedByte 256 | unsignedByte -1
nonNegativeInteger -1 | positiveInteger 0 | negativeInteger 0 | nonPositiveInteger 1
long 9223372036854775808 | decimal 1e5 | decimal . | double nan | double 1e | float inf
boolean yes | boolean TRUE | date 2026-02-30 | date 2023-02-29 | date 26-01-01 | date 2026-1-1
date 2026-01-01+15:00 | dateTime 2026-11-23 | dateTime 2026-11-23T25:00:00
dateTime 2026-13-01T00:00:00
dateTimeStamp 2026-11-23T10:00:00 | time 24:00:01 | gYear 26 | gMonth --13 | gDay ---32
duration P | duration PT | duration 1Y | dayTimeDuration P1Y | yearMonthDuration P1D
hexBinary 0aF | base64Binary A*
"""


def _cases(table: str) -> list[tuple[str, str]]:
    cells = [cell for line in table.strip().splitlines() for cell in line.split(" | ")]
    return [tuple(cell.split(" ", 1)) for cell in cells]  # type: ignore[misc]


@pytest.mark.parametrize(("datatype", "text"), _cases(GOOD))
def test_a_form_in_the_lexical_space_is_well_typed(datatype: str, text: str) -> None:
    """Every form that XML Schema allows is accepted."""
    assert is_well_typed(Literal(text, datatype=XSD[datatype]))


@pytest.mark.parametrize(("datatype", "text"), _cases(BAD))
def test_a_form_outside_the_lexical_space_is_ill_typed(datatype: str, text: str) -> None:
    """What XML Schema does not allow is caught, ranges and real days included."""
    assert not is_well_typed(Literal(text, datatype=XSD[datatype]))


def test_white_space_around_a_number_collapses() -> None:
    """The whiteSpace facet of numbers and times is collapse."""
    assert is_well_typed(Literal(" 5 ", datatype=XSD.integer))


def test_a_foreign_datatype_is_not_judged() -> None:
    """Only XML Schema's types are known here."""
    assert is_well_typed(Literal("x", datatype=NamedNode("https://example.org/type")))


def test_a_huge_number_is_judged_without_reading_it() -> None:
    """Ten million digits cost a scan, not a conversion."""
    digits = "9" * 10_000_000
    assert is_well_typed(Literal(digits, datatype=XSD.integer))
    assert not is_well_typed(Literal(digits, datatype=XSD.long))
    assert not is_well_typed(Literal("-" + digits, datatype=XSD.nonNegativeInteger))
