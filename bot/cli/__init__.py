"""The command line: one module per command."""

from __future__ import annotations

import codecs
import gc
import importlib
import io
import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.board.reading.corpus import FileChangedError
from bot.cli.checkout import Checkout, near
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

FINE, PROBLEMS_FOUND, WRONG_USAGE, BUG = range(4)
"""The exit codes of every command."""

COMMANDS = (
    "check",
    "build",
    "preview",
    "show",
    "history",
    "rank",
    "compare",
    "candidates",
    "new",
    "draft",
    "import",
    "agreement",
    "evidence",
    "reproduce",
    "pr",
    "issue",
    "dispute",
    "mend",
    "publish",
)


def clock() -> datetime:
    """Return the present moment; tests replace this function."""
    return datetime.now(UTC)


class _Commands(click.Group):
    """A group that imports a command's module when it is used, so that `--help` doesn't wait for a plotting library."""

    def list_commands(self, _: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = "importing" if name == "import" else name  # a word of Python's own
        command: click.Command = importlib.import_module(f"bot.cli.{module}").command
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(context, arguments)
        except click.UsageError as error:
            raise click.UsageError(f"{error.message}{near(arguments[0], COMMANDS)}", context) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The checkout to work on. By default the one that the current folder is in.",
)
@click.version_option(package_name="openness-bot")
@click.pass_context
def cli(context: click.Context, root: Path | None) -> None:
    """Checks, ranks and publishes assessments of how open AI models are.

    \b
    Examples:
      openness-bot check                         all assessments
      openness-bot check assessments/example     those of one developer
      openness-bot rank --top 10                 the head of the leaderboard
      openness-bot preview --base origin/main    what your change does to it
      openness-bot build                         README.md and leaderboard/

    Exit codes: 0 fine, 1 problems found, 2 wrong usage, 3 a bug in openness-bot.
    """
    context.obj = Checkout(root or Checkout.around(Path.cwd()), clock())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code. A traceback is printed for bugs only."""
    try:
        result = cli.main(arguments, prog_name="openness-bot", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except FileChangedError as error:
        click.echo(f"Error: {error}", err=True)
        return PROBLEMS_FOUND
    except BrokenPipeError:
        # Who reads the output has seen enough, such as `head`.
        return PROBLEMS_FOUND
    except OSError as error:
        # A fault of the machine, such as a full disk or a deleted folder.
        click.echo(f"Error: {error.filename or 'output'}: {error.strerror}.", err=True)
        return PROBLEMS_FOUND
    except click.Abort:
        click.echo("Stopped.", err=True)
        return PROBLEMS_FOUND
    except Exception:
        # The message may hold a contributor's words: no line of it may begin like a command of GitHub's runner.
        for line in traceback.format_exc().splitlines():
            click.echo(f"| {visible(line)}", err=True)
        click.echo(
            "This is a bug in openness-bot, not a mistake of yours. Please report it with the lines above.", err=True
        )
        return BUG
    return result if isinstance(result, int) else FINE


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command `openness-bot`: its entry point."""
    # Thousands of models are many small objects without cycles: collecting garbage rarely makes it a fifth faster.
    gc.set_threshold(200_000, 20, 20)
    codecs.register_error("escape", _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="escape")
    code = main(arguments)
    try:
        if sys.stdout is not None:  # where it was closed before the start
            sys.stdout.flush()
    except OSError:
        # Nobody reads it any more: Python would try again at its end, and complain.
        with Path(os.devnull).open("w", encoding="utf-8") as nothing:
            os.dup2(nothing.fileno(), 1)
        code = code or PROBLEMS_FOUND
    sys.exit(code)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Return characters that the encoding of the output doesn't have as `\uXXXX`, which is also right in JSON."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2], strict=True)), error.end
