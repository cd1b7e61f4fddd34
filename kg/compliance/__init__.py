"""Compliance reports: what validation found, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from kg.compliance.as_csv import to_csv
from kg.compliance.as_html import to_html
from kg.compliance.as_json import to_json
from kg.compliance.as_junit import to_junit
from kg.compliance.as_sarif import to_sarif
from kg.compliance.as_turtle import to_json_ld, to_turtle
from kg.compliance.overview import Overview, plain
from kg.compliance.text import to_text
from kg.errors import InputError
from kg.iri import Names
from kg.shacl import Report

_WRITERS: Final[Mapping[str, Callable[[Overview, Names], str]]] = MappingProxyType(
    {
        "json": to_json,
        "csv": to_csv,
        "sarif": to_sarif,
        "junit": to_junit,
        "turtle": lambda overview, _names: to_turtle(overview.report),
        "json-ld": lambda overview, _names: to_json_ld(overview.report),
        "html": to_html,
    }
)

FORMATS: Final = ("text", *_WRITERS)

__all__ = ["FORMATS", "Overview", "plain", "render"]


def render(
    report: Report | Overview, format_: str, names: Names, *, width: int = 100, color: bool = False
) -> str:
    """The report in one of :data:`FORMATS`; width and colour concern ``text`` alone.

    Raises :class:`InputError` for another format.
    """
    overview = plain(report, names) if isinstance(report, Report) else report
    if format_ == "text":
        return to_text(overview, names, width=width, color=color)
    writer = _WRITERS.get(format_)
    if writer is None:
        raise InputError(f"no report format {format_!r}", hint=f"one of {', '.join(FORMATS)}")
    return writer(overview, names)
