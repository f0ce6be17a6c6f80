"""Pictures as readers get them, and the words that stand for them. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.checks.check import Check, Place
from mailer.content.picture import look_closely
from mailer.content.problem import Rule, Severity
from mailer.rendering.brand import contrast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.checks.check import Checked
    from mailer.content.edition import Image
    from mailer.content.passages import Passage
    from mailer.content.problem import Problem

IMAGE_HEAVY = Rule(
    "image-heavy",
    Severity.WARNING,
    "Every reader loads the picture, many of them by a weak signal and at their own cost.",
)
IMAGE_ANIMATED = Rule(
    "image-animated",
    Severity.WARNING,
    "Outlook shows the first frame alone, and what can't be stopped keeps some people from reading.",
)
IMAGE_DARK = Rule(
    "image-dark-on-clear",
    Severity.WARNING,
    "Dark strokes on a clear ground can't be seen where a mail program shows mail on black.",
)
IMAGE_ALT_PREFIX = Rule(
    "image-alt-prefix",
    Severity.WARNING,
    "A screen reader has said already that it is an image; the words cost the listener time.",
)
IMAGE_ALT_LONG = Rule(
    "image-alt-long",
    Severity.ADVICE,
    "A long text for a picture is read in one breath and can't be skimmed: it belongs into the article.",
)
IMAGE_ALT_REPEATS = Rule(
    "image-alt-repeats",
    Severity.WARNING,
    "Who listens hears the same words twice, and still not what the picture shows.",
)

HEAVY_BYTES = 400_000
_ALT_LENGTH = 250
_LOST_SHARE = 0.5
_LEAST_CONTRAST = 3
"""What WCAG 2.2 (1.4.11) asks of the parts of a picture that carry its meaning."""

_PREFIX = re.compile(
    r"(an? |the )?(image|picture|photo(graph)?|graphic|illustration) (of|showing|shows)\b",
    re.IGNORECASE,
)

_WORD = re.compile(r"\w+")


def _check_looks(checked: Checked) -> Iterator[Problem]:
    ground = checked.brand.dark.card
    for image in checked.images:
        place = _place(checked, image)
        look = look_closely(image.data)
        if len(image.data) > HEAVY_BYTES:
            yield IMAGE_HEAVY.broken(
                place.path,
                place.line,
                f"image {image.name} has {len(image.data) / 1000:,.0f} kB as it is mailed",
                "save it as JPEG, or with fewer colours",
            )
        if look.is_animated:
            yield IMAGE_ANIMATED.broken(
                place.path, place.line, f"image {image.name} moves", "use one still picture"
            )
        lost = [each for each in look.on_clear if contrast(each, ground) < _LEAST_CONTRAST]
        if len(lost) > len(look.on_clear) * _LOST_SHARE:
            yield IMAGE_DARK.broken(
                place.path,
                place.line,
                f"image {image.name} has a clear ground, and vanishes on a dark one",
                "give it a white ground",
            )


def _place(checked: Checked, image: Image) -> Place:
    for value in checked.passages.values:
        if (
            value.key in {"image", "assets.file"}
            and value.text.removeprefix("images/") == image.name
        ):
            return Place(value.path, value.line)
    return Place(checked.path, 0)


def _check_alt(checked: Checked) -> Iterator[Problem]:
    words = [each for each in checked.passages.words if _said(each)]
    others = {(each.path, _said(each)) for each in words if not _is_alt(each)}
    for alt in filter(_is_alt, checked.passages.words):
        if _PREFIX.match(alt.text):
            yield IMAGE_ALT_PREFIX.broken(
                alt.path,
                alt.line,
                f'"{alt.text[:40]}" says that it is a picture',
                "begin with what it shows",
            )
        if len(alt.text) > _ALT_LENGTH:
            yield IMAGE_ALT_LONG.broken(
                alt.path,
                alt.line,
                f"the text for the picture has {len(alt.text)} characters",
                f"say it in {_ALT_LENGTH}, and the rest in the article",
            )
        if (alt.path, _said(alt)) in others:
            yield IMAGE_ALT_REPEATS.broken(
                alt.path,
                alt.line,
                f'"{alt.text[:40]}" is said beside it too',
                "say what the picture shows",
            )


def _said(passage: Passage) -> str:
    """The words as they are heard: without capitals and punctuation."""
    return " ".join(_WORD.findall(passage.text.casefold()))


def _is_alt(passage: Passage) -> bool:
    return passage.key.rpartition(".")[2] in {"alt", "image_alt"}


CHECKS = (
    Check((IMAGE_HEAVY, IMAGE_ANIMATED, IMAGE_DARK), _check_looks),
    Check((IMAGE_ALT_PREFIX, IMAGE_ALT_LONG, IMAGE_ALT_REPEATS), _check_alt),
)
