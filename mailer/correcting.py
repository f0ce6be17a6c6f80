"""Corrections of a workspace's editions, put together: part of the composition root.

A correction goes to whoever got the edition by the same way and may still be written to about its
publication: not to those who left it, paused, or are suppressed, for mail to them stands on their consent
(PECR, regulation 22). They can read it in the archive.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mailer.approval.fingerprint import fingerprint_of
from mailer.corrections import store
from mailer.corrections.correction import Correction, CorrectionError, split_name
from mailer.delivery.campaign import Kind, Mailing, unfinished
from mailer.delivery.freezing import earlier_campaigns
from mailer.delivery.planning import Uniform, freeze, plan_uniform
from mailer.media import publish_images
from mailer.rendering.correction import render_correction
from mailer.surroundings import now
from mailer.web import shelf
from subscribers.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from mailer.app import Workspace
    from mailer.content.edition import Edition
    from mailer.delivery.planning import Plan
    from mailer.rendering.rendered import RenderedEmail

READERS: Final = Segment("readers")
"""Whom a correction is for, before it is asked who of them got the edition."""

VARIANT: Final = Uniform("correction")


@dataclass(frozen=True)
class Errand:
    """One correction of one edition, on its way."""

    opened: Workspace
    edition: Edition
    correction: Correction

    @cached_property
    def mailing(self) -> Mailing:
        """What is sent, by the workspace's present mode."""
        edition, route = self.edition, self.opened.route
        name = self.correction.name
        return Mailing(
            name, edition.publication, READERS.name, Kind.EDITION, route, corrects=edition.slug
        )

    @cached_property
    def rendered(self) -> RenderedEmail:
        """The mail, the same for all."""
        correction = self.correction
        stationery = self.opened.stationery(self.edition.publication)
        return render_correction(
            stationery, self.edition, correction.subject, correction.text, self._online()
        )

    def _online(self) -> str | None:
        """Where anybody can read the edition with its corrections."""
        settings, edition = self.opened.settings, self.edition
        with self.opened.database.read() as connection:
            issue = shelf.find(connection, edition.publication, edition.slug)
        if issue is None or not settings.archive.open:
            return None
        return f"{settings.web.base_url}/archive/{edition.publication}/{edition.slug}/"

    def plan(self) -> Plan:
        """What would be sent to whom."""
        opened, mailing = self.opened, self.mailing
        return plan_uniform(
            opened.database, mailing, READERS, opened.allowed_keys(), self.rendered,
            variant=VARIANT,
            fingerprint=fingerprint_of(
                self.rendered, [], {}, mailing.publication, READERS,
                sender=opened.letterhead(mailing.publication, 0).sender,
            ),
        )  # fmt: skip

    def unfinished(self) -> list[int]:
        """The campaigns by which the edition itself is still on its way to some."""
        original = replace(self.mailing, edition=self.edition.slug, corrects=None)
        with self.opened.database.read() as connection:
            return unfinished(connection, original)

    def keep(self, actor: str) -> None:
        """Put the correction on record, so that somebody can approve it."""
        with self.opened.database.write() as connection:
            store.keep(connection, self.correction, actor, now())

    def begin(self, plan: Plan, actor: str, canary: float = 0, accepted: int | None = None) -> int:
        """Freeze its campaign; gives the number. What goes to subscribers stands in the archive from then on.

        Raises ApprovalError as `Dispatch.begin` does.
        """
        opened, moment = self.opened, now()
        self.publish_media()

        def keep(connection: Connection) -> None:
            store.keep(connection, self.correction, actor, moment)
            if opened.is_live:
                store.publish(connection, self.correction, moment)

        return freeze(
            opened.database,
            plan,
            actor,
            moment,
            canary=canary,
            requirement=opened.requirement(accepted),
            along=keep,
        )

    def publish_media(self) -> None:
        """Put its picture where the pages serve it from; raises when no mail could be made at all."""
        opened = self.opened
        _ = opened.signer, opened.signing_keys
        logo = opened.brand.logo
        publish_images([logo] if logo else [], opened.media)


def correct(opened: Workspace, edition: Edition, text: str, subject: str | None = None) -> Errand:
    """A correction of an edition, known by its words; raises CorrectionError for one that nobody was sent."""
    on_one_line = " ".join((subject or "").split()) or f"Correction: {edition.subject}"
    wanted = Correction(edition.publication, edition.slug, 1, on_one_line, text, edition.language)
    with opened.database.read() as connection:
        known = store.list_corrections(connection, edition.publication, edition.slug)
    errand = Errand(opened, edition, replace(wanted, number=store.number_of(known, wanted)))
    _require_sent(errand)
    return errand


def find_errand(opened: Workspace, name: str) -> Errand:
    """The correction of that name; raises CorrectionError when there is none."""
    edition, number = split_name(name) or ("", 0)
    read = read_sent(opened, edition) if edition else None
    known: Sequence[Correction] = ()
    if read is not None:
        with opened.database.read() as connection:
            known = store.list_corrections(connection, read.publication, read.slug)
    for each in known:
        if read is not None and each.number == number:
            return Errand(opened, read, each)
    raise CorrectionError(
        "correction-missing", f'correction "{name}"', "is not there",
        "write it with `bulletin edition correct`",
    )  # fmt: skip


def read_sent(opened: Workspace, name: str) -> Edition:
    """An edition as its folder has it now, whatever a check would say of it today: it was sent."""
    folder = opened.editions.folder(name)
    reading = opened.editions.read(folder)
    if reading.edition is None:
        raise CorrectionError(
            "edition-unreadable", f'edition "{folder.name}"', "can't be read",
            f"mend what `bulletin edition check {folder.name}` tells",
        )  # fmt: skip
    return reading.edition


def _require_sent(errand: Errand) -> None:
    edition, mailing = errand.edition, replace(errand.mailing, edition=errand.edition.slug)
    with errand.opened.database.read() as connection:
        if earlier_campaigns(connection, mailing):
            return
    raise CorrectionError(
        "not-sent", f'edition "{edition.slug}"', f"has gone to nobody by the {mailing.route}",
        "mend its files: there is nobody to tell",
    )  # fmt: skip
