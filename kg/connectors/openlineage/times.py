"""Event times: read as emitters write them, kept in one sortable form.

The form is RFC 3339 in UTC with nine digits of fraction, so that text order is time order and
no nanosecond is lost.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from kg.namespaces import XSD
from kg.terms import Literal

_DATE_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[Tt ](?P<clock>\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d{1,9})\d*)?"
    r"(?P<zone>[Zz]|[+-]\d\d:?\d\d)?\Z",
    re.ASCII,
)


def has_zone(text: str) -> bool:
    """Whether a well-formed date and time says its offset from UTC."""
    match = _DATE_TIME.match(text)
    return match is not None and match["zone"] is not None


def sortable(text: str) -> str:
    """The sortable form of a date and time; one without zone is taken as UTC.

    Raises ``ValueError`` where the text is not an RFC 3339 date-time.
    """
    match = _DATE_TIME.match(text)
    if match is None:
        raise ValueError(f"{text!r} is not a date and time")
    zone = (match["zone"] or "Z").upper()
    try:
        local = datetime.fromisoformat(f"{match['date']}T{match['clock']}{zone}")
        moment = local.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not a date and time") from error
    return f"{moment.isoformat()}.{(match['fraction'] or '').ljust(9, '0')}Z"


def date_time(time: str) -> Literal:
    """The ``xsd:dateTime`` literal of a sortable time."""
    return Literal(time[:-1].rstrip("0").rstrip(".") + "Z", datatype=XSD.dateTime)
