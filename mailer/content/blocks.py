"""What the front matter says beside plain words: picture, quote, contacts, links and language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.content import rules
from mailer.content.alt_text import is_file_name
from mailer.content.contact_details import check_email, check_telephone
from mailer.content.edition import Contact, Image, Link, Quote
from mailer.content.markdown import check_link
from mailer.content.nearness import suggest
from mailer.content.picture import MIN_WIDTH, PictureFault, prepare

if TYPE_CHECKING:
    from pathlib import Path

    from mailer.content.front_matter import Fields
    from mailer.content.problem import Findings

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read_image(fields: Fields, folder: Path, findings: Findings) -> Image | None:
    """The article's picture from `folder`, or None when it has none or one that can't go."""
    name = fields.text("image").removeprefix("images/")
    if not name:
        return None
    line, alt = fields.line("image"), fields.text("image_alt")
    _check_alt(alt, fields, findings)
    data = _image_bytes(name, folder, line, findings)
    picture = prepare(data) if data is not None else None
    if isinstance(picture, PictureFault):
        findings.broken(
            rules.IMAGE_FORMAT, line, f"image images/{name} {picture.what}", picture.remedy
        )
    if picture is None or isinstance(picture, PictureFault):
        return None
    if picture.width < MIN_WIDTH:
        findings.broken(
            rules.IMAGE_SMALL,
            line,
            f"image images/{name} is only {picture.width} pixels wide",
            "use one 1200 pixels wide",
        )
    caption = fields.text("image_caption") or None
    return Image(
        name, alt, caption, picture.width, picture.height, picture.media_name, picture.data
    )


def _image_bytes(name: str, folder: Path, line: int, findings: Findings) -> bytes | None:
    folder = folder.resolve()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder):
        findings.broken(
            rules.IMAGE_OUTSIDE,
            line,
            f"image {name} is outside the edition",
            "copy it into images/",
        )
        return None
    try:
        return path.read_bytes()
    except FileNotFoundError:
        findings.broken(
            rules.IMAGE_MISSING,
            line,
            f"image images/{name} does not exist",
            suggest(name, _names_in(folder), 'add it or remove the line "image"'),
        )
    except OSError as error:
        findings.broken(
            rules.IMAGE_MISSING,
            line,
            f"image images/{name} can't be read ({error.strerror})",
            "check the file",
        )
    return None


def _names_in(folder: Path) -> list[str]:
    return [each.name for each in sorted(folder.glob("*")) if each.is_file()]


def _check_alt(alt: str, fields: Fields, findings: Findings) -> None:
    if not alt:
        findings.broken(
            rules.IMAGE_ALT_MISSING,
            fields.line("image"),
            '"image_alt" is missing',
            "say what the picture shows, for those who can't see it",
        )
    elif is_file_name(alt):
        findings.broken(
            rules.IMAGE_ALT_FILE_NAME,
            fields.line("image_alt"),
            f'image_alt "{alt}" says no more than a file name',
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
        check_email(email, fields.line("email"), findings)
    if telephone:
        check_telephone(telephone, fields.line("telephone"), findings)
    if not email and not telephone:
        findings.broken(
            rules.CONTACT_UNREACHABLE,
            fields.line("name"),
            "a contact has neither e-mail nor telephone",
            "add one",
        )
    name = fields.text("name", required=True)
    return Contact(
        name, fields.text("role") or None, fields.text("organisation") or None, email, telephone
    )


def read_link(fields: Fields, findings: Findings) -> Link:
    """One link, with words that say where it leads."""
    fields.refuse_unknown(("text", "url"))
    text, url = fields.text("text", required=True), fields.text("url", required=True)
    if url:
        check_link(url, text, fields.line("url"), findings, fields.line("text"))
    return Link(text, url)


def read_language(fields: Fields, findings: Findings) -> str:
    """The language of a text; British English when none is named."""
    words = fields.text("language") or "en-GB"
    if not _LANGUAGE.fullmatch(words):
        findings.broken(
            rules.LANGUAGE_TAG,
            fields.line("language"),
            f'language is "{words}"',
            "give a tag such as en-GB or cy",
        )
    return words
