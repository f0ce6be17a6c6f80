"""`bulletin edition render`: each variant as files."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from mailer.content.variant import Variant, variants_by_facets, whole
from mailer.delivery.message import Composer, Recipient, personal_values
from mailer.media import publish_images
from mailer.rendering.slots import SlotTemplate
from subscribers.facets import FacetSet

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from mailer.app import Workspace
    from mailer.content.edition import Edition

# The mails on disk are for nobody: an address under a reserved name, and a delivery that isn't in the ledger.
_NOBODY = Recipient(0, "reader@example.org", "")


def write_variants(
    opened: Workspace, edition: Edition, out: Path, now: dt.datetime
) -> list[dict[str, Any]]:
    """Write every variant that some sector and region sees; the pictures go beside the HTML."""
    out.mkdir(parents=True, exist_ok=True)
    publish_images(opened.pictures(edition), out / "media")
    readers = _readers(opened, edition)
    return [
        {"variant": variant.key, "articles": variant.article_count, "readers": who}
        | _write(opened, variant, out, now)
        for variant, who in readers
    ]


def _readers(opened: Workspace, edition: Edition) -> list[tuple[Variant, str]]:
    """Each variant with the readers it is for, in words; the whole edition comes first."""
    words = opened.vocabulary
    combinations = {
        FacetSet(sector.slug, frozenset({region.slug})): (sector.slug, region.slug)
        for sector, region in product(words.sectors, words.regions)
    }
    chosen = variants_by_facets(edition, combinations)
    found: dict[str, tuple[Variant, list[tuple[str, str]]]] = {}
    for facets, variant in chosen.items():
        found.setdefault(variant.key, (variant, []))[1].append(combinations[facets])
    complete = whole(edition)
    found.setdefault(complete.key, (complete, []))
    ranked = sorted(found.values(), key=lambda each: (-each[0].article_count, each[0].key))
    return [(variant, _in_words(pairs)) for variant, pairs in ranked]


def _in_words(pairs: list[tuple[str, str]]) -> str:
    shown = ", ".join(f"{sector} in {region}" for sector, region in pairs[:2])
    more = f" and {len(pairs) - 2} more" if len(pairs) > 2 else ""
    return shown + more if pairs else "nobody holds every article's facets"


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
