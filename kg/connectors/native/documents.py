"""Reading YAML, JSON and JSON Lines files into plain nodes, numbers kept as they were written.

YAML is read with the JSON-compatible types of the YAML 1.2 core schema, so that ``no`` is a word,
``2026-01-05`` a text, and ``1.10`` can still be told from ``1.1``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from kg.errors import InputError
from kg.rdfio import MAX_JSON_DEPTH, check_json_depth

FILE_TYPES: Final = (".yaml", ".yml", ".json", ".jsonl", ".ndjson")

Node = dict[str, Any]
_WITHDRAW: Final = "withdraw"
_IDENTIFIERS: Final = ("id", "@id")
_MAX_EXPANDED = 5_000_000  # aliases in YAML can stand for far more nodes than the file has


@dataclass(frozen=True)
class Withdrawal:
    """A thing of which nothing is to be said any more, by its identifier as it was written."""

    identifier: str


Item = Node | Withdrawal | InputError
"""What stands in a list of nodes; in place of what is no node the error that says so."""


class Number(float):
    """A number that remembers its spelling, for keys whose value is a text (``version: 1.10``)."""

    text: str

    def __new__(cls, text: str) -> Number:
        """Read a number."""
        number = super().__new__(cls, text)
        number.text = text
        return number


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.2 core schema: null, true/false, decimal numbers, text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), list(_first)
    )
_Loader.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value))
_Loader.add_constructor("tag:yaml.org,2002:float", lambda _, node: Number(node.value))


def read_nodes(path: Path) -> Iterator[tuple[str, Item]]:
    """Each node of a file with the place it stands at (``file, item 3``).

    A file is a list of nodes, one node, or an object with the list under ``@graph``, and with
    identifiers under ``withdraw``, which come first; JSON Lines and YAML streams of several
    documents are read one by one. What stands for one node and is not one comes as the error
    that says so; raises :class:`InputError` for a file that does not parse at all.
    """
    return listed_nodes(_documents(path), str(path))


def listed_nodes(documents: Iterable[Any], place: str) -> Iterator[tuple[str, Item]]:
    """The nodes of documents that are read already, each with its place; as :func:`read_nodes`."""
    number = 0
    for document in documents:
        for node in _listed(document, place):
            number += 1
            where = f"{place}, item {number}"
            if isinstance(node, dict | InputError | Withdrawal):
                yield where, node
            else:
                kind = type(node).__name__
                yield where, InputError(f"a node must be an object, not {kind}", where=where)


def _documents(path: Path) -> Iterator[Any]:
    reader: dict[str, Callable[[Path], Iterator[Any]]] = {
        ".yaml": _yaml,
        ".yml": _yaml,
        ".json": _json,
    }
    try:
        yield from reader.get(path.suffix.lower(), _json_lines)(path)
    except OSError as error:
        raise InputError(f"cannot read the file: {error.strerror}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", where=str(path)) from error


def _yaml(path: Path) -> Iterator[Any]:
    try:
        with path.open(encoding="utf-8") as stream:
            for document in yaml.load_all(stream, Loader=_Loader):
                _refuse_bomb(document, path)
                yield document
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}, line {mark.line + 1}, column {mark.column + 1}" if mark else str(path)
        raise InputError(error.problem or "not valid YAML", where=where) from error
    except UnicodeDecodeError:
        raise
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"not valid YAML: {error}", where=str(path)) from error


def _refuse_bomb(document: Any, path: Path) -> None:
    """Count nodes and depth as if every alias were written out, and stop at a limit."""
    left = _MAX_EXPANDED
    stack = [(document, 0)]
    while stack:
        value, depth = stack.pop()
        left -= 1
        if left < 0:
            raise InputError("aliases expand to too many nodes", where=str(path))
        if depth > MAX_JSON_DEPTH:
            raise InputError(f"nested deeper than {MAX_JSON_DEPTH}", where=str(path))
        if isinstance(value, dict | list):
            inside = value.values() if isinstance(value, dict) else value
            stack.extend((item, depth + 1) for item in inside)


def _json(path: Path) -> Iterator[Any]:
    yield read_json(path.read_bytes(), str(path))


def read_json(data: bytes, where: str) -> Any:
    """The value of a JSON text, numbers with a fraction as they were written.

    Raises :class:`InputError` for what is none, or nested too deep.
    """
    check_json_depth(data, where)
    try:
        return _load_json(data.decode("utf-8"), where)
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", where=where) from error


def _json_lines(path: Path) -> Iterator[Any]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield _json_line(line, f"{path}, line {number}")


def _json_line(line: bytes, where: str) -> Any:
    """The value of a line, or the error of reading it: the lines after it may be good."""
    try:
        check_json_depth(line, where)
        return _load_json(line.decode("utf-8"), where)
    except UnicodeDecodeError as error:
        return InputError(f"not UTF-8 at byte {error.start}", where=where)
    except InputError as error:
        return error


def _load_json(text: str, where: str) -> Any:
    try:
        return json.loads(text, parse_float=Number)
    except json.JSONDecodeError as error:
        line = "" if ", line " in where else f", line {error.lineno}"
        raise InputError(error.msg, where=f"{where}{line}, column {error.colno}") from error


def _listed(document: Any, where: str) -> list[Any]:
    if document is None:
        return []
    if isinstance(document, list):
        return document
    if isinstance(document, InputError):
        return [document]
    if isinstance(document, dict):
        inside = document.get("@graph", document.get("graph"))
        nodes = inside if isinstance(inside, list) else [document]
        if _WITHDRAW not in document or any(key in document for key in _IDENTIFIERS):
            return nodes
        return [*withdrawals(document[_WITHDRAW]), *(nodes if nodes is inside else ())]
    raise InputError("expected a list of nodes", where=where, hint="start each with '- id: …'")


def withdrawals(listed: Any) -> list[Withdrawal | InputError]:
    """The things that a list of identifiers withdraws; in place of what is none an error."""
    if not isinstance(listed, list):
        return [InputError(f"{_WITHDRAW} is no list of identifiers")]
    return [
        Withdrawal(item) if isinstance(item, str) else InputError(f"{item!r} is no identifier")
        for item in listed
    ]
