"""What the settings say of the mail's looks, as a brand: part of the composition root."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mailer.config import SettingsError
from mailer.content.edition import Image
from mailer.content.picture import PictureFault, prepare
from mailer.rendering.brand import DARK, LIGHT, Brand

if TYPE_CHECKING:
    from pathlib import Path

    from mailer.settings import Settings


def brand_of(settings: Settings, folder: Path) -> Brand:
    """Who publishes and in which colours; raises BrandError for colours that can't be read."""
    chosen = settings.brand
    brand = Brand(
        organisation=chosen.organisation,
        postal_address=chosen.postal_address,
        reply_address=settings.sender.reply_to,
        website=chosen.website or None,
        logo=_logo(settings, folder),
        light=dataclasses.replace(LIGHT, **chosen.light.model_dump(exclude_none=True)),
        dark=dataclasses.replace(DARK, **chosen.dark.model_dump(exclude_none=True)),
        footer_note=chosen.footer_note,
    )
    brand.refuse_faults()
    return brand


def _logo(settings: Settings, folder: Path) -> Image | None:
    chosen = settings.brand
    if chosen.logo is None:
        return None
    subject = f"brand.logo {chosen.logo}"
    try:
        data = (folder / chosen.logo).read_bytes()
    except OSError as error:
        what = f"can't be read ({error.strerror})"
        raise SettingsError("logo-unreadable", subject, what, "check the path") from error
    picture = prepare(data)
    if isinstance(picture, PictureFault):
        raise SettingsError("logo-unusable", subject, picture.what, picture.remedy)
    alt = chosen.logo_alt or chosen.organisation
    size = picture.width, picture.height
    return Image(chosen.logo.name, alt, None, *size, picture.media_name, picture.data)
