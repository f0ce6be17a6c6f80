"""From the bytes of a returned mail to what follows, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mailer.bounces import mailroom, store
from mailer.bounces.classify import classify
from mailer.bounces.decision import Action
from mailer.bounces.mailroom import Fate
from mailer.bounces.notice import Notice
from mailer.bounces.reason import BounceClass, Reason
from mailer.bounces.result import Classified, FailedRecipient, MailKind, Reader, Traces
from mailer.bounces.return_path import ReturnPaths
from mailer.bounces.service import BounceError
from mailer.bounces.store import Filters
from subscribers import domains, service
from subscribers.stamps import Stamper
from tests.post import PATHS, returned
from tests.returned import complaint, holiday_notice, letter, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailer.bounces.service import Handled
    from mailer.bounces.store import BounceRecord
    from tests.post import Post

ANN = "ann@example.org"
FORGED = ReturnPaths(Stamper([b"somebody else's key, long enough"]), "bounces", PATHS.domain)


@pytest.fixture
def ann(post: Post) -> int:
    """Ann is on the list, and was mailed: the delivery's number."""
    post.list(ANN)
    (number,) = post.mail(ANN)
    return number


def return_path(post: Post, delivery_id: int, paths: ReturnPaths = PATHS) -> str:
    return paths.address(paths.mark(delivery_id, post.now))


def records(post: Post) -> list[BounceRecord]:
    with post.database.read() as connection:
        return store.records(connection, Filters())


def waiting(post: Post) -> list[mailroom.Unmatched]:
    with post.database.read() as connection:
        return mailroom.waiting(connection)


def handle(post: Post, data: bytes, *envelope: str) -> Handled:
    return post.bounces.handle(data, post.now, envelope)


def test_the_return_path_names_the_delivery_though_an_alias_failed(post: Post, ann: int) -> None:
    data = report("a.smith@elsewhere.example", return_path=return_path(post, ann))
    assert handle(post, data).fate is Fate.RECORDED
    (record,) = records(post)
    assert (record.delivery_id, record.address, record.found_by) == (ann, ANN, "return-path")
    assert record.failed_address == "a.smith@elsewhere.example"
    assert post.is_suppressed(ANN)


def test_a_mail_server_can_say_whom_the_mail_came_to(post: Post, ann: int) -> None:
    handle(post, report("a.smith@elsewhere.example"), return_path(post, ann).upper())
    assert [record.found_by for record in records(post)] == ["return-path"]


def test_the_header_names_the_delivery_where_the_return_path_is_lost(post: Post, ann: int) -> None:
    header = f"X-Bulletin-Delivery: {PATHS.mark(ann, post.now)}"
    handle(post, report("a.smith@elsewhere.example", returned_headers=header))
    assert [record.found_by for record in records(post)] == ["header"]


def test_the_message_id_does_where_both_are_lost(post: Post, ann: int) -> None:
    header = f"Message-ID: {PATHS.message_id(ann, 'partnerships.example.org')}"
    handle(post, report("a.smith@elsewhere.example", returned_headers=header))
    assert [record.found_by for record in records(post)] == ["message-id"]


@pytest.mark.parametrize("write", [report, complaint])
def test_a_mail_without_a_mark_waits_for_a_person_whomever_it_names(
    post: Post, ann: int, write: Callable[..., bytes]
) -> None:
    handled = handle(post, write(ANN, returned_headers="Message-ID: <x@relay.example>"))
    assert handled.fate is Fate.UNMATCHED
    assert "no mark of ours" in handled.why
    assert records(post) == []
    assert not post.is_suppressed(ANN)
    (mail,) = waiting(post)
    post.bounces.assign(mail.id, ANN, None, now=post.now, actor="clerk")
    assert [(record.delivery_id, record.found_by) for record in records(post)] == [(ann, "hand")]
    assert post.is_suppressed(ANN)


def test_mails_without_a_mark_hold_no_domain(post: Post) -> None:
    people = [f"person{n}@moved.example" for n in range(6)]
    post.list(*people)
    post.mail(*people)
    for number, address in enumerate(people):
        assert handle(post, report(address, number=number)).fate is Fate.UNMATCHED
    with post.database.read() as connection:
        assert domains.holds(connection) == []


def test_the_recipient_does_where_a_provider_vouches_for_it(post: Post, ann: int) -> None:
    notice = Notice("ses:1", b"{}", classify(report("Ann@Example.org")))
    assert post.bounces.handle_notice(notice, post.now).fate is Fate.RECORDED
    (record,) = records(post)
    assert (record.delivery_id, record.found_by) == (ann, "address")


