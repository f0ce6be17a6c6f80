"""The command line's front door: finds the command, and turns a known error into one line and an exit code.

Imports a command's module only when that command is called, so that `bulletin --help` stays quick.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import typer
from typer.core import TyperGroup

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130

_FEW_LOOKS = 100_000
"""New objects between two looks for garbage; Python's own is 700."""


class _Entry(NamedTuple):
    """A command's module, and the line that `--help` shows for it."""

    module: str
    help: str


_COMMANDS = {
    "init": _Entry("init", "Make a new workspace."),
    "demo": _Entry(
        "demo", "Try everything: a sample edition to sample subscribers, in the built-in inbox."
    ),
    "edition": _Entry("edition", "Write, check, render, preview and approve editions."),
    "article": _Entry("article", "Take articles from partners, and have them signed off."),
    "pack": _Entry("pack", "Write, check, build and send the packs of themed campaigns."),
    "check": _Entry(
        "check", "Find what is wrong with an edition or a pack, and say what may pass."
    ),
    "gallery": _Entry(
        "gallery", "See every block of every mail, in light, in dark and on a phone."
    ),
    "subscribers": _Entry("subscribers", "Import, add, find and export subscribers."),
    "retention": _Entry("retention", "Delete what is older than the settings allow."),
    "audit": _Entry("audit", "See what the team did, and who it was."),
    "segment": _Entry("segment", "See whom the workspace's segments reach."),
    "send": _Entry("send", "Send an edition to a segment, or a test to your own addresses."),
    "campaign": _Entry("campaign", "See what was sent; pause, resume, cancel or resolve it."),
    "bounces": _Entry("bounces", "Fetch what came back, and see what followed from it."),
    "suppressions": _Entry("suppressions", "See which addresses are not written to, and why."),
    "domains": _Entry("domains", "Release a held domain, or move its addresses to another."),
    "schedule": _Entry("schedule", "Say when each publication goes out, and see what is to come."),
    "scheduler": _Entry("scheduler", "Send what is due by the schedules, for as long as it runs."),
    "status": _Entry("status", "See how the campaigns under way get on, once or live."),
    "worker": _Entry("worker", "Send what is due until it is stopped; as many as you like."),
    "serve": _Entry("serve", "Serve the pages behind the links of a mail."),
    "archive": _Entry("archive", "Publish issues for anybody to read."),
    "inbox": _Entry("inbox", "Read the mail of the built-in inbox in the browser."),
    "dkim": _Entry("dkim", "Make keys that sign the mail, and see what to publish for them."),
    "database": _Entry("database", "Make or update the database."),
    "doctor": _Entry("doctor", "See whether mail can leave and arrive, and what to mend."),
    "settings": _Entry("settings", "Check the settings and see what they come to."),
}


class _LazyGroup(TyperGroup):
    """Knows its commands by name, and imports one when it is called."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 - the signature is Typer's
        """The commands in the order of a first visit."""
        return list(_COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002
        """Import the command."""
        entry = _COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = importlib.import_module(f"mailer.cli.{entry.module}")
        command: Command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """Find the command; for a name that is none, Typer suggests the nearest of these."""
        self.commands = dict.fromkeys(_COMMANDS, self)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in _COMMANDS.items()])


app = typer.Typer(
    name="bulletin",
    cls=_LazyGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with: bulletin demo, or bulletin init my-bulletin",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"bulletin {version('partnership-bulletin')}")
        raise typer.Exit


@app.callback()
def _bulletin(
    version: bool = typer.Option(
        False, "--version", help="Show the version and exit.", callback=_show_version, is_eager=True
    ),
) -> None:
    """Send a bulletin to the partners who asked for it, and know what became of each mail."""


def main() -> None:
    """Run the command line."""
    # Nearly all that a command makes lasts as long as itself: by default a twentieth of its time is spent on
    # looking for garbage there.
    gc.set_threshold(_FEW_LOOKS)
    try:
        app()
    except BulletinError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has enough of it; writing what is left would only fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILED)
    except OSError as error:
        _fail(_told(error))
    except Exception as error:
        if os.environ.get("BULLETIN_TRACEBACK"):
            raise
        _fail(
            f"{type(error).__name__}: {error}; this is a fault of bulletin itself: "
            "please report it with what BULLETIN_TRACEBACK=1 shows"
        )


def _fail(message: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(f"Error: {message}\n")
    sys.exit(EXIT_FAILED)


def _told(error: OSError) -> str:
    place: Any = error.filename or "the system"
    reason = (error.strerror or str(error)).lower()
    return f"{place}: {reason}; check the path, its rights and the room on the disk"
