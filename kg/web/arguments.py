"""The parameters of a request, read strictly: a slip is refused, never passed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from werkzeug.datastructures import MultiDict

from kg.errors import InputError

_FLAGS: Final = {"true": True, "false": False}
_DIGITS: Final = 9


class Arguments:
    """The query parameters of a request for what takes those that are known.

    All methods raise :class:`InputError` for a value that is not of the form.
    """

    def __init__(self, given: MultiDict[str, str], known: Sequence[str]) -> None:
        """Raises :class:`InputError` for a parameter that is not known."""
        self._given = given
        for name in given:
            if name not in known:
                raise InputError(
                    f"there is no parameter {name!r}", hint=f"there are {', '.join(known)}"
                )

    def text(self, name: str) -> str | None:
        """The one value of a parameter, or ``None``."""
        values = self._given.getlist(name)
        if len(values) > 1:
            raise InputError(f"the parameter {name!r} is given {len(values)} times")
        return values[0] if values else None

    def required(self, name: str) -> str:
        """The one value of a parameter that has to be there."""
        value = self.text(name)
        if value is None:
            raise InputError(f"the parameter {name!r} is missing")
        return value

    def many(self, name: str) -> list[str]:
        """All values of a parameter that may be repeated."""
        return self._given.getlist(name)

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """One of some words."""
        value = self.text(name)
        if value is not None and value not in choices:
            raise InputError(f"{name} is {value!r}", hint=f"give one of {', '.join(choices)}")
        return default if value is None else value

    def flag(self, name: str) -> bool:
        """Whether a parameter is ``true``."""
        return _FLAGS[self.choice(name, list(_FLAGS), "false")]

    def number(self, name: str, *, most: int | None = None) -> int | None:
        """A whole number from 1."""
        value = self.text(name)
        if value is None:
            return None
        if not (value.isascii() and value.isdigit() and len(value) <= _DIGITS and int(value)):
            raise InputError(f"{name} is {value!r}", hint="give a whole number from 1")
        if most is not None and int(value) > most:
            raise InputError(f"{name} is {value}", hint=f"give {most} at most")
        return int(value)
