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
from click.shell_completion import CompletionItem

from bot.board.reading.corpus import FileChangedError
from bot.cli.checkout import Checkout, joined, near
from bot.cli.language import LANGUAGE, VARIABLE, preferred_language, say
from bot.text.catalogue import _, languages
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
    "links",
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

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return commands without their help, for which each would be imported, or options."""
        commands = [CompletionItem(name) for name in COMMANDS if name.startswith(incomplete)]
        return [*commands, *click.Command.shell_complete(self, context, incomplete)]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
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
            raise click.UsageError(joined(error.message, near(arguments[0], COMMANDS)), context) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The checkout to work on. By default the one that the current folder is in.",
)
@click.option(
    "--language",
    type=click.Choice(languages()),
    help=f"The language of messages. By default {VARIABLE}, or that of the locale.",
)
@click.version_option(package_name="openness-bot")
@click.pass_context
def cli(context: click.Context, root: Path | None, language: str | None) -> None:
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
    if language is not None:
        LANGUAGE.set(language)
    context.obj = Checkout(root or Checkout.around(Path.cwd()), clock())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code. A traceback is printed for bugs only."""
    LANGUAGE.set(preferred_language(os.environ))
    try:
        result = cli.main(arguments, prog_name="openness-bot", standalone_mode=False)
    except click.ClickException as error:
        _show(error)
        return error.exit_code
    except FileChangedError as error:
        say(_("Error: %(message)s", message=error.args[0]), err=True)
        return PROBLEMS_FOUND
    except BrokenPipeError:
        # The reader of the output, such as `head`, has seen enough.
        return PROBLEMS_FOUND
    except OSError as error:
        # A fault of the machine, such as a full disk or a deleted folder.
        where = error.filename or "output"
        say(_("Error: %(path)s: %(reason)s.", path=where, reason=error.strerror), err=True)
        return PROBLEMS_FOUND
    except click.Abort:
        say(_("Stopped."), err=True)
        return PROBLEMS_FOUND
    except Exception:
        # The message may hold a contributor's words: no line of it may begin like a command of GitHub's runner.
        for line in traceback.format_exc().splitlines():
            click.echo(f"| {visible(line)}", err=True)
        say(
            _("This is a bug in openness-bot, not a mistake of yours. Please report it with the lines above."), err=True
        )
        return BUG
    return result if isinstance(result, int) else FINE


def _show(error: click.ClickException) -> None:
    """Print an error with the usage of its command."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        click.echo(context.get_usage(), err=True)
        say(_("Help: `%(command)s --help`", command=context.command_path), err=True)
        click.echo(err=True)
    say(_("Error: %(message)s", message=error.format_message()), err=True)


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
