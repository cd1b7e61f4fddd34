"""Where the shipped ontology, shapes and queries lie; decided here, once.

In a wheel they are under ``kg/_assets``; in a checkout they are the folders beside ``kg``.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_assets"
ROOT = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent


def asset(*parts: str) -> Path:
    """The path of a shipped file or folder, such as ``asset("ontology", "mlg.ttl")``."""
    return ROOT.joinpath(*parts)


def asset_files(folder: str, suffix: str) -> list[Path]:
    """All files with the suffix in an asset folder and below it, sorted by path."""
    return sorted(asset(folder).rglob(f"*{suffix}"))