@pytest.mark.parametrize("place", ["Message-ID", "X-Bulletin-Delivery"])
def test_a_mark_of_a_mail_of_long_ago_is_refused_wherever_it_stands(
    post: Post, ann: int, place: str
) -> None:
    message_id = PATHS.message_id(ann, "partnerships.example.org")
    mark = message_id if place == "Message-ID" else PATHS.mark(ann, post.now + timedelta(days=2))
    post.wait(91)
    handled = handle(post, report(ANN, returned_headers=f"{place}: {mark}"))
    assert handled.fate is Fate.UNMATCHED
    assert handled.why.endswith("is too old")
    assert not post.is_suppressed(ANN)


def test_nobody_is_judged_by_a_report_about_a_mail_of_long_ago(post: Post, ann: int) -> None:
    del ann
    post.wait(91)
    assert handle(post, report(ANN)).fate is Fate.UNMATCHED
    assert not post.is_suppressed(ANN)


@pytest.mark.parametrize("place", ["return path", "header", "message id"])
def test_a_forged_mark_is_refused_and_so_is_the_recipient_beside_it(
    post: Post, ann: int, place: str
) -> None:
    mark = FORGED.mark(ann, post.now)
    data = {
        "return path": report(ANN, return_path=FORGED.address(mark)),
        "header": report(ANN, returned_headers=f"X-Bulletin-Delivery: {mark}"),
        "message id": report(
            ANN, returned_headers=f"Message-ID: {FORGED.message_id(ann, 'example.org')}"
        ),
    }[place]
    handled = handle(post, data)
    assert handled.fate is Fate.UNMATCHED
    assert "was not made here" in handled.why
    assert not post.is_suppressed(ANN)


def test_an_expired_mark_is_refused(post: Post, ann: int) -> None:
    address = return_path(post, ann)
    post.wait(92)
    handled = handle(post, report(ANN, return_path=address))
    assert (handled.fate, handled.why) == (Fate.UNMATCHED, "its return-path is too old")


def test_a_mark_that_was_mangled_gives_way_to_a_message_id_that_is_sound(
    post: Post, ann: int
) -> None:
    cut = return_path(post, ann).replace("@", "x@")
    header = f"Message-ID: {PATHS.message_id(ann, 'partnerships.example.org')}"
    handle(post, report(ANN, return_path=cut, returned_headers=header))
    assert [record.found_by for record in records(post)] == ["message-id"]


def test_a_complaint_withdraws(post: Post, ann: int) -> None:
    header = f"X-Bulletin-Delivery: {PATHS.mark(ann, post.now)}"
    handled = handle(post, complaint(ANN, returned_headers=header))
    assert [ruling.decision.action for ruling in handled.rulings] == [Action.WITHDRAW]


def test_a_holiday_notice_changes_nothing_and_waits_for_nobody(post: Post, ann: int) -> None:
    handled = handle(post, holiday_notice(ANN, return_path(post, ann)))
    assert handled.fate is Fate.IGNORED
    assert (records(post), waiting(post)) == ([], [])


def test_a_mail_that_is_still_being_tried_has_not_failed(post: Post, ann: int) -> None:
    late = report(ANN, return_path=return_path(post, ann), status="4.4.1", said="timed out")
    handled = handle(post, late.replace(b"Action: failed", b"Action: delayed"))
    assert handled.fate is Fate.IGNORED
    assert records(post) == []


def test_what_a_person_wrote_is_kept_for_a_person(post: Post, ann: int) -> None:
    handled = handle(post, letter(ANN, return_path(post, ann)))
    assert handled.fate is Fate.UNMATCHED
    (mail,) = waiting(post)
    assert (mail.sender, mail.subject) == (f"Somebody <{ANN}>", "A question")
    assert not post.is_suppressed(ANN)


def test_a_mail_is_handled_once_however_its_lines_end(post: Post, ann: int) -> None:
    data = report(ANN, return_path=return_path(post, ann))
    assert not handle(post, data).is_repeat
    again = handle(post, data.replace(b"\n", b"\r\n"))
    assert (again.is_repeat, again.fate) == (True, Fate.RECORDED)
    assert len(records(post)) == 1


def test_a_person_can_say_whose_a_mail_was(post: Post, ann: int) -> None:
    handle(post, report("a.smith@elsewhere.example"))
    (mail,) = waiting(post)
    ruling = post.bounces.assign(mail.id, "ANN@example.org", None, now=post.now, actor="clerk")
    assert ruling.decision.action is Action.SUPPRESS
    assert [(record.delivery_id, record.found_by) for record in records(post)] == [(ann, "hand")]
    assert waiting(post) == []
    with pytest.raises(BounceError, match="is settled: delivery"):
        post.bounces.dismiss(mail.id, now=post.now, actor="clerk")


