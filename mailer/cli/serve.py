"""`bulletin serve`: the public pages."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Annotated, Final

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, single_command, tell

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

PORT: Final = 8000
"""Where the site is on this machine when nobody says otherwise."""

app = single_command()


@app.command(epilog="Example: bulletin serve --port 8000")
def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen on; keep it, and put a web server in front.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port to listen on; 0 picks one.")
    ] = PORT,
    monitor_port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Serve /healthz, /readyz and /metrics on this port, here alone."
        ),
    ] = None,
    pages_only: Annotated[
        bool, typer.Option("--pages-only", help="Leave sending and schedules to other processes.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the public pages: subscribe, preferences, unsubscribe, read online, the archive, pictures.

    Beside them it sends what is due, as `bulletin worker` and `bulletin scheduler` do. People reach the pages
    at web.base_url, by a web server that speaks HTTPS and passes requests on to here. Each request is one
    line on standard error. End it with Ctrl-C.
    """
    from mailer.app import Workspace
    from mailer.cli.beside import beside
    from mailer.site import make_site
    from mailer.web.serving import serve as serve_until_stopped
    from mailer.web.serving import serving

    opened = Workspace.open(workspace)
    site, public = make_site(opened), opened.settings.web.base_url
    _log_requests()
    others: list[AbstractAsyncContextManager[object]] = []
    if monitor_port is not None:
        others.append(serving(site.monitoring, "127.0.0.1", monitor_port))
    if not pages_only:
        others.append(beside(opened, as_json))
    serve_until_stopped(
        site.public,
        host,
        port,
        lambda url: tell(
            as_json, {"url": url}, f"Serving {public} at {url}", "End it with Ctrl-C."
        ),
        others,
    )


def _log_requests() -> None:
    from mailer.web.request_log import LOG

    lines = logging.StreamHandler()
    lines.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    LOG.addHandler(lines)
    LOG.setLevel(logging.INFO)
