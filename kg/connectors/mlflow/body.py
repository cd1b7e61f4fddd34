"""A JSON object of MLflow's REST API, read field by field with a one-line complaint for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from kg.errors import InputError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Body:
    """An object as the API answers it, which remembers the fields that were asked for.

    What a mapping never asks for is given by :meth:`rest`, so nothing is dropped unseen. The
    methods raise :class:`InputError` for a value that is not of the kind asked for; a field that
    is absent, null or empty text is ``None``, as protocol buffers leave out defaults.
    """

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise InputError(f"a JSON object is expected, not {_short(value)}")
        self._fields = value
        self._read: set[str] = set()

    @property
    def content(self) -> dict[str, object]:
        """The object as it came."""
        return self._fields

    def text(self, key: str) -> str | None:
        """A text; numbers are taken as written, for servers that send ids as numbers."""
        value = self._take(key)
        if value is None or value == "":
            return None
        if isinstance(value, dict | list | bool):
            raise InputError(f"{key} should be text, not {_short(value)}")
        return _unicode(str(value))

    def required(self, key: str) -> str:
        """A text that has to be there."""
        value = self.text(key)
        if value is None:
            raise InputError(f"{key} is missing")
        return value

    def number(self, key: str) -> float | None:
        """A number; JSON has none for ``NaN`` and ``Infinity``, which come as text."""
        value = self.text(key)
        try:
            return None if value is None else float(value)
        except ValueError:
            raise InputError(f"{key} should be a number, not {_short(value)}") from None

    def moment(self, key: str) -> datetime | None:
        """A time, given in milliseconds since 1970; 0 says nothing."""
        value = self.text(key)
        try:
            milliseconds = int(value or 0)
            return _EPOCH + timedelta(milliseconds=milliseconds) if milliseconds > 0 else None
        except (ValueError, OverflowError):
            raise InputError(f"{key} should be a time in ms, not {_short(value)}") from None

    def body(self, key: str) -> Body:
        """A nested object; an empty one where there is none."""
        value = self._take(key)
        return Body({} if value is None else value)

    def bodies(self, key: str) -> list[Body]:
        """A list of nested objects; an empty one where there is none."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise InputError(f"{key} should be a list, not {_short(value)}")
        return [Body(item) for item in value]

    def pairs(self, key: str) -> dict[str, str]:
        """A list of ``{"key", "value"}`` objects, as tags and params come."""
        return {item.required("key"): item.text("value") or "" for item in self.bodies(key)}

    def texts(self, key: str) -> list[str]:
        """A list of texts; an empty one where there is none."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise InputError(f"{key} should be a list of texts, not {_short(value)}")
        return [_unicode(item) for item in value]

    def ignore(self, *keys: str) -> None:
        """Count fields as read that repeat what is said elsewhere."""
        self._read.update(keys)

    def rest(self) -> Iterator[tuple[str, str | bool | int | float]]:
        """The fields that were not asked for, nested ones as JSON text."""
        for key, value in self._fields.items():
            if key not in self._read and value is not None:
                if isinstance(value, str):
                    value = _unicode(value)
                elif not isinstance(value, bool | int | float):
                    value = json.dumps(value, sort_keys=True)
                yield _unicode(key), value

    def _take(self, key: str) -> object:
        self._read.add(key)
        return self._fields.get(key)


def parse(text: str | None) -> Body | None:
    """The object in a field that holds JSON as text, or ``None`` where it holds anything else."""
    try:
        value = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    return Body(value) if isinstance(value, dict) else None


def _unicode(text: str) -> str:
    """The text, unless it has half a surrogate pair, which JSON can hold and RDF cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(f"{_short(text)} is not Unicode text") from None
    return text


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
