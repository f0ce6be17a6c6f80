"""Puts together what sends a campaign: settings, keys, consequences, road. Part of the composition root."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mailer.bounces.finding import Rejection
from mailer.delivery.batches import Canary
from mailer.delivery.campaign import CampaignError, Kind, Route, find_campaign, rendered_variants
from mailer.delivery.desk import Desk, Work
from mailer.delivery.ledger import count_others
from mailer.delivery.message import Composer
from mailer.delivery.outcome import DeliveryState
from mailer.delivery.pacing import Pacing
from mailer.delivery.planning import freeze
from mailer.delivery.recorder import RecordRules
from mailer.delivery.sender import Job
from mailer.delivery.smtp import RelayAddress
from mailer.delivery.worker import Worker
from mailer.letters.composing import LetterComposer
from mailer.outbox import breaker_of, pacing_of, retries_of
from mailer.sandbox.mailbox import Mailbox
from mailer.sandbox.server import InboxServer
from mailer.surroundings import is_gone, now, process_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from sqlalchemy import Connection

    from mailer.app import Workspace
    from mailer.bounces.consequence import Consequences
    from mailer.content.edition import Edition
    from mailer.delivery.campaign import CampaignSummary
    from mailer.delivery.outcome import Outcome
    from mailer.delivery.planning import Plan
    from mailer.delivery.recorder import RejectionNoter

ON_UNCERTAIN = {"hold": DeliveryState.UNCERTAIN, "resend": DeliveryState.QUEUED}


class _Lane(NamedTuple):
    """What a worker sends on connections of its own, so that a letter never waits behind an edition."""

    name: str
    route: Route
    kinds: frozenset[Kind]
    connections: int | None


@dataclass(frozen=True)
class Dispatch:
    """Makes the jobs of one workspace."""

    workspace: Workspace

    @property
    def pacing(self) -> Pacing:
        """The limits that hold for all processes together; the built-in inbox needs none."""
        settings = self.workspace.settings
        if self.workspace.route is Route.INBOX:
            return Pacing()
        return pacing_of(settings.pacing, settings.hours)

    def begin(
        self,
        edition: Edition,
        plan: Plan,
        actor: str,
        canary: float = 0,
        accepted: int | None = None,
    ) -> int:
        """Freeze a campaign of an edition, with all that its mails lead to; gives its number.

        An edition that goes to subscribers stands in the archive from then on, where that is open. Raises
        ApprovalError unless it was approved, where that is needed; `accepted` as in `Workspace.requirement`.
        """
        opened = self.workspace
        # Before anything is written: without these no mail could be made.
        _ = opened.signer, opened.signing_keys
        opened.publish_media(edition)
        return freeze(
            opened.database,
            plan,
            actor,
            now(),
            canary=canary,
            requirement=opened.requirement(accepted),
            along=self._archiving(edition),
        )

    def _archiving(self, edition: Edition) -> Callable[[Connection], None]:
        """What puts an edition into the archive, where it belongs there; all but the row is done before."""
        opened = self.workspace
        if not (opened.is_live and opened.settings.archive.open):
            return lambda _: None
        from mailer.site import issue_of  # noqa: PLC0415 - slow to import
        from mailer.web import shelf  # noqa: PLC0415 - the same

        issue = issue_of(opened, edition)
        return lambda connection: shelf.put(connection, issue)

    def job(
        self,
        work: Work,
        relay: RelayAddress,
        *,
        patience: dt.timedelta | None,
        lane: str = "",
        connections: int | None = None,
        stop_pauses: bool = True,
        tell: Callable[[str], None] = lambda _: None,
    ) -> Job:
        """All that a sender needs for some work; `tell` hears of troubles, and of domains that are held."""
        settings, holder = self.workspace.settings, process_name(lane)
        desk = Desk(
            database=self.workspace.database,
            work=work,
            holder=holder,
            composers=self.composers,
            on_uncertain=ON_UNCERTAIN[settings.delivery.on_uncertain],
            pacing=self.pacing,
            clock=now,
            is_gone=is_gone,
        )
        rules = RecordRules(
            holder=holder,
            retries=retries_of(settings.delivery),
            canary=Canary(
                dt.timedelta(minutes=settings.delivery.canary_wait_minutes),
                breaker_of(settings.breaker).judge_first,
            ),
            note_rejections=_noting(self.workspace.consequences, tell),
        )
        return Job(
            desk=desk,
            relay=relay,
            connections=connections or settings.relay.connections,
            rules=rules,
            breaker=breaker_of(settings.breaker),
            patience=patience,
            stop_pauses=stop_pauses,
            on_trouble=lambda error: tell(str(error)),
        )

    @contextlib.asynccontextmanager
    async def worker(
        self, tell: Callable[[str], None], connections: int | None = None
    ) -> AsyncIterator[Worker]:
        """What sends all that is due: campaigns on their connections, and letters on one of their own."""
        async with contextlib.AsyncExitStack() as stack:
            jobs = [
                self.job(
                    Work(route=lane.route, kinds=lane.kinds),
                    await stack.enter_async_context(self.road(lane.route)),
                    patience=None,
                    lane=lane.name,
                    connections=lane.connections,
                    tell=tell,
                )
                for lane in self._lanes(connections)
            ]
            yield Worker(jobs, lambda error: tell(str(error)))

    def _lanes(self, connections: int | None) -> list[_Lane]:
        single = frozenset({Kind.LETTER, Kind.TEST})
        lanes = [
            _Lane("campaigns", self.workspace.route, frozenset({Kind.EDITION}), connections),
            _Lane("letters", self.workspace.route, single, 1),
        ]
        if self.workspace.route is Route.RELAY and not self.workspace.is_live:
            # Letters to whoever is not in the allow-list stay here.
            lanes.append(_Lane("kept", Route.INBOX, single, 1))
        return lanes

    def composers(self, campaign_id: int) -> Mapping[int, Composer]:
        """What fills a campaign's variants; raises BulletinError when it may not be sent as things are."""
        opened = self.workspace
        with opened.database.read() as connection:
            campaign = find_campaign(connection, campaign_id, counted=False)
            rendered = rendered_variants(connection, campaign_id)
        self.check(campaign)
        head = opened.letterhead(campaign.mailing.publication, campaign_id)
        parts = (opened.signer, opened.return_paths, opened.signing_keys)
        make = LetterComposer if campaign.mailing.kind is Kind.LETTER else Composer
        return {key: make(head, each, *parts) for key, each in rendered.items()}

    def check(self, campaign: CampaignSummary) -> None:
        """Raise CampaignError when the present mode would not send a campaign, or not to all of it.

        A letter's route is settled when it is written, for its one address.
        """
        if campaign.mailing.kind is Kind.LETTER:
            return
        if campaign.mailing.route is not self.workspace.route:
            raise CampaignError(
                "campaign-route", f"campaign {campaign.id}",
                f"was made for the {campaign.mailing.route}, and mail goes to the {self.workspace.route} now",
                "set mode and safe_allow as they were, or send the edition anew",
            )  # fmt: skip
        self._check_allowed(campaign.id)

    def _check_allowed(self, campaign_id: int) -> None:
        """Safe mode holds for a campaign that was made in live mode too."""
        only = self.workspace.allowed_keys()
        if only is None:
            return
        with self.workspace.database.read() as connection:
            others = count_others(connection, campaign_id, only)
        if others:
            raise CampaignError(
                "campaign-not-allowed", f"campaign {campaign_id}",
                f"has {others:,} recipient{'s' * (others > 1)} who {'is' if others == 1 else 'are'} "
                "not in safe_allow",
                'set mode = "live" to go on, or cancel it',
            )  # fmt: skip

    @contextlib.asynccontextmanager
    async def road(self, route: Route | None = None) -> AsyncIterator[RelayAddress]:
        """Where mail goes by a route, or as the mode says: the relay, or an inbox server of our own."""
        if (route or self.workspace.route) is Route.RELAY:
            yield self.workspace.relay()
            return
        async with InboxServer(Mailbox(self.workspace.inbox)) as inbox:
            yield RelayAddress("127.0.0.1", inbox.port, "none")


def _noting(consequences: Consequences, tell: Callable[[str], None]) -> RejectionNoter:
    """Take a refusal during sending as a bounce that came back at once."""

    def note(connection: Connection, rejections: Mapping[int, Outcome], now: dt.datetime) -> None:
        told = [
            Rejection(key, each.code, each.text, each.stage)
            for key, each in rejections.items()
            if each.code
        ]
        for ruling in consequences.note_rejections(connection, told, now):
            if ruling.has_begun_hold:
                tell(
                    f"{ruling.domain}: nobody there is written to any more: {ruling.decision.why}; "
                    "see `bulletin domains list`"
                )

    return note
