"""Messages with variables in them (SHACL, 5.2.2 and 6.2.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kg.terms import Literal, Term

_VARIABLE: Final = re.compile(r"\{[?$]([^{}]+)\}")


def filled_in(template: Literal, values: Mapping[str, Term]) -> Literal:
    """The message with each ``{?name}`` and ``{$name}`` that has a value replaced by it."""

    def value(match: re.Match[str]) -> str:
        term = values.get(match[1])
        return match[0] if term is None else term.value

    text = _VARIABLE.sub(value, template.value)
    return Literal(text, language=template.language) if template.language else Literal(text)
