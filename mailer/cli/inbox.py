"""`bulletin inbox`: the built-in inbox in the browser."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import (
    JsonOption,
    WorkspaceOption,
    confirm,
    plural,
    single_command,
    tell,
)

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.sandbox.mailbox import Mailbox

app = single_command()


@app.command(epilog="Example: bulletin inbox --port 8026")
def inbox(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The pages' port; 0 picks one.")
    ] = 8026,
    smtp_port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Also take mail by SMTP on this port; 0 picks one."),
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Delete every mail in it, and stop.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --clear: don't ask.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the mail of the built-in inbox: list, HTML, text, source and headers.

    On this machine only. End it with Ctrl-C.
    """
    from mailer.app import Workspace
    from mailer.sandbox.mailbox import Mailbox

    opened = Workspace.open(workspace)
    mailbox = Mailbox(opened.inbox)
    if clear:
        confirm(f"Delete {plural(mailbox.count(), 'mail')} from the inbox?", yes)
        deleted = mailbox.clear()
        tell(as_json, {"deleted": deleted}, f"Deleted {plural(deleted, 'mail')}.")
        return
    asyncio.run(_serve(opened, mailbox, port, smtp_port, as_json=as_json))


async def _serve(
    opened: Workspace, mailbox: Mailbox, port: int, smtp_port: int | None, *, as_json: bool
) -> None:
    from contextlib import AsyncExitStack

    from mailer.sandbox.server import InboxServer
    from mailer.sandbox.viewer import build_inbox
    from mailer.web.serving import serving, stop_signal

    pages = build_inbox(mailbox, opened.media, opened.settings.web.base_url)
    async with AsyncExitStack() as stack:
        if smtp_port is not None:
            server = await stack.enter_async_context(InboxServer(mailbox, port=smtp_port))
            smtp_port = server.port
        url = await stack.enter_async_context(serving(pages, "127.0.0.1", port))
        stopped = await stack.enter_async_context(stop_signal())
        count = mailbox.count()
        smtp = [f"Taking mail by SMTP on 127.0.0.1:{smtp_port}"] if smtp_port is not None else []
        data = {"url": url, "smtp_port": smtp_port, "mails": count}
        told = f"{plural(count, 'mail')} in the inbox: {url}"
        tell(as_json, data, *smtp, told, "End it with Ctrl-C.")
        await stopped.wait()
