"""The command group, its global options, and what every error looks like."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from kg import __version__
from kg.cli.commands import COMMANDS
from kg.cli.failure import fail
from kg.config import DEFAULT_DATA
from kg.errors import KGError

EXIT_INTERRUPTED = 130


class _Group(click.Group):
    """Lists the commands in the order people meet them and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names in order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name."""
        if cmd_name not in COMMANDS:
            return None
        listed = COMMANDS[cmd_name]
        command = getattr(import_module(f"kg.cli.commands.{listed.module}"), listed.attribute)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands with what they do, in one line each."""
        room = formatter.width - 6 - max(len(name) for name in COMMANDS)
        rows = [
            (name, click.Command(name, help=listed.summary).get_short_help_str(room))
            for name, listed in COMMANDS.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kg")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_DATA,
    envvar="KG_DATA",
    show_default=True,
    show_envvar=True,
    help="The folder that holds the graph.",
)
@click.pass_context
def cli(ctx: click.Context, data: Path) -> None:
    """Model Lifecycle Graph: where your machine learning came from and what depends on it.

    Things are named kind:system/key, such as model-version:mlflow/churn/3, or by their IRI.
    Exit codes: 0 success or conforms, 1 does not conform, 2 bad input or failure, 3 unsupported.
    """
    ctx.obj = data


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code; never shows a traceback."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        result: Any = cli.main(args=arguments, prog_name="kg", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        return 2
    except KGError as error:
        fail(str(error))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        fail("interrupted; what was committed before stays")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("KG_DEBUG"):
            raise
        kind = type(error).__name__
        fail(f"internal error: {kind}: {error} (set KG_DEBUG=1 and report the traceback)")
        return 2
