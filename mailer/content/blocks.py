"""The blocks of an article beside its text: picture, quote, contacts and links, from its front matter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.content.edition import Contact, Image, Link, Quote
from mailer.content.markdown import check_link
from mailer.content.picture import MIN_WIDTH, PictureFault, examine
from subscribers.address import AddressError, parse_address

if TYPE_CHECKING:
    from pathlib import Path

    from mailer.content.front_matter import Fields
    from mailer.content.problem import Findings

_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,24}")
_FILE_NAME = re.compile(r"\S+\.(jpe?g|png|gif|webp|svg|tiff?)", re.IGNORECASE)


def read_image(fields: Fields, folder: Path, findings: Findings) -> Image | None:
    """The article's picture from `folder`, or None when it has none or one that can't go."""
    name = fields.text("image").removeprefix("images/")
    if not name:
        return None
    line, alt = fields.line("image"), fields.text("image_alt")
    _check_alt(alt, fields, findings)
    data = _image_bytes(name, folder, line, findings)
    picture = examine(data) if data is not None else None
    if isinstance(picture, PictureFault):
        findings.error(line, f"image images/{name} {picture.what}", picture.remedy)
    if data is None or picture is None or isinstance(picture, PictureFault):
        return None
    if picture.width < MIN_WIDTH:
        findings.warning(
            line,
            f"image images/{name} is only {picture.width} pixels wide",
            "use one 1200 pixels wide",
        )
    caption = fields.text("image_caption") or None
    return Image(name, alt, caption, picture.width, picture.height, picture.media_name, data)


def _image_bytes(name: str, folder: Path, line: int, findings: Findings) -> bytes | None:
    folder = folder.resolve()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder):
        findings.error(line, f"image {name} is outside the edition", "copy it into images/")
        return None
    try:
        return path.read_bytes()
    except FileNotFoundError:
        findings.error(
            line, f"image images/{name} does not exist", 'add it or remove the line "image"'
        )
    except OSError as error:
        findings.error(
            line, f"image images/{name} can't be read ({error.strerror})", "check the file"
        )
    return None


def _check_alt(alt: str, fields: Fields, findings: Findings) -> None:
    if not alt:
        findings.error(
            fields.line("image"),
            '"image_alt" is missing',
            "say what the picture shows, for those who can't see it",
        )
    elif _FILE_NAME.fullmatch(alt):
        findings.error(
            fields.line("image_alt"),
            f'image_alt "{alt}" is a file name',
            "say what the picture shows",
        )


def read_quote(fields: Fields) -> Quote | None:
    """The pull quote, or None."""
    for each in fields.mappings("quote"):
        each.refuse_unknown(("text", "name", "role"))
        return Quote(
            each.text("text", required=True, one_line=False),
            each.text("name", required=True),
            each.text("role") or None,
        )
    return None


def read_contact(fields: Fields, findings: Findings) -> Contact:
    """One contact; it must have a name and a way to be reached."""
    fields.refuse_unknown(("name", "role", "organisation", "email", "telephone"))
    email, telephone = fields.text("email") or None, fields.text("telephone") or None
    if email:
        try:
            parse_address(email)
        except AddressError as error:
            findings.error(
                fields.line("email"), f'e-mail address "{email}" {error.what}', error.remedy
            )
    if telephone and not _TELEPHONE.fullmatch(telephone):
        findings.error(
            fields.line("telephone"),
            f'telephone "{telephone}" is no number',
            "write digits and spaces, as 01632 960123",
        )
    if not email and not telephone:
        findings.error(fields.line("name"), "a contact has neither e-mail nor telephone", "add one")
    name = fields.text("name", required=True)
    return Contact(
        name, fields.text("role") or None, fields.text("organisation") or None, email, telephone
    )


def read_link(fields: Fields, findings: Findings) -> Link:
    """One link, with words that say where it leads."""
    fields.refuse_unknown(("text", "url"))
    text, url = fields.text("text", required=True), fields.text("url", required=True)
    if url:
        check_link(url, text, fields.line("url"), findings)
    return Link(text, url)
