"""JSON-LD of other people, checked for what a processor would drop without a word.

An ``@id`` that is no IRI (a space in it, or relative with no base) makes a JSON-LD processor
leave out every triple about that node. Such a document is refused instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from kg.errors import InputError

_FORBIDDEN: Final = re.compile(r"[\x00-\x20<>\"{}|\\^`]")


def check_identifiers(data: bytes, where: str) -> None:
    """Raise :class:`InputError` for an ``@id`` that would be dropped; linear in the document.

    The nesting must have been checked before. What does not parse is left to the parser.
    """
    try:
        document = json.loads(data)
    except ValueError:
        return
    has_base = any(_contexts_with_base(document))
    for identifier in _identifiers(document):
        if _FORBIDDEN.search(identifier):
            hint = "percent-encode the character that is not allowed"
            raise InputError(f"@id {identifier!r} is not an IRI", where=where, hint=hint)
        if ":" not in identifier and not has_base:
            hint = "write it in full, or give @base in the context"
            raise InputError(f"@id {identifier!r} is relative", where=where, hint=hint)


def _identifiers(value: Any) -> Iterator[str]:
    """Every ``@id`` of a node; those inside contexts define terms and are not nodes."""
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, list):
            todo += item
        elif isinstance(item, dict):
            identifier = item.get("@id")
            if isinstance(identifier, str):
                yield identifier
            todo += [inside for key, inside in item.items() if key != "@context"]


def _contexts_with_base(value: Any) -> Iterator[bool]:
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, list):
            todo += item
        elif isinstance(item, dict):
            yield bool(item.get("@base"))
            todo += item.values()
