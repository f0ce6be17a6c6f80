"""`bulletin gallery`: every block of every mail in each of its states."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, plural, single_command, tell

app = single_command()


@app.command(epilog="Example: bulletin gallery --out gallery")
def gallery(
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write it into this folder, rather than show it."),
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port on this machine; 0 picks one.")
    ] = 8027,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show every block of every mail in each of its states: in light, in dark and on a phone.

    In the workspace's colours, with words of its own. End it with Ctrl-C.
    """
    from mailer.app import Workspace
    from mailer.gallery import MEDIA, make_plates
    from mailer.web.gallery import INDEX, build_gallery, gallery_files, write_gallery
    from mailer.web.serving import serve

    plates = make_plates(Workspace.open(workspace).brand)
    files = gallery_files(plates, MEDIA)
    if out is not None:
        write_gallery(files, out)
        index = out / INDEX
        data = {"page": index, "mails": [plate.name for plate in plates]}
        tell(as_json, data, f"Wrote {plural(len(plates), 'mail')}: open {index} in a browser.")
        return
    serve(
        build_gallery(files),
        "127.0.0.1",
        port,
        lambda url: tell(
            as_json, {"url": url}, f"Gallery of {plural(len(plates), 'mail')}: {url}",
            "End it with Ctrl-C.",
        ),
    )  # fmt: skip
