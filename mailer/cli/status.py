"""`bulletin status`: the campaigns under way, once or live."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, campaign_number, say, single_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mailer.cli.status_view import Seen
    from mailer.reporting.lookout import Lookout
    from mailer.reporting.progress import Pace
    from subscribers.database import Database

EVERY = 1.0
"""Seconds from one look to the next."""

app = single_command()


@app.command(epilog="Example: bulletin status --watch")
def status(
    campaign_id: Annotated[
        int | None,
        typer.Argument(
            metavar="[ID]",
            help="The campaign's number; all that are under way when left out.",
            parser=campaign_number,
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look every second until it is done. Ctrl-C ends it.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how campaigns get on: counts, rate, time left, and what the relay refuses or puts off.

    Watching from a pipe prints a line for each change, and with --json a line each second.
    """
    from mailer.app import Workspace

    board = _Board(Workspace.open(workspace).database, campaign_id)
    if watch:
        _watch(board, as_json)
        return
    seen = board.look()
    if any(progress.holders for progress, _ in seen):
        # A rate takes two looks.
        time.sleep(EVERY)
        seen = board.look()
    _show_once(seen, as_json)


class _Board:
    """Looks at one campaign, or at all that are under way; those that end stay to be told of."""

    def __init__(self, database: Database, campaign_id: int | None) -> None:
        self._database = database
        self._campaign_id = campaign_id
        self._known: dict[int, tuple[Lookout, Pace]] = {}

    def look(self) -> Seen:
        """Every campaign as it is now."""
        from mailer.reporting.lookout import Lookout, under_way
        from mailer.reporting.progress import Pace
        from mailer.surroundings import now

        with self._database.read() as connection:
            wanted = [self._campaign_id] if self._campaign_id else under_way(connection)
            for number in wanted:
                self._known.setdefault(number, (Lookout(number), Pace()))
            seen = []
            for lookout, pace in self._known.values():
                progress = lookout.look(connection, now())
                pace.note(progress)
                seen.append((progress, pace))
        return seen


def _watch(board: _Board, as_json: bool) -> None:
    try:
        with _screen(as_json) as show:
            while True:
                seen = board.look()
                show(seen)
                if all(progress.is_over for progress, _ in seen):
                    return
                time.sleep(EVERY)
    except KeyboardInterrupt:
        return


@contextmanager
def _screen(as_json: bool) -> Iterator[Callable[[Seen], None]]:
    """How to show each look: a line of data, a line where something changed, or the same place again."""
    if as_json:
        yield _print_data
    elif sys.stdout.isatty():
        from rich.live import Live

        from mailer.cli.console import console
        from mailer.cli.status_view import view

        with Live(console=console(), auto_refresh=False) as live:
            yield lambda seen: live.update(view(seen), refresh=True)
    else:
        yield _Changes().print


class _Changes:
    """Prints a campaign's line when it reads otherwise than the last one did."""

    def __init__(self) -> None:
        self._said: dict[int, str] = {}

    def print(self, seen: Seen) -> None:
        """Print what changed."""
        from mailer.cli.status_view import line, speed

        if not seen:
            _say_idle()
        for progress, pace in seen:
            told = line(progress)
            if self._said.get(progress.campaign_id) != told:
                self._said[progress.campaign_id] = told
                typer.echo(f"{progress.at:%Y-%m-%dT%H:%M:%SZ} {told}{speed(progress, pace)}")
        sys.stdout.flush()


def _show_once(seen: Seen, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_data(seen), ensure_ascii=False, indent=2))
    elif not seen:
        _say_idle()
    else:
        from mailer.cli.console import console
        from mailer.cli.status_view import view

        console().print(view(seen))


def _say_idle() -> None:
    say("Nothing is being sent. What was sent: bulletin campaign list")


def _print_data(seen: Seen) -> None:
    typer.echo(json.dumps(_data(seen), ensure_ascii=False))
    sys.stdout.flush()


def _data(seen: Seen) -> dict[str, Any]:
    from mailer.reporting.data import progress_data
    from mailer.surroundings import now

    return {
        "at": now().isoformat(),
        "campaigns": [progress_data(progress, pace) for progress, pace in seen],
    }
