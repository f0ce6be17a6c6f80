"""`bulletin worker`: sends whatever is due, until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, single_command, tell, warn

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.delivery.worker import Worker

app = single_command()


@app.command(epilog="Example: bulletin worker --connections 8")
def worker(
    connections: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="To the relay at most; relay.connections without it."),
    ] = None,
    until_eof: Annotated[bool, typer.Option("--until-eof", hidden=True)] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send what is due: campaigns that were begun anywhere, later tries, letters. End it with Ctrl-C.

    Run as many as you like, on as many hosts, against one PostgreSQL: limits of pace hold for all together.
    On one host with SQLite one is enough, and `bulletin serve` has it built in.
    """
    from mailer.app import Workspace

    opened = Workspace.open(workspace)
    _ = opened.database, opened.signer, opened.signing_keys
    way = opened.route
    tell(as_json, {"worker": "running", "route": way}, f"Sending by the {way}; end it with Ctrl-C.")
    asyncio.run(_run(opened, connections, until_eof=until_eof))


async def _run(opened: Workspace, connections: int | None, *, until_eof: bool) -> None:
    from mailer.dispatch import Dispatch

    async with Dispatch(opened).worker(warn, connections) as running:
        _stop_on_signals(running)
        if until_eof:
            _stop_at_the_end_of_input(running)
        await running.run()


def _stop_at_the_end_of_input(running: Worker) -> None:
    """End with whoever started this process, be it killed."""
    loop = asyncio.get_running_loop()

    def wait() -> None:
        # Not by Python's own file: a thread that waits in it keeps the program from ending in peace.
        while os.read(0, 1_024):
            pass
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(running.stop)

    threading.Thread(target=wait, daemon=True).start()


def _stop_on_signals(running: Worker) -> None:
    """Let Ctrl-C and SIGTERM finish what is in flight; a second one ends at once."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def stop() -> None:
        for number in numbers:
            loop.remove_signal_handler(number)
        running.stop()

    for number in numbers:
        loop.add_signal_handler(number, stop)
