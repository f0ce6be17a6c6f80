"""What the checks are given of an edition or a pack: part of the composition root.

Must not know what a check looks for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from mailer.checks.check import Checked, Mail, Options
from mailer.checks.content.hunspell import find_misspelt
from mailer.checks.content.placeholders import sentences_of_drafts
from mailer.checks.content.spelling import words_to_look_up
from mailer.content.edition import Edition
from mailer.content.passages import read_passages
from mailer.content.readership import readerships
from mailer.content.source_text import Source
from mailer.delivery.message import Composer, Recipient, personal_values
from mailer.rendering.slots import SlotTemplate
from mailer.surroundings import now
from mailer.template_files import templates_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailer.app import Workspace
    from mailer.content.edition import Image
    from mailer.content.pack import Pack
    from mailer.packing import PackErrand
    from mailer.rendering.rendered import RenderedEmail

# Checked mails are for nobody: an address under a reserved name, and a delivery that isn't in the ledger.
_NOBODY = Recipient(0, "reader@example.org", "")


@dataclass(frozen=True)
class Specimen:
    """An edition or a pack of a workspace, to be checked."""

    workspace: Workspace
    content: Edition | Pack
    sources: tuple[Source, ...]

    @cached_property
    def checked(self) -> Checked:
        """It as its author wrote it, still without the mails that come of it."""
        chosen = self.workspace.settings.checks
        return Checked(
            path=self.sources[0].path,
            content=self.content,
            sources=self.sources,
            images=tuple(self._images()),
            mails=(),
            brand=self.workspace.brand,
            date=self.content.date,
            languages=self._languages(),
            misspelt=self._misspelt(),
            options=Options(
                drafts=_drafts(),
                welsh=chosen.welsh,
                sentence_words=chosen.sentence_words,
                reading_age=chosen.reading_age,
            ),
        )

    def mailed(self) -> Checked:
        """The same with its mails: that of a pack is as it is when every embargo is over."""
        return replace(self.checked, mails=tuple(self._mails()))

    def _mails(self) -> Iterator[Mail]:
        if not isinstance(self.content, Edition):
            yield self._mail("everyone", self._errand.largest)
            return
        renderer = self.workspace.renderer(self.content.publication)
        for variant, readers in readerships(self.content, self.workspace.vocabulary):
            yield self._mail(readers, renderer.render(variant))

    def _mail(self, readers: str, rendered: RenderedEmail) -> Mail:
        opened = self.workspace
        head = opened.letterhead(self.content.publication, 0)
        values = personal_values(head, opened.signer, _NOBODY)
        return Mail(
            readers=readers,
            rendered=rendered,
            html=SlotTemplate.parse(rendered.html, html=True).fill(values),
            text=SlotTemplate.parse(rendered.text, html=False).fill(values),
            message=Composer(head, rendered, opened.signer, opened.return_paths)
            .compose(_NOBODY, now())
            .message,
        )

    def _images(self) -> Iterable[Image]:
        if isinstance(self.content, Edition):
            return self.workspace.pictures(self.content)
        # The small ones that its mail shows.
        return self._errand.pictures.values()

    @cached_property
    def _errand(self) -> PackErrand:
        from mailer.packing import PackErrand  # noqa: PLC0415 - slow to import

        assert not isinstance(self.content, Edition)  # noqa: S101 - whoever asks has looked
        return PackErrand(self.workspace, self.content)

    def _languages(self) -> frozenset[str]:
        """Those in which the publication has something of the same date."""
        if not isinstance(self.content, Edition):
            return frozenset({self.content.language})
        if not self.workspace.settings.checks.welsh:
            return frozenset()
        issue = (self.content.publication, self.content.date)
        editions = self.workspace.editions
        readings = (editions.read(folder).edition for folder in editions.folders())
        return frozenset(
            each.language
            for each in (self.content, *readings)
            if each and (each.publication, each.date) == issue
        )

    def _misspelt(self) -> frozenset[str]:
        chosen = self.workspace.settings.checks
        if not chosen.spelling:
            return frozenset()
        known = {word.casefold() for word in chosen.words}
        asked = words_to_look_up(read_passages(self.sources).words)
        return find_misspelt(asked - known, chosen.spelling)


def _drafts() -> frozenset[str]:
    patterns = sorted((templates_folder() / "workspace").rglob("*.md"))
    return sentences_of_drafts(Source(path, path.read_text(encoding="utf-8")) for path in patterns)
