"""Who gets a correction: those who got the edition and may still be written to, each once."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, update

from mailer.approval.fingerprint import fingerprint_of
from mailer.bounces.models import Bounce
from mailer.corrections import store
from mailer.corrections.correction import Correction, CorrectionError
from mailer.delivery.campaign import Kind, Mailing, Route, find_campaign
from mailer.delivery.models import Delivery
from mailer.delivery.planning import Plan, Uniform, freeze, plan_uniform
from mailer.rendering.rendered import RenderedEmail
from subscribers import pauses, service
from subscribers.segment import EVERYBODY
from tests.integration.mailer.delivery.stage import NOW, begin

if TYPE_CHECKING:
    from collections.abc import Callable

    from subscribers.database import Database

    Subscribe = Callable[..., int]

MAILING = Mailing(
    "issue-04/correction-1", "bulletin", "readers", Kind.EDITION, Route.RELAY, corrects="issue-04"
)
RENDERED = RenderedEmail("Correction", "", "<p>4 May</p>", "4 May", "en-GB")


def plan(database: Database, mailing: Mailing = MAILING) -> Plan:
    return plan_uniform(
        database, mailing, EVERYBODY, None, RENDERED,
        variant=Uniform("correction"),
        fingerprint=fingerprint_of(RENDERED, [], {}, "bulletin", EVERYBODY),
    )  # fmt: skip


def recipients(database: Database, campaign_id: int) -> set[str]:
    with database.read() as connection:
        query = select(Delivery.address).where(Delivery.campaign_id == campaign_id)
        return set(connection.scalars(query))


def became(database: Database, state: str, *addresses: str) -> None:
    with database.write() as connection:
        query = update(Delivery).values(state=state)
        connection.execute(query.where(Delivery.address.in_(addresses)) if addresses else query)


def came_back(database: Database, address: str, bounce_class: str) -> None:
    with database.write() as connection:
        found = connection.execute(select(Delivery).where(Delivery.address == address)).one()
        words = dict.fromkeys(("blame", "reason", "text", "found_by", "action", "why"), "")
        connection.execute(
            insert(Bounce).values(
                delivery_id=found.id, campaign_id=found.campaign_id, address_key=address,
                domain="example.org", failed_address=address, bounce_class=bounce_class,
                sent_at=NOW, recorded_at=NOW, **words,
            )
        )  # fmt: skip


def test_a_correction_goes_to_those_whose_mail_was_accepted_and_to_nobody_else(
    database: Database, subscribe: Subscribe
) -> None:
    fates = ("accepted", "rejected", "uncertain", "cancelled", "deferred")
    for fate in fates:
        subscribe(f"{fate}@example.org")
    begin(database)
    for fate in fates:
        became(database, fate, f"{fate}@example.org")
    subscribe("later@example.org")
    planned = plan(database)
    assert (planned.total, len(planned.variants)) == (1, 1)
    assert recipients(database, freeze(database, planned, "tester", NOW)) == {
        "accepted@example.org"
    }


def test_who_may_not_be_written_to_any_more_gets_no_correction(
    database: Database, subscribe: Subscribe
) -> None:
    named = ("stays", "left", "suppressed", "paused", "hard", "soft", "odd")
    keys = {name: subscribe(f"{name}@example.org") for name in named}
    begin(database)
    became(database, "accepted")
    told = {"reason": "asked", "now": NOW, "actor": "ann"}
    service.unsubscribe(database, "left@example.org", "bulletin", **told)
    service.suppress(database, "suppressed@example.org", evidence="a call", **told)
    with database.write() as connection:
        pauses.put(connection, keys["paused"], dt.date(2099, 1, 1))
    for name, bounce_class in (("hard", "hard"), ("soft", "soft"), ("odd", "ignore")):
        came_back(database, f"{name}@example.org", bounce_class)
    campaign_id = freeze(database, plan(database), "tester", NOW)
    assert recipients(database, campaign_id) == {"stays@example.org", "odd@example.org"}


def test_readers_of_every_campaign_of_the_edition_get_it_once(
    database: Database, subscribe: Subscribe
) -> None:
    subscribe("first@example.org")
    begin(database)
    became(database, "accepted")
    first = freeze(database, plan(database), "tester", NOW)
    assert plan(database).total == 0
    subscribe("second@example.org")
    begin(database)
    became(database, "accepted")
    second = freeze(database, plan(database), "tester", NOW)
    assert recipients(database, first) == {"first@example.org"}
    assert recipients(database, second) == {"second@example.org"}
    with database.read() as connection:
        found = find_campaign(connection, second)
    assert found.mailing == MAILING
    assert len(found.corrected) == 2


def test_another_way_is_another_edition_and_another_correction_another_mail(
    database: Database, subscribe: Subscribe
) -> None:
    subscribe("ann@example.org")
    begin(database)
    became(database, "accepted")
    inbox = Mailing(
        MAILING.edition, "bulletin", "readers", Kind.EDITION, Route.INBOX, corrects="issue-04"
    )
    assert plan(database, inbox).total == 0
    freeze(database, plan(database), "tester", NOW)
    next_one = Mailing(
        "issue-04/correction-2", "bulletin", "readers", Kind.EDITION, Route.RELAY, "issue-04"
    )
    assert plan(database, next_one).total == 1


def test_of_many_corrections_of_one_number_one_is_kept(database: Database) -> None:
    texts = [f"{day} May" for day in range(1, 7)]
    ready = threading.Barrier(len(texts))

    def keep(text: str) -> bool:
        said = Correction("bulletin", "issue-04", 1, "Correction", text, "en-GB")
        ready.wait(20)
        try:
            with database.write() as connection:
                store.keep(connection, said, "ann", NOW)
        except CorrectionError:
            return False
        return True

    with ThreadPoolExecutor(len(texts)) as threads:
        kept = list(threads.map(keep, texts))
    assert kept.count(True) == 1
    with database.read() as connection:
        (known,) = store.list_corrections(connection, "bulletin", "issue-04")
    assert known.text == texts[kept.index(True)]


def test_a_correction_is_kept_with_its_campaign_or_not_at_all(
    database: Database, subscribe: Subscribe
) -> None:
    subscribe("ann@example.org")
    begin(database)
    became(database, "accepted")
    mine = Correction("bulletin", "issue-04", 1, "Correction", "4 May", "en-GB")
    raced = Correction("bulletin", "issue-04", 1, "Correction", "5 May", "en-GB")
    with database.write() as connection:
        store.keep(connection, raced, "bob", NOW)
        store.publish(connection, raced, NOW)
        store.publish(connection, raced, NOW + dt.timedelta(days=1))
    with pytest.raises(CorrectionError, match="by somebody else meanwhile"):
        freeze(
            database,
            plan(database),
            "tester",
            NOW,
            along=lambda connection: store.keep(connection, mine, "ann", NOW),
        )
    assert plan(database).total == 1
    with database.read() as connection:
        (known,) = store.list_published(connection, "bulletin", "issue-04")
        assert store.list_published(connection, "bulletin", "issue-05") == []
        assert store.list_all_published(connection) == [known]
    assert (known.text, known.published_at) == ("5 May", NOW)
