"""What a refusal does to the list, on both databases."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from mailer.bounces import store
from mailer.bounces.decision import Action
from mailer.bounces.finding import Finding, FoundBy, Told
from mailer.bounces.reason import BounceClass, Reason
from mailer.bounces.store import Filters
from mailer.delivery.campaign import Kind, Route
from subscribers import domains, service
from subscribers import store as people
from subscribers.segment import EVERYBODY

if TYPE_CHECKING:
    from collections.abc import Callable

    from subscribers.database import Database
    from tests.post import Post

    MakePost = Callable[[], Post]

FULL = "4.2.2 Mailbox full"


def reached(database: Database) -> set[str]:
    with database.read() as connection:
        rows = connection.execute(people.audience("bulletin", EVERYBODY))
        names = {row.address.partition("@")[0] for row in rows}
        counted = people.count_by_facets(connection, "bulletin", EVERYBODY)
    assert sum(counted.values()) == len(names)
    return names


def test_a_dead_mailbox_is_suppressed_with_the_evidence_and_left_out(post: Post) -> None:
    post.list("ann@example.org", "bob@example.org")
    ruling = post.mail_and_refuse("ann@example.org")
    assert ruling.decision.action is Action.SUPPRESS
    story = service.show(post.database, "ann@example.org")
    assert story.suppression is not None
    assert story.suppression.reason == "mail came back"
    assert story.suppression.evidence == f"bounce {ruling.bounce_id}: {'5.1.1 No such user here'}"
    assert story.events[-1].kind == "suppressed"
    assert reached(post.database) == {"bob"}


def test_a_record_says_all_that_is_known(post: Post) -> None:
    post.list("Ann@Example.org")
    ruling = post.mail_and_refuse("Ann@Example.org")
    with post.database.read() as connection:
        (only,) = store.records(connection, Filters(domain="example.org"))
        assert store.record(connection, ruling.bounce_id) == only
        assert store.count(connection, Filters(reason=Reason.SPAM)) == 0
    assert (only.address, only.failed_address) == ("ann@example.org", "Ann@Example.org")
    assert (only.bounce_class, only.reason, only.status) == ("hard", "user-unknown", "5.1.1")
    assert (only.smtp_code, only.found_by, only.action) == (550, "smtp", "suppress")
    assert only.sent_at == only.recorded_at == post.now


def test_a_full_mailbox_is_suppressed_in_time_and_forgiven_after_a_mail_that_arrived(
    post: Post,
) -> None:
    post.list("ann@example.org")
    for _ in range(2):
        assert post.mail_and_refuse("ann@example.org", FULL, 452).decision.action is Action.KEEP
        post.wait(20)
    post.mail("ann@example.org")
    post.wait(20)
    assert post.mail_and_refuse("ann@example.org", FULL, 452).decision.action is Action.KEEP
    post.wait(10)
    assert post.mail_and_refuse("ann@example.org", FULL, 452).decision.action is Action.KEEP
    post.wait(10)
    assert post.mail_and_refuse("ann@example.org", FULL, 452).decision.action is Action.SUPPRESS
    assert post.is_suppressed("ann@example.org")


def test_what_only_reached_the_built_in_inbox_is_no_mail_that_arrived(post: Post) -> None:
    post.list("ann@example.org")
    for _ in range(3):
        post.mail("ann@example.org", route=Route.INBOX)
        ruling = post.mail_and_refuse("ann@example.org", FULL, 452)
        post.wait(20)
    assert ruling.decision.action is Action.SUPPRESS


def test_a_mail_taken_for_spam_counts_against_the_campaign_alone(post: Post) -> None:
    post.list("ann@example.org")
    ruling = post.mail_and_refuse("ann@example.org", "5.7.1 Message rejected as spam", 554)
    assert ruling.decision.action is Action.KEEP
    assert not post.is_suppressed("ann@example.org")
    with post.database.read() as connection:
        assert store.count(connection, Filters(campaign_id=ruling.finding.mail.campaign_id)) == 1


def test_a_test_mail_that_fails_changes_nothing(post: Post) -> None:
    post.list("ann@example.org")
    (number,) = post.mail("ann@example.org", kind=Kind.TEST)
    (ruling,) = post.refuse(number)
    assert ruling.decision.action is Action.KEEP
    assert not post.is_suppressed("ann@example.org")


def test_a_delivery_that_is_gone_is_passed_over(post: Post) -> None:
    assert post.refuse(987_654) == []


def test_a_refusal_after_somebody_was_suppressed_keeps_the_first_reason(post: Post) -> None:
    post.list("ann@example.org")
    service.suppress(
        post.database, "ann@example.org", reason="asked", evidence="", now=post.now, actor="clerk"
    )
    assert post.mail_and_refuse("ann@example.org").decision.action is Action.KEEP
    story = service.show(post.database, "ann@example.org")
    assert [fact.reason for fact in story.suppressions] == ["asked"]


def test_a_complaint_is_a_withdrawal(post: Post) -> None:
    post.list("ann@example.org")
    (number,) = post.mail("ann@example.org")
    told = Told("ann@example.org", BounceClass.COMPLAINT, Reason.COMPLAINT, None, None, "abuse")
    with post.database.write() as connection:
        (mail,) = post.consequences.sent.by_numbers(connection, [number])
        finding = Finding(mail, told, FoundBy.HEADER)
        ruling = post.consequences.follow(connection, finding, post.now)
    assert ruling.decision.action is Action.WITHDRAW
    story = service.show(post.database, "ann@example.org")
    assert story.suppression is not None
    assert story.suppression.reason == "reported as spam"
    assert story.person is not None
    assert story.person.status == "left"
    assert [event.kind for event in story.events[-3:]] == ["suppressed", "unsubscribed", "left"]


MOVED = [f"{name}@moved.example" for name in ("ann", "bob", "cat", "dan", "eve", "fay", "gil")]


def test_an_organisation_that_moved_is_held_and_nobody_of_it_suppressed(post: Post) -> None:
    post.list(*MOVED, "zoe@example.org")
    numbers = post.mail(*MOVED, "zoe@example.org")
    rulings = post.refuse(*numbers)
    held = [ruling for ruling in rulings if ruling.has_begun_hold]
    assert [ruling.domain for ruling in held] == ["moved.example"]
    assert [address for address in MOVED if post.is_suppressed(address)] == []
    assert post.is_suppressed("zoe@example.org")
    assert reached(post.database) == set()
    with post.database.read() as connection:
        (hold,) = domains.holds(connection)
        actions = {
            each.action for each in store.records(connection, Filters(domain="moved.example"))
        }
    assert hold.reason == "5 of 7 addresses of the domain failed together"
    assert actions == {Action.HOLD}


def test_a_suppression_that_a_person_made_stays_when_the_domain_is_held(post: Post) -> None:
    post.list(*MOVED)
    service.suppress(
        post.database, MOVED[0], reason="asked", evidence="", now=post.now, actor="clerk"
    )
    post.refuse(*post.mail(*MOVED))
    assert [address for address in MOVED if post.is_suppressed(address)] == MOVED[:1]


def test_a_large_domain_is_not_held_for_a_few(post: Post) -> None:
    post.list(*MOVED, *(f"other{n}@moved.example" for n in range(10)))
    post.refuse(*post.mail(*MOVED))
    assert all(map(post.is_suppressed, MOVED))


def test_a_large_domain_is_held_once_half_of_it_failed(post: Post) -> None:
    many = [f"person{n}@moved.example" for n in range(40)]
    post.list(*many)
    rulings = [ruling for number in post.mail(*many) for ruling in post.refuse(number)]
    (begun,) = [n for n, ruling in enumerate(rulings, 1) if ruling.has_begun_hold]
    # It is not counted anew for each failure, so the hold may come a little later than at the twentieth.
    assert 20 <= begun <= 22
    assert not any(map(post.is_suppressed, many))


def test_failures_far_apart_are_no_failure_of_the_domain(post: Post) -> None:
    post.list(*MOVED)
    for address in MOVED:
        post.mail_and_refuse(address)
        post.wait(5)
    assert all(map(post.is_suppressed, MOVED))


def test_two_that_hold_a_domain_at_once_leave_nobody_suppressed(make_post: MakePost) -> None:
    posts = [make_post(), make_post()]
    many = [f"person{n}@moved.example" for n in range(30)]
    posts[0].list(*many)
    numbers = posts[0].mail(*many)
    at_once = threading.Barrier(2)

    def work(post: Post, own: list[int]) -> None:
        at_once.wait(20)
        for number in own:
            post.refuse(number)

    halves = zip(posts, (numbers[:15], numbers[15:]), strict=True)
    threads = [threading.Thread(target=work, args=each) for each in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with posts[0].database.read() as connection:
        assert len(domains.holds(connection)) == 1
    posts[0].bounces.release("moved.example", "back", now=posts[0].now, actor="clerk")
    assert not any(map(posts[0].is_suppressed, many))
    assert len(reached(posts[0].database)) == len(many)


def test_a_released_domain_is_written_to_and_judged_anew(post: Post) -> None:
    post.list(*MOVED)
    post.refuse(*post.mail(*MOVED))
    post.wait(0.5)
    post.bounces.release("moved.example", "back", now=post.now, actor="clerk")
    assert len(reached(post.database)) == len(MOVED)
    post.wait(0.5)
    assert post.mail_and_refuse(MOVED[0]).decision.action is Action.SUPPRESS
