"""What came back long ago is deleted, but for what keeps an address suppressed; on both engines."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from mailer.bounces import mailroom, store
from mailer.bounces.ageing import AgeingBounces, AgeingDigests, AgeingUnmatched
from mailer.bounces.mailroom import Fate, digest_of
from mailer.bounces.store import Filters
from subscribers import service
from tests.post import returned
from tests.returned import letter

if TYPE_CHECKING:
    from subscribers.retention import Ageing
    from tests.post import Post

ANN, BOB = "ann@example.org", "bob@example.net"


def deleted(post: Post, ageing: Ageing, days: int) -> int:
    """How many are deleted, part by part, that are older than so many days; as many were counted before."""
    before = post.now - dt.timedelta(days=days)
    with post.database.read() as connection:
        counted = ageing.count(connection, before)
    with post.database.write() as connection:
        parts = list(iter(lambda: ageing.blank(connection, before), 0))
    assert sum(parts) == counted
    assert max(parts, default=1) == 1
    return counted


@pytest.fixture(autouse=True)
def _one_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailer.bounces.ageing._AT_ONCE", 1)


def test_a_record_goes_in_time_unless_it_keeps_an_address_suppressed(post: Post) -> None:
    post.list(ANN, BOB)
    rulings = [post.mail_and_refuse(address) for address in (ANN, BOB, BOB)]
    post.wait(100)
    service.lift(post.database, ANN, reason="back", now=post.now, actor="clerk")
    assert deleted(post, AgeingBounces(), 101) == 0
    assert deleted(post, AgeingBounces(), 99) == 2
    with post.database.read() as connection:
        left = [record.id for record in store.records(connection, Filters())]
    assert left == [rulings[1].bounce_id]
    service.lift(post.database, BOB, reason="back", now=post.now, actor="clerk")
    assert deleted(post, AgeingBounces(), 99) == 1


def test_a_mail_that_waited_goes_in_time_and_is_not_taken_for_new(post: Post) -> None:
    mails = [letter(f"a{number}@example.org", "team@example.org") for number in range(2)]
    for mail in mails:
        post.bounces.handle(mail, post.now)
    post.bounces.dismiss(1, now=post.now, actor="clerk")
    post.wait(91)
    assert deleted(post, AgeingUnmatched(), 92) == 0
    assert deleted(post, AgeingUnmatched(), 90) == 2
    assert all(post.bounces.handle(mail, post.now).is_repeat for mail in mails)


def test_a_digest_is_forgotten_in_time(post: Post) -> None:
    post.list(ANN)
    (number,) = post.mail(ANN)
    data = returned(number, ANN)
    assert post.bounces.handle(data, post.now).fate is Fate.RECORDED
    post.wait(731)
    assert deleted(post, AgeingDigests(), 732) == 0
    assert deleted(post, AgeingDigests(), 730) == 1
    with post.database.read() as connection:
        assert mailroom.fate_of(connection, digest_of(data)) is None