def test_a_person_can_say_what_a_mail_means(post: Post, ann: int) -> None:
    handle(post, letter("somebody@example.org", return_path(post, ann)))
    (mail,) = waiting(post)
    with pytest.raises(BounceError, match="say so yourself"):
        post.bounces.assign(mail.id, ANN, None, now=post.now, actor="clerk")
    ruling = post.bounces.assign(mail.id, ANN, BounceClass.COMPLAINT, now=post.now, actor="clerk")
    assert ruling.decision.action is Action.WITHDRAW


def test_a_mail_can_be_put_away_and_is_kept_no_longer(post: Post) -> None:
    handle(post, letter("somebody@example.org", "team@example.org"))
    (mail,) = waiting(post)
    post.bounces.dismiss(mail.id, now=post.now, actor="clerk")
    with post.database.read() as connection:
        kept = mailroom.find(connection, mail.id)
    assert kept is not None
    assert (kept.data, kept.settled_by, kept.settlement) == (b"", "clerk", "dismissed")


@pytest.mark.parametrize("data", [b"", b"\x00\xff" * 500, b"Subject: \xe9\r\n\r\n", b"From: =?x?"])
def test_whatever_comes_in_is_handled(post: Post, data: bytes) -> None:
    assert handle(post, data).fate in {Fate.UNMATCHED, Fate.IGNORED}


def test_whatever_a_report_says_is_kept_as_a_database_takes_it(post: Post, ann: int) -> None:
    mangled = report(ANN, return_path=return_path(post, ann), said="550 5.1.1 no such \x00 user {}")
    data = mangled.replace(b"no such", b"no such \xff\xed\xa0\x80 \x00").replace(
        b"Status: 5", b"Status: \x005"
    )
    assert handle(post, data).fate is Fate.RECORDED
    assert "\x00" not in records(post)[0].text


FORSAKEN = "550 5.7.1 <{}>: Relay access denied"


def test_a_host_that_has_given_a_domain_up_has_it_held(post: Post) -> None:
    people = [f"person{n}@moved.example" for n in range(6)]
    post.list(*people)
    refused = post.refuse(*post.mail(*people), text="5.7.1 Relay access denied")
    assert {ruling.decision.action for ruling in refused} == {Action.KEEP}
    told = [
        handle(post, returned(number, address, said=FORSAKEN, status="5.7.1"))
        for number, address in zip(post.mail(*people), people, strict=True)
    ]
    actions = [ruling.decision.action for each in told for ruling in each.rulings]
    assert actions == [Action.KEEP] * 4 + [Action.HOLD] * 2


def test_a_mail_of_before_a_lift_does_not_suppress_again(post: Post, ann: int) -> None:
    (second,) = post.mail(ANN)
    handle(post, returned(ann, ANN))
    assert post.is_suppressed(ANN)
    post.wait(1)
    service.lift(post.database, ANN, reason="it is back", now=post.now, actor="clerk")
    (ruling,) = handle(post, returned(second, ANN)).rulings
    assert ruling.decision.action is Action.KEEP
    assert not post.is_suppressed(ANN)
    post.wait(1)
    assert post.mail_and_refuse(ANN).decision.action is Action.SUPPRESS


def test_a_complaint_about_a_mail_of_before_a_lift_is_still_a_withdrawal(
    post: Post, ann: int
) -> None:
    handle(post, returned(ann, ANN))
    post.wait(1)
    service.lift(post.database, ANN, reason="it is back", now=post.now, actor="clerk")
    header = f"X-Bulletin-Delivery: {PATHS.mark(ann, post.now)}"
    (ruling,) = handle(post, complaint(ANN, returned_headers=header)).rulings
    assert ruling.decision.action is Action.WITHDRAW


def test_what_a_stranger_said_is_kept_without_what_steers_a_terminal(post: Post, ann: int) -> None:
    said = "no\x1b[2J \x9b31m\rsuch"
    told = FailedRecipient(
        ANN, None, BounceClass.HARD, Reason.USER_UNKNOWN, None, None, said, Reader.PROVIDER
    )
    read_as = Classified(MailKind.BOUNCE, (told,), None, Traces((), (), ()))
    post.bounces.handle_notice(Notice("ses:1", b"{}", read_as), post.now)
    assert [(each.delivery_id, each.text) for each in records(post)] == [(ann, "no [2J  31m such")]


def test_a_lifted_suppression_lets_soft_failures_begin_anew(post: Post, ann: int) -> None:
    del ann
    for _ in range(3):
        post.wait(20)
        ruling = post.mail_and_refuse(ANN, "4.2.2 Mailbox full", 452)
    assert ruling.decision.action is Action.SUPPRESS
    post.wait(1)
    service.lift(post.database, ANN, reason="emptied", now=post.now, actor="clerk")
    post.wait(20)
    assert post.mail_and_refuse(ANN, "4.2.2 Mailbox full", 452).decision.action is Action.KEEP
