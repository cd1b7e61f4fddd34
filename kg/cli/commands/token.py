"""Access tokens of a served graph."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from kg.app.tokens import expiry, open_tokens, token_json
from kg.cli import output
from kg.cli.options import format_option
from kg.errors import NotFound
from kg.journal import Scope


@click.group()
def token() -> None:
    """Say who may use the served graph, for what, and until when.

    Works while a server runs, and takes effect at its next request.
    """


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    default=Scope.READ.value,
    show_default=True,
    help="Each scope includes the ones before it.",
)
@click.option(
    "--expires", default="90d", show_default=True, help="Days (90d), a date or time, or never."
)
@format_option
@click.pass_obj
def create(data: Path, name: str, scope: str, expires: str, format_: str) -> None:
    """Make a token called NAME and show its secret, this once.

    NAME stands in the history as who made a change. Clients send the secret as
    'Authorization: Bearer SECRET'.
    """
    end = expiry(expires, datetime.now(UTC))
    with open_tokens(data) as tokens:
        made, secret = tokens.create(name, Scope(scope), end)
    if format_ == "json":
        output.print_json({**token_json(made), "secret": secret})
    else:
        output.note(f"token {made.id} ({made.scope}), expires {made.expires or 'never'}; keep it:")
        output.say(secret)


@token.command("list")
@format_option
@click.pass_obj
def list_(data: Path, format_: str) -> None:
    """List all tokens, without their secrets, which are not kept."""
    with open_tokens(data) as tokens:
        found = [token_json(known) for known in tokens.all()]
    if format_ == "json":
        output.print_json(found)
    else:
        columns = ("id", "name", "scope", "state", "created", "expires")
        output.print_table(columns, ([row[key] for key in columns] for row in found))


@token.command()
@click.argument("identifier", metavar="ID")
@click.pass_obj
def revoke(data: Path, identifier: str) -> None:
    """End the token ID at once."""
    with open_tokens(data) as tokens:
        if not tokens.revoke(identifier):
            raise NotFound(
                f"there is no token {identifier!r}", suggestions=[t.id for t in tokens.all()[-3:]]
            )
    output.say(f"revoked {identifier}")
