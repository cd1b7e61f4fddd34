"""Named queries: ``.rq`` files that describe themselves, found by their path.

The head of a file holds lines ``#+ key: value``: ``summary`` (needed), ``question`` (the
competency question it answers) and any number of ``param``, each
``name kind[=default] description``. A question mark after the kind (``iri?``) says that the
parameter may be left out; its variable then stays free.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kg.assets import asset
from kg.errors import InputError, NotFound
from kg.iri import Names
from kg.near import near
from kg.sparql.bind import bind
from kg.sparql.prologue import QueryForm, query_form, with_prefixes
from kg.sparql.values import KINDS, parse_value
from kg.terms import Term

_LINE = re.compile(r"#\+\s*(?P<key>\w+):\s*(?P<value>.*\S)\s*")
_PARAM = re.compile(
    r"(?P<name>\w+)\s+(?P<kind>\w+)(?P<optional>\?)?(?:=(?P<default>\"[^\"]*\"|\S+))?\s+"
    r"(?P<description>.+)"
)
_KEYS: Final = ("summary", "question", "param")


@dataclass(frozen=True)
class Parameter:
    """A variable of a query that the caller gives a value."""

    name: str
    kind: str
    description: str
    default: str | None = None
    optional: bool = False


@dataclass(frozen=True)
class Header:
    """What a query file says of itself; ``params`` by name, in the order declared."""

    summary: str
    question: str | None
    params: Mapping[str, Parameter]


@dataclass(frozen=True)
class NamedQuery:
    """A query of the catalog; ``name`` is its path under the folder, without ``.rq``."""

    name: str
    form: QueryForm
    text: str
    header: Header

    @property
    def summary(self) -> str:
        """What the query answers, in a sentence."""
        return self.header.summary

    @property
    def question(self) -> str | None:
        """The competency question that the query answers, if it answers one."""
        return self.header.question

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters in the order declared."""
        return tuple(self.header.params.values())

    @property
    def group(self) -> str:
        """The folder that the query lies in."""
        return self.name.rpartition("/")[0]

    def bind(self, values: Mapping[str, str | Term], names: Names | None = None) -> str:
        """The text to evaluate, prefixes declared and parameters replaced by their values.

        Values given as text are read by the kind of their parameter. Raises
        :class:`InputError` for a value that is missing, unknown or not of its kind.
        """
        for name in values:
            if name not in self.header.params:
                known = ", ".join(self.header.params) or "no parameters"
                raise InputError(f"{self.name} has no parameter {name!r}", hint=f"it has {known}")
        terms = {}
        for parameter in self.parameters:
            value = values.get(parameter.name, parameter.default)
            if value is not None:
                terms[parameter.name] = self._term(parameter, value, names)
            elif not parameter.optional:
                raise InputError(
                    f"{self.name} needs {parameter.name!r} ({parameter.kind}): "
                    f"{parameter.description}"
                )
        return bind(self.text, terms)

    def _term(self, parameter: Parameter, value: str | Term, names: Names | None) -> Term:
        if not isinstance(value, str):
            return value
        try:
            return parse_value(value, parameter.kind, names)
        except InputError as error:
            where = f"parameter {parameter.name} of {self.name}"
            raise InputError(error.message, where=where, hint=error.hint) from error


def read_header(text: str) -> Header:
    """The header of a query file.

    Raises :class:`InputError` for a header without summary, a key or kind that is unknown, or a
    parameter declared twice or not as ``name kind[=default] description``.
    """
    single: dict[str, str] = {}
    params: dict[str, Parameter] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#+"):
            continue
        match = _LINE.fullmatch(line)
        if match is None or match["key"] not in _KEYS or match["key"] in single:
            raise InputError(f"cannot read {line!r}", where=f"line {number}")
        if match["key"] == "param":
            parameter = _parameter(match["value"], number)
            if params.setdefault(parameter.name, parameter) is not parameter:
                raise InputError(f"{parameter.name} is declared twice", where=f"line {number}")
        else:
            single[match["key"]] = match["value"]
    if "summary" not in single:
        raise InputError("the query has no summary", hint="begin the file with '#+ summary: ...'")
    return Header(single["summary"], single.get("question"), MappingProxyType(params))


def _parameter(text: str, line: int) -> Parameter:
    match = _PARAM.fullmatch(text)
    if match is None:
        hint = "write name kind[=default] description"
        raise InputError(f"cannot read the parameter {text!r}", where=f"line {line}", hint=hint)
    if match["kind"] not in KINDS:
        hint = f"one of {', '.join(KINDS)}"
        raise InputError(f"unknown kind {match['kind']!r}", where=f"line {line}", hint=hint)
    default = match["default"].strip('"') if match["default"] else None
    optional = match["optional"] is not None
    return Parameter(match["name"], match["kind"], match["description"], default, optional)


def read_query(path: Path, name: str) -> NamedQuery:
    """Read one ``.rq`` file; raises :class:`InputError` naming the file."""
    try:
        text = path.read_text(encoding="utf-8")
        return NamedQuery(name, query_form(text), with_prefixes(text), read_header(text))
    except (InputError, UnicodeDecodeError) as error:
        raise InputError(str(error), where=str(path)) from error


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*.rq"):
        yield path.relative_to(folder).with_suffix("").as_posix(), path


class QueryCatalog:
    """All named queries, sorted by name."""

    def __init__(self, queries: Mapping[str, NamedQuery | Path]) -> None:
        """What is given by name as a file is read when it is asked for."""
        self._queries = dict(sorted(queries.items()))

    @classmethod
    def load(cls, extra: Iterable[Path] = ()) -> QueryCatalog:
        """The shipped queries and those of further folders, which may replace shipped ones.

        Raises :class:`InputError` naming a file of the further folders that is no query.
        """
        queries: dict[str, NamedQuery | Path] = dict(_files(asset("queries")))
        for folder in extra:
            queries |= {name: read_query(path, name) for name, path in _files(folder)}
        return cls(queries)

    def get(self, name: str) -> NamedQuery:
        """The query of a name, or of the last part of one where that is unique.

        Raises :class:`NotFound` with the nearest names.
        """
        if name in self._queries:
            return self._read(name)
        ending = [known for known in self._queries if known.endswith(f"/{name}")]
        if len(ending) == 1:
            return self._read(ending[0])
        raise NotFound(
            f"there is no query {name!r}", suggestions=ending or near(name, self._queries)
        )

    def _read(self, name: str) -> NamedQuery:
        query = self._queries[name]
        if isinstance(query, Path):
            query = self._queries[name] = read_query(query, name)
        return query

    def __iter__(self) -> Iterator[NamedQuery]:
        return map(self._read, self._queries)

    def __len__(self) -> int:
        return len(self._queries)
