"""An edition, or a pack, of the workspace as the preview page wants it."""

from __future__ import annotations

import hashlib
import mimetypes
from typing import TYPE_CHECKING

from mailer.content.pack_folders import name_of
from mailer.content.theme import THEME_FILE
from mailer.content.variant import variant_for, whole
from mailer.delivery.message import Recipient, personal_values
from mailer.packing import errand
from mailer.rendering.slots import SlotTemplate
from mailer.web.preview import Preview
from subscribers.facets import FacetSet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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
        reading = self._opened.editions.read(self._folder)
        problems = [str(problem) for problem in reading.problems]
        if reading.edition is None:
            return Preview("", "", None, None, problems, 0, 0)
        self._pictures = {each.media_name: each for each in self._opened.pictures(reading.edition)}
        variant = _seen(reading.edition, sector, region)
        rendered = self._opened.renderer(variant.edition.publication, "/media/").render(variant)
        html, text = _filled(self._opened, variant.edition.publication, rendered)
        size = len(html.encode())
        count = variant.article_count
        return Preview(rendered.subject, rendered.preheader, html, text, problems, count, size)

    def fingerprint(self) -> str:
        """Of the edition's files."""
        return _fingerprint([self._folder])

    def media(self, name: str) -> tuple[bytes, str] | None:
        """A picture of the edition as it was last rendered."""
        return _picture(self._pictures, name)


class PackPreview:
    """Reads and renders a pack anew for each look at it; it is the same for all readers."""

    def __init__(self, opened: Workspace, folder: Path) -> None:
        self._opened = opened
        self._folder = folder
        self._pictures: dict[str, Image] = {}

    def title(self) -> str:
        """The pack's name: its title may be what is being mended."""
        return name_of(self._folder)

    def sectors(self) -> Sequence[tuple[str, str]]:
        """None to choose from."""
        return []

    def regions(self) -> Sequence[tuple[str, str]]:
        """None to choose from."""
        return []

    def render(self, sector: str | None, region: str | None) -> Preview:  # noqa: ARG002 - one for all
        """The mail as it would be at this minute."""
        reading = self._opened.packs.read(self._folder)
        problems = [str(problem) for problem in reading.problems]
        if reading.pack is None:
            return Preview("", "", None, None, problems, 0, 0)
        found = errand(self._opened, reading.pack)
        self._pictures = {each.media_name: each for each in found.shown}
        rendered = found.renderer("/media/").render(found.pack, found.offers)
        html, text = _filled(self._opened, found.pack.publication, rendered)
        size = len(html.encode())
        return Preview(rendered.subject, rendered.preheader, html, text, problems, 0, size)

    def fingerprint(self) -> str:
        """Of the files of the pack and of its theme."""
        return _fingerprint([self._folder, self._folder.parent / THEME_FILE])

    def media(self, name: str) -> tuple[bytes, str] | None:
        """A picture of a tile as it was last rendered."""
        return _picture(self._pictures, name)


def _filled(opened: Workspace, publication: str, rendered: RenderedEmail) -> tuple[str, str]:
    head = opened.letterhead(publication, 0)
    values = personal_values(head, opened.signer, _READER)
    return (
        SlotTemplate.parse(rendered.html, html=True).fill(values),
        SlotTemplate.parse(rendered.text, html=False).fill(values),
    )


def _fingerprint(places: Sequence[Path]) -> str:
    """Names, sizes and times of files and of all that is in folders, in short."""
    digest = hashlib.sha256()
    for path in sorted(path for place in places for path in (place, *place.rglob("*"))):
        if path.is_file():
            found = path.stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _picture(pictures: Mapping[str, Image], name: str) -> tuple[bytes, str] | None:
    image = pictures.get(name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return (image.data, kind) if image else None


def _seen(edition: Edition, sector: str | None, region: str | None) -> Variant:
    if sector is None and region is None:
        return whole(edition)
    return variant_for(edition, FacetSet(sector or "", frozenset({region} if region else ())))
