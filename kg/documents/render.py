"""A filled document as Markdown, for repositories, or as a page, to print and file."""

from __future__ import annotations

import re
from typing import Final

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from kg import __version__
from kg.documents.fill import Filled
from kg.errors import InputError

FORMATS: Final = ("markdown", "html")
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")


def render(filled: Filled, format_: str) -> str:
    """The document in one of :data:`FORMATS`; whatever the data holds is escaped.

    Raises :class:`InputError` for another format.
    """
    if format_ not in FORMATS:
        raise InputError(f"no document format {format_!r}", hint=f"one of {', '.join(FORMATS)}")
    environment = Environment(
        loader=PackageLoader("kg.documents"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["markdown"] = _markdown
    template = environment.get_template("document.html" if format_ == "html" else "document.md")
    front = yaml.safe_dump(dict(filled.front), allow_unicode=True, sort_keys=False)
    text = template.render(
        document=filled, front=front if filled.front else "", version=__version__
    )
    return text.rstrip() + "\n"


def _markdown(text: str) -> str:
    """Text on one line that Markdown takes as it is."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return _SPECIAL.sub(r"\\\1", line)
