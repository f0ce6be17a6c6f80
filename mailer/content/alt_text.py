"""The words that stand for a picture, and what no more than takes their place. Pure."""

from __future__ import annotations

import re

_ENDING = r"\.(?:jpe?g|png|gif|webp|svg|tiff?|bmp|heic|avif|pdf|pptx?|docx?|mp4|mov)"
# As a camera, a phone, a program or a second download names a file: a kind, and then figures alone.
_NUMBERED = re.compile(
    r"(?:img|dsc[a-z]?|dcim|pict?|pxl|mvi|gopr|scan|image|photo|picture|slide|untitled|download"
    r"|screen ?shot|whatsapp (?:image|video))"
    r"[ _-]?\(?\d(?:[\d\s.,:()_-]|at|am|pm|wa)*"
)
# Blanks are rare in the name of a file, and a sentence may end in one: a few words at most.
_ENDED = re.compile(rf"\S+(?: \S+){{0,3}}{_ENDING}(?: ?\(\d+\))?")
_JOINED = re.compile(r"[\w.-]+")
_DIGEST = re.compile(r"(?=[a-f-]*\d)[\da-f-]{16,}|\d{6,}")
_VERSION = re.compile(r"v\d+|\d{3,}|\d+x\d+")
_PARTS_OF_NAMES = frozenset(
    {
        "banner", "copy", "cropped", "draft", "edit", "edited", "final", "hero", "icon", "image", "img",
        "large", "logo", "photo", "small", "thumb", "thumbnail", "web",
    }
)  # fmt: skip
# What stands in a form before anybody fills it in, and what the screen reader says by itself.
_KINDS = frozenset(
    {
        "alt", "alt text", "alternative text", "banner", "caption", "delwedd", "description", "diagram",
        "graphic", "header", "icon", "illustration", "image", "image alt text", "image description", "img",
        "llun", "logo", "photo", "photograph", "pic", "picture", "placeholder", "screenshot", "testun amgen",
        "thumbnail", "untitled",
    }
)  # fmt: skip


def is_file_name(alt: str) -> bool:
    """Whether a picture's words are the name of a file, or no more than one: `IMG_1234`, `photo`."""
    name = " ".join(alt.split()).strip("\"'“”‘’<>[].…").casefold()
    return (
        name in _KINDS
        or any(each.fullmatch(name) for each in (_NUMBERED, _ENDED, _DIGEST))
        or ("_" in name and _JOINED.fullmatch(name) is not None)
        or _is_joined_by_hyphens(name)
    )


def _is_joined_by_hyphens(name: str) -> bool:
    """Whether it is as `ledger-final-v2`; `Stoke-on-Trent` and `COVID-19` are words."""
    parts = name.split("-")
    if " " in name or len(parts) == 1:
        return False
    return _VERSION.fullmatch(parts[-1]) is not None or (
        len(parts) > 2 and not _PARTS_OF_NAMES.isdisjoint(parts)
    )
