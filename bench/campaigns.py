"""A campaign to measure: subscribers, an edition, and the sender that carries it."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, text

from mailer.bounces.return_path import ReturnPaths
from mailer.content.reader import read_edition
from mailer.content.variant import whole
from mailer.delivery.campaign import Kind, Mailing, Route, find_campaign, rendered_variants
from mailer.delivery.desk import Desk, Work
from mailer.delivery.message import Composer, Letterhead, Recipient
from mailer.delivery.outcome import DeliveryState
from mailer.delivery.pacing import Pacing
from mailer.delivery.planning import freeze, plan_edition
from mailer.delivery.recorder import RecordRules
from mailer.delivery.sender import Job, Sender
from mailer.delivery.smtp import RelayAddress
from mailer.rendering.brand import Brand
from mailer.rendering.bulletin import Renderer
from mailer.rendering.stationery import Stationery
from mailer.template_files import templates_folder
from subscribers.database import Database
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, Facet, FacetSet, Vocabulary
from subscribers.models import Subscriber, Subscription
from subscribers.segment import EVERYBODY
from subscribers.stamps import Stamper
from subscribers.store import intern_facets
from subscribers.tokens import TokenSigner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mailer.content.edition import Edition
    from mailer.content.variant import Variant
    from mailer.delivery.dkim import SigningKey
    from mailer.rendering.rendered import RenderedEmail

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
SECRET = b"k" * 32
VOCABULARY = Vocabulary(
    DEFAULT_SECTORS, DEFAULT_REGIONS, (Facet("bulletin", "B"), Facet("quickupdates", "Q"))
)
_CHUNK = 10_000


def sample_edition() -> Edition:
    """The edition that comes with the product."""
    folder = templates_folder() / "sample" / "editions" / "issue-04"
    edition = read_edition(folder, VOCABULARY).edition
    if edition is None:
        sys.exit("the sample edition can't be read")
    return edition


def render_sample(variant: Variant) -> RenderedEmail:
    """A variant in the default colours."""
    brand = Brand("The Local Partnerships team", "1 Example Street", "replies@example.org")
    media = "https://bulletin.example.org/media/"
    stationery = Stationery(brand, "the bulletin", "Good practice.", media)
    return Renderer(stationery).render(variant)


def render_short(variant: Variant) -> RenderedEmail:
    """Three lines in place of the edition, where it is the number of mails that matters."""
    rendered = render_sample(variant)
    text = "Good practice for partners.\n" * 3
    return replace(rendered, html=f"<p>{text}</p>", text=text)


def letterhead(campaign_id: int) -> Letterhead:
    """Who the measured mail is from."""
    return Letterhead(
        "Team", "bulletin@example.org", "replies@example.org", "bulletin", "The bulletin",
        "https://bulletin.example.org", campaign_id,
    )  # fmt: skip


def composer(campaign_id: int, rendered: RenderedEmail, key: SigningKey | None) -> Composer:
    """What fills one variant."""
    marks = ReturnPaths(Stamper([SECRET]), "bounces", "example.org")
    keys = (key,) if key else ()
    return Composer(letterhead(campaign_id), rendered, TokenSigner([SECRET]), marks, keys)


def mail_size(render: Callable[[Variant], RenderedEmail]) -> int:
    """Bytes of an unsigned mail on the wire."""
    rendered = render(whole(sample_edition()))
    recipient = Recipient(1, "reader1@partner1.example.org", "Reader 1")
    return len(composer(1, rendered, None).compose(recipient, NOW).message)


def fill_database(database: Database, count: int) -> None:
    """So many subscribers of one facet set."""
    with database.write() as connection:
        facets = intern_facets(connection, FacetSet("health", frozenset({"national"})))
        for begin in range(0, count, _CHUNK):
            numbers = range(begin + 1, min(begin + _CHUNK, count) + 1)
            connection.execute(insert(Subscriber), [_subscriber(n, facets) for n in numbers])
            connection.execute(insert(Subscription), [_subscription(n) for n in numbers])
    # As PostgreSQL does by itself soon after; SQLite reads in the same way with it and without.
    with database.write() as connection:
        connection.execute(text("ANALYZE subscriber"))
        connection.execute(text("ANALYZE subscription"))


def _subscriber(number: int, facets: int) -> dict[str, Any]:
    address = f"reader{number}@partner{number % 500}.example.org"
    return {
        "id": number, "address": address, "address_key": address, "name": f"Reader {number}",
        "organisation": "", "facet_set_id": facets, "status": "active", "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip


def _subscription(number: int) -> dict[str, Any]:
    return {
        "subscriber_id": number,
        "publication": "bulletin",
        "started_at": NOW,
        "source": "bench",
    }


class Road:
    """One campaign to everybody in a database."""

    def __init__(self, url: str, key: SigningKey | None) -> None:
        self.database = Database(url)
        self._key = key
        self.campaign_id = 0

    def make(self, count: int, render: Callable[[Variant], RenderedEmail]) -> float:
        """Fill an empty database and freeze a campaign; gives the seconds that freezing took."""
        self.database.migrate()
        fill_database(self.database, count)
        mailing = Mailing("issue-04", "bulletin", "everybody", Kind.EDITION, Route.RELAY)
        plan = plan_edition(self.database, sample_edition(), mailing, EVERYBODY, None, render)
        began = time.perf_counter()
        self.campaign_id = freeze(self.database, plan, "bench", NOW)
        return time.perf_counter() - began

    def copy(self) -> float:
        """Seconds that the database takes to copy every subscriber, without a question or an index."""
        words = (
            "CREATE TABLE bench_copy AS SELECT 1 AS campaign_id, id AS subscriber_id, facet_set_id, "
            "1 AS variant_id, address, name, 'queued' AS state, 0 AS attempts, updated_at FROM subscriber"
        )
        began = time.perf_counter()
        with self.database.write() as connection:
            connection.execute(text(words))
        seconds = time.perf_counter() - began
        with self.database.write() as connection:
            connection.execute(text("DROP TABLE bench_copy"))
        return seconds

    def send(
        self, port: int, connections: int, holder: str = "bench", most: int | None = None
    ) -> tuple[int, float]:
        """How many mails this process sent, about `most` when that is given, and in how many seconds."""
        composers = self._composers()
        desk = Desk(
            self.database, Work(self.campaign_id), holder, lambda _: composers,
            DeliveryState.UNCERTAIN, Pacing(), lambda: dt.datetime.now(dt.UTC),
        )  # fmt: skip
        relay, rules = RelayAddress("127.0.0.1", port, "none"), RecordRules(holder)
        job = Job(desk, relay, connections, rules, stop_pauses=False)
        began = time.perf_counter()
        sent = asyncio.run(_send(job, most))
        return sent, time.perf_counter() - began

    def check(self, count: int) -> None:
        """End the measurement unless every mail was accepted."""
        with self.database.read() as connection:
            counts = find_campaign(connection, self.campaign_id).counts
        if counts != {DeliveryState.ACCEPTED: count}:
            sys.exit(f"not everything was accepted: {counts}")
        self.database.dispose()

    def _composers(self) -> Mapping[int, Composer]:
        with self.database.read() as connection:
            variants = rendered_variants(connection, self.campaign_id)
        return {key: composer(self.campaign_id, each, self._key) for key, each in variants.items()}


async def _send(job: Job, most: int | None) -> int:
    sent = 0

    def count(_: object) -> None:
        nonlocal sent
        sent += 1
        if sent == most:
            sender.stop.set()

    sender = Sender(job, count)
    await sender.run()
    return sent
