"""`bulletin edition render`: each variant as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mailer.content.readership import readerships
from mailer.delivery.message import Composer, Recipient, personal_values
from mailer.media import publish_images
from mailer.rendering.slots import SlotTemplate

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from mailer.app import Workspace
    from mailer.content.edition import Edition
    from mailer.content.variant import Variant

# The mails on disk are for nobody: an address under a reserved name, and a delivery that isn't in the ledger.
_NOBODY = Recipient(0, "reader@example.org", "")


def write_variants(
    opened: Workspace, edition: Edition, out: Path, now: dt.datetime
) -> list[dict[str, Any]]:
    """Write every variant that some sector and region sees; the pictures go beside the HTML."""
    out.mkdir(parents=True, exist_ok=True)
    publish_images(opened.pictures(edition), out / "media")
    return [
        {"variant": variant.key, "articles": variant.article_count, "readers": who}
        | _write(opened, variant, out, now)
        for variant, who in readerships(edition, opened.vocabulary)
    ]


def _write(opened: Workspace, variant: Variant, out: Path, now: dt.datetime) -> dict[str, int]:
    publication = variant.edition.publication
    local = opened.renderer(publication, "media/").render(variant)
    composer = Composer(
        opened.letterhead(publication, 0),
        opened.renderer(publication).render(variant),
        opened.signer,
        opened.return_paths,
    )
    values = personal_values(composer.letterhead, opened.signer, _NOBODY)
    html = SlotTemplate.parse(local.html, html=True).fill(values)
    text = SlotTemplate.parse(local.text, html=False).fill(values)
    mail = composer.compose(_NOBODY, now).message
    (out / f"{variant.key}.html").write_text(html, encoding="utf-8")
    (out / f"{variant.key}.txt").write_text(text, encoding="utf-8")
    (out / f"{variant.key}.eml").write_bytes(mail)
    return {"html_bytes": len(html.encode()), "mail_bytes": len(mail)}
