"""What the compiler says of a shape that it cannot turn into queries."""

from __future__ import annotations


class NotCompiled(Exception):
    """A shape that is to be validated by the reference engine instead; ``reason`` says why.

    Never seen outside the package: the shape and the reason stand in the report.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class NoExpression(Exception):
    """No SPARQL expression is known for a condition; results are looked through instead."""
