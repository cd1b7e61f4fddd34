"""Points in time: read from what people type and from what the graph says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kg.errors import InputError

_MIDNIGHT = "T24:00:00"  # an end of day that XML Schema has and Python has not


def read_instant(text: str) -> datetime:
    """The instant of an RFC 3339 text; without an offset it is taken to be UTC.

    Raises :class:`InputError` for anything else.
    """
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise InputError(f"{text!r} is not a time", hint="write 2026-11-23T12:00:00Z") from error
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        moment.astimezone(UTC)
    except OverflowError as error:
        raise InputError(f"{text!r} is before or after all time", hint="write UTC") from error
    return moment


def to_instant(text: str) -> datetime | None:
    """The instant of a well-typed ``xsd:dateTime`` or ``xsd:date``.

    ``None`` for a year that Python does not know.
    """
    days = timedelta(days=1 if _MIDNIGHT in text else 0)
    try:
        return read_instant(text.replace(_MIDNIGHT, "T00:00:00")) + days
    except (InputError, OverflowError):
        return None


def is_past(text: str, now: datetime) -> bool:
    """Whether the instant of a well-typed ``xsd:dateTime`` or ``xsd:date`` is not after now."""
    moment = to_instant(text)
    return text.startswith("-") if moment is None else moment <= now
