"""The gallery as files, for a folder or a browser: a page with every mail, in light, in dark and on a phone.

Knows how the mails are laid out. Must not know how they are made.
"""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from mailer.template_files import templates_folder
from mailer.web.mail_frame import OWN_POLICY, Scheme, framed_html
from mailer.web.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from starlette.applications import Starlette
    from starlette.requests import Request

    from mailer.gallery import Plate

INDEX: Final = "index.html"

_STYLE: Final = "style.css"
_VIEWS: Final = ((Scheme.LIGHT, "Light"), (Scheme.DARK, "Dark"), (Scheme.LIGHT, "Phone"))


def gallery_files(plates: Sequence[Plate], media: str) -> dict[str, bytes]:
    """Every file by its path; all links are relative. Pictures go below `media`, as the mails believe."""
    page = Pages().page("gallery.html", {"plates": plates, "views": _VIEWS})
    files = {
        INDEX: bytes(page.body),
        _STYLE: (templates_folder() / "pages" / _STYLE).read_bytes(),
    }
    for plate in plates:
        for scheme in Scheme:
            files[f"{plate.name}-{scheme}.html"] = framed_html(plate.html, scheme).encode()
        files |= {f"{media}{picture.media_name}": picture.data for picture in plate.pictures}
    return files


def write_gallery(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files; what else lies in the folder stays."""
    for name, data in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def build_gallery(files: Mapping[str, bytes]) -> Starlette:
    """The application that shows the files, on this machine alone."""

    def answer(request: Request) -> Response:
        name = request.path_params["name"] or INDEX
        if name not in files:
            raise HTTPException(404)
        kind = mimetypes.guess_type(name)[0]
        is_mail = name.endswith(".html") and name != INDEX
        headers = {"content-security-policy": OWN_POLICY} if is_mail else None
        return Response(files[name], media_type=kind, headers=headers)

    return Pages().local_app("gallery", [Route("/{name:path}", answer)])
