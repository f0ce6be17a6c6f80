"""`bulletin edition preview`: an edition of the workspace as the preview page wants it."""

from __future__ import annotations

import hashlib
import mimetypes
from typing import TYPE_CHECKING

from mailer.content.variant import variant_for, whole
from mailer.delivery.message import Recipient, personal_values
from mailer.rendering.slots import SlotTemplate
from mailer.web.preview import Preview
from subscribers.facets import FacetSet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mailer.app import Workspace
    from mailer.content.edition import Edition, Image
    from mailer.content.variant import Variant
    from mailer.rendering.rendered import RenderedEmail

_READER = Recipient(0, "reader@example.org", "")


class EditionPreview:
    """Reads and renders the edition anew for each look at it."""

    def __init__(self, opened: Workspace, folder: Path) -> None:
        self._opened = opened
        self._folder = folder
        self._pictures: dict[str, Image] = {}

    def title(self) -> str:
        """The edition's folder name: its title may be what is being mended."""
        return self._folder.name

    def sectors(self) -> Sequence[tuple[str, str]]:
        """The workspace's sectors: slug and label."""
        return [(facet.slug, facet.label) for facet in self._opened.vocabulary.sectors]

    def regions(self) -> Sequence[tuple[str, str]]:
        """The workspace's regions: slug and label."""
        return [(facet.slug, facet.label) for facet in self._opened.vocabulary.regions]

    def render(self, sector: str | None, region: str | None) -> Preview:
        """The mail for readers of a sector and region; the whole edition when neither is chosen."""
        reading = self._opened.read_edition(self._folder)
        problems = [str(problem) for problem in reading.problems]
        if reading.edition is None:
            return Preview("", "", None, None, problems, 0, 0)
        self._remember_pictures(reading.edition)
        variant = _seen(reading.edition, sector, region)
        rendered = self._opened.renderer(variant.edition.publication, "/media/").render(variant)
        html, text = self._filled(rendered, variant)
        size = len(html.encode())
        count = variant.article_count
        return Preview(rendered.subject, rendered.preheader, html, text, problems, count, size)

    def _filled(self, rendered: RenderedEmail, variant: Variant) -> tuple[str, str]:
        head = self._opened.letterhead(variant.edition.publication, 0)
        values = personal_values(head, self._opened.signer, _READER)
        return (
            SlotTemplate.parse(rendered.html, html=True).fill(values),
            SlotTemplate.parse(rendered.text, html=False).fill(values),
        )

    def _remember_pictures(self, edition: Edition) -> None:
        self._pictures = {image.media_name: image for image in self._opened.pictures(edition)}

    def fingerprint(self) -> str:
        """Names, sizes and times of the edition's files, in short."""
        digest = hashlib.sha256()
        for path in sorted(self._folder.rglob("*")):
            if path.is_file():
                found = path.stat()
                digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
        return digest.hexdigest()

    def media(self, name: str) -> tuple[bytes, str] | None:
        """A picture of the edition as it was last rendered."""
        image = self._pictures.get(name)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return (image.data, kind) if image else None


def _seen(edition: Edition, sector: str | None, region: str | None) -> Variant:
    if sector is None and region is None:
        return whole(edition)
    return variant_for(edition, FacetSet(sector or "", frozenset({region} if region else ())))
