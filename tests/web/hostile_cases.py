"""The hostile queries of ``hostile.yaml``, spelled out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Hostile:
    """A query and what becomes of it."""

    name: str
    query: str
    outcome: str


def hostile_queries() -> list[Hostile]:
    """All of them."""
    cases = yaml.safe_load(Path(__file__).with_name("hostile.yaml").read_text(encoding="utf-8"))
    return [Hostile(case["name"], _text(case["query"]), case["outcome"]) for case in cases]


def _text(parts: str | list[Any]) -> str:
    if isinstance(parts, str):
        return parts
    return "".join(part if isinstance(part, str) else _repeated(**part) for part in parts)


def _repeated(times: int, text: str) -> str:
    if "{n" not in text:
        return text * times
    return "".join(text.replace("{n}", str(n)).replace("{n+1}", str(n + 1)) for n in range(times))
