"""How an error looks; apart from other output, for which a library is loaded."""

from __future__ import annotations

import sys


def fail(text: str) -> None:
    """Print an error: one line on standard error."""
    sys.stderr.write(f"kg: {text}\n")
