"""`bulletin serve`: the public pages."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, single_command, tell

app = single_command()


@app.command(epilog="Example: bulletin serve --port 8000")
def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen on; keep it, and put a web server in front.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port to listen on; 0 picks one.")
    ] = 8000,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the pages behind the links of every mail: read online, preferences, unsubscribe, pictures.

    People reach them at web.base_url, by a web server that speaks HTTPS and passes requests on to here. Each
    request is one line on standard error. End it with Ctrl-C.
    """
    from mailer.app import Workspace
    from mailer.web.serving import serve as serve_until_stopped

    opened = Workspace.open(workspace)
    site, public = opened.public_site(), opened.settings.web.base_url
    _log_requests()
    serve_until_stopped(
        site,
        host,
        port,
        lambda url: tell(
            as_json, {"url": url}, f"Serving {public} at {url}", "End it with Ctrl-C."
        ),
    )


def _log_requests() -> None:
    from mailer.web.request_log import LOG

    lines = logging.StreamHandler()
    lines.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    LOG.addHandler(lines)
    LOG.setLevel(logging.INFO)
