"""Compliance reports: what validation found, for people and for programs."""

from __future__ import annotations

from typing import Final

from kg.compliance.as_html import to_html
from kg.compliance.as_json import to_json
from kg.compliance.as_turtle import to_turtle
from kg.compliance.text import to_text
from kg.errors import InputError
from kg.iri import Names
from kg.shacl import Report

FORMATS: Final = ("text", "json", "turtle", "html")

__all__ = ["FORMATS", "render", "to_html", "to_json", "to_text", "to_turtle"]


def render(
    report: Report, format_: str, names: Names, *, width: int = 100, color: bool = False
) -> str:
    """The report in one of :data:`FORMATS`; width and colour concern ``text`` alone.

    Raises :class:`InputError` for another format.
    """
    match format_:
        case "text":
            return to_text(report, names, width=width, color=color)
        case "json":
            return to_json(report, names)
        case "turtle":
            return to_turtle(report)
        case "html":
            return to_html(report, names)
    raise InputError(f"no report format {format_!r}", hint=f"one of {', '.join(FORMATS)}")
