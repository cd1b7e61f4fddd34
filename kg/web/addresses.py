"""Paths as the client sent them: an escaped slash is not a slash."""

from __future__ import annotations

from flask import request


def raw_path(prefix: str, path: str) -> str:
    """What stands below a prefix in the request's target; ``path`` where that is not known."""
    target: str = request.environ.get("REQUEST_URI", "")
    return target.partition("?")[0].partition(prefix)[2] or path
