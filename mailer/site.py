"""The public site, put together from a workspace: part of the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mailer.articles import article_routes
from mailer.bounces.ageing import AgeingBounces, AgeingDigests, AgeingUnmatched
from mailer.bounces.fetching import fetch
from mailer.delivery.campaign import Kind, Route
from mailer.delivery.lookup import find_deliveries
from mailer.gauges import read_gauges
from mailer.letters.queueing import LetterDesk
from mailer.outbox import link_keys
from mailer.packing import newcomers, pack_pages
from mailer.submissions.ageing import AgeingArticles, AgeingOffers
from mailer.surroundings import now
from mailer.traces import RECORDS, AgeingMail, find_former, forget
from mailer.web import shelf
from mailer.web.archive import ArchivePages
from mailer.web.bounce_hooks import BounceHooks, ProviderKeys
from mailer.web.issue import for_everybody, make_issue
from mailer.web.monitoring import Monitoring
from mailer.web.public import PublicPages
from mailer.web.reading import ReadingPages
from subscribers.address import parse_address
from subscribers.admission import DomainRules
from subscribers.erasing import Eraser
from subscribers.erasures import Seal
from subscribers.joining import Door
from subscribers.joining_pages import JoiningPages
from subscribers.person_pages import PersonPages
from subscribers.reception import Reception
from subscribers.retention import ACTOR, Periods, Retention, Rule
from subscribers.self_service import SelfService
from subscribers.web import SubscriptionPages

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.routing import Route as PageRoute

    from mailer.app import Workspace
    from mailer.content.edition import Edition
    from mailer.web.metering import Gauge
    from mailer.web.shelf import Issue


class Room(Protocol):
    """A part of the site that brings its routes."""

    def routes(self) -> list[PageRoute]:
        """Where its pages are."""


@dataclass(frozen=True, slots=True)
class Site:
    """The public site, and what watches it on a port of its own."""

    public: Starlette
    monitoring: Starlette


def public_site(opened: Workspace) -> Starlette:
    """The pages behind the links of every mail, and those that anybody may ask for."""
    return make_site(opened).public


def make_site(opened: Workspace) -> Site:
    """The same, with its monitoring."""
    pages = public_pages(opened)
    monitoring = Monitoring(pages.meter, opened.database.check_schema, lambda: _gauges(opened))
    return Site(pages.application(_routes(opened, pages)), monitoring.application())


def _gauges(opened: Workspace) -> list[Gauge]:
    with opened.database.read() as connection:
        return read_gauges(connection)


def _routes(opened: Workspace, pages: PublicPages) -> list[PageRoute]:
    signer = opened.signer
    reception = Reception(opened.database, signer, opened.vocabulary, find_deliveries, pages, now)
    service = SelfService(
        opened.database, letter_desk(opened), domain_rules(opened), newcomers(opened)
    )
    joining = JoiningPages(
        door=door(opened),
        signer=signer,
        vocabulary=opened.vocabulary,
        pages=pages,
        organisation=opened.brand.organisation,
        clock=now,
        is_open=opened.settings.subscribe.open,
    )
    reading = ReadingPages(
        opened.database,
        signer,
        opened.letterhead,
        pages,
        opened.settings.web.base_url,
        opened.media,
    )
    rooms: list[Room] = [
        # First what crowds ask for: a request is held against one route after the other.
        SubscriptionPages(reception, service),
        joining,
        PersonPages(reception, service, eraser(opened), RECORDS),
        reading,
        pack_pages(opened, pages),
        bounce_hooks(opened),
    ]
    if opened.settings.archive.open:
        rooms.append(archive_pages(opened, pages))
    articles = article_routes(opened, pages, letter_desk(opened), domain_rules(opened))
    return [*(route for room in rooms for route in room.routes()), *articles]


def archive_pages(opened: Workspace, pages: PublicPages | None = None) -> ArchivePages:
    """The issues that anybody may read."""
    return ArchivePages(
        opened.database,
        pages or public_pages(opened),
        {slug: each.name for slug, each in opened.settings.publications.items()},
        opened.settings.web.base_url,
        opened.settings.subscribe.open,
    )


def archive_edition(opened: Workspace, edition: Edition) -> Issue:
    """Put an edition into the archive; commits."""
    issue = issue_of(opened, edition)
    with opened.database.write() as connection:
        shelf.put(connection, issue)
    return issue


def issue_of(opened: Workspace, edition: Edition) -> Issue:
    """An edition for the archive, as the settings say. Its pictures are where the pages serve them from."""
    chosen = opened.settings.archive
    seen = edition if chosen.aimed else for_everybody(edition)
    opened.publish_media(seen)
    return make_issue(
        seen, public_pages(opened), opened.vocabulary, contacts=chosen.contacts, now=now()
    )


def public_pages(opened: Workspace) -> PublicPages:
    """The templates, in the words of this workspace."""
    settings = opened.settings
    offers = [(each.name, each.description) for each in settings.publications.values()]
    home = {"can_subscribe": settings.subscribe.open, "has_archive": settings.archive.open}
    base_url = settings.web.base_url
    return PublicPages(opened.brand, base_url, offers, opened.catalogue, home)


def door(opened: Workspace) -> Door:
    """How somebody joins; raises SettingsError without a secret key."""
    return Door(
        database=opened.database,
        rules=domain_rules(opened),
        letters=letter_desk(opened),
        vocabulary=opened.vocabulary,
        seal=seal(opened),
        network_limit=opened.settings.subscribe.requests_an_hour,
        newcomers=newcomers(opened),
    )


def domain_rules(opened: Workspace) -> DomainRules:
    """Whose addresses may join, change their sector and move by themselves."""
    chosen = opened.settings.subscribe
    return DomainRules(
        allowed=frozenset(chosen.allow_domains),
        blocked=frozenset(chosen.block_domains),
        of_sector={
            opened.vocabulary.sector(name): frozenset(domains)
            for name, domains in chosen.sector_domains.items()
        },
    )


def letter_desk(opened: Workspace) -> LetterDesk:
    """Writes letters; in safe mode those to addresses outside the allow-list stay in the built-in inbox."""
    allowed = opened.allowed_keys()

    def route_of(address: str) -> Route:
        is_kept = allowed is not None and parse_address(address).key not in allowed
        return Route.INBOX if opened.uses_inbox or is_kept else Route.RELAY

    catalogue = opened.catalogue
    return LetterDesk(catalogue, opened.brand, opened.settings.sender.reply_to, route_of)


def bounce_hooks(opened: Workspace) -> BounceHooks:
    """Where mail providers report what came back."""
    chosen = opened.settings.bounces
    keys = ProviderKeys(
        ses_topic=chosen.ses_topic,
        sendgrid_key=chosen.sendgrid_key,
        mailgun_key=chosen.mailgun_key.get_secret_value(),
        postmark_password=chosen.postmark_password.get_secret_value(),
    )
    return BounceHooks(opened.bounces, keys, fetch, now)


def eraser(opened: Workspace) -> Eraser:
    """Erases people; raises SettingsError without a secret key."""
    return Eraser(opened.database, seal(opened), find_former, forget)


def retention(opened: Workspace, actor: str = ACTOR) -> Retention:
    """Applies the periods of the settings, as `actor`; raises SettingsError without a secret key."""
    chosen = opened.settings.retention
    periods = Periods(chosen.requests, chosen.left, chosen.audit)
    rules = (
        Rule("mails of editions and tests", chosen.mails, AgeingMail((Kind.EDITION, Kind.TEST))),
        Rule("letters", chosen.letters, AgeingMail((Kind.LETTER,))),
        Rule("articles that were never confirmed", chosen.requests, AgeingOffers()),
        Rule("articles that were decided, and sign-offs", chosen.articles, AgeingArticles()),
        Rule("bounces", chosen.bounces, AgeingBounces()),
        Rule("mails that waited for a person", chosen.unmatched, AgeingUnmatched()),
        Rule("digests of handled mails", chosen.handled, AgeingDigests()),
    )
    return Retention(opened.database, eraser(opened), periods, rules, actor)


def known_seal(opened: Workspace) -> Seal | None:
    """The same as `seal`; None without a secret key."""
    return seal(opened) if opened.settings.secret_key.get_secret_value() else None


def seal(opened: Workspace) -> Seal:
    """Knows who was erased; raises SettingsError without a secret key."""
    return Seal(link_keys(opened.settings.secret_key.get_secret_value()))
