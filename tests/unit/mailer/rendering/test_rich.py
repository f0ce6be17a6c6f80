"""Articles that are longer, wider or stranger than most: what is sent of them is legal and whole."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from mailer.bounces.return_path import ReturnPaths
from mailer.checks.html.access import find_faults
from mailer.checks.html.clients import find_gaps as find_unsupported
from mailer.checks.html.contrast import find_faint
from mailer.checks.html.limits import find_excess
from mailer.checks.mail.size import GMAIL_LIMIT
from mailer.checks.mail.text import TEXT_COMPLETE, find_gaps
from mailer.checks.mail.wire import find_illegal
from mailer.content.edition import Article, Link
from mailer.delivery.message import Composer, Letterhead, Recipient
from subscribers.stamps import Stamper

if TYPE_CHECKING:
    from collections.abc import Callable

    Mail = Any  # what conftest gives: `rendered`, `html` and `text`
    MailOf = Callable[..., Mail]

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
HEAD = Letterhead(
    "The team", "b@example.org", "r@example.org", "bulletin", "B", "https://b.example.org", 7
)
SENTENCE = "Partners from the police, councils and charities met to agree who does what next. "
WIDE = "| " + " | ".join(f"Heading {n}" for n in range(9)) + " |\n" + "| --- " * 9 + "|\n"
BODIES = {
    "a wide table": WIDE + ("| " + " | ".join(["Considerable"] * 9) + " |\n") * 40,
    "nested lists": "".join(f"{'  ' * level}- level {level}\n" for level in range(12)),
    "a numbered list in a list": "- one\n  1. first\n  2. second\n\n     - deeper\n- two\n",
    "a long word": "Donaudampfschiff" * 60 + "\n",
    "a long address": f"See <https://example.org/{'path/' * 200}> for all of it.\n",
    "right to left": "مرحبا بكم في النشرة\n\n- مرحبا\n\n> בוקר טוב\n\n### مرحبا\n",
    "both directions": "The word مرحبا stands in an English sentence, and שלום too.\n",
    "emoji and combining letters": "Well done 👩🏽‍💻 and e\u0301 and Ŵyl 𝔸.\n",
    "dots at the beginning of lines": ".\n\n..\n\n.hidden\n\nFrom here on\n",
    "ten thousand words": (SENTENCE * 4 + "\n\n") * 190,
    "quotations in quotations": "> one\n>\n> > two\n> >\n> > > three\n",
    "code": "```\nif a < b and c > d:\n    x = '&amp;'\n```\n",
    "only a rule": "Before.\n\n---\n\nAfter.\n",
}


class _Signer:
    def sign(self, purpose: str, payload: str) -> str:
        return f"{purpose}-{payload}-" + "t" * 60


def message(mail: Mail) -> bytes:
    marks = ReturnPaths(Stamper([b"k" * 32]), "bounces", "bounces.example.org")
    composer = Composer(HEAD, mail.rendered, _Signer(), marks)
    return composer.compose(Recipient(3, "reader@example.org", "Siân"), NOW).message


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_whatever_an_article_holds_its_mail_is_legal_and_readable(
    mail_of: MailOf, body: str
) -> None:
    mail = mail_of(body)
    for find in (find_faults, find_excess, find_unsupported, find_faint):
        assert [fault.what for fault in find(mail.html)] == []
    lacking = [each for each in find_gaps(mail.html, mail.text) if each.rule is TEXT_COMPLETE]
    assert [fault.what for fault in lacking] == []
    assert [fault.what for fault in find_illegal(message(mail), of_list=True)] == []


def test_fourteen_articles_with_every_block_are_shown_whole_by_gmail(
    mail_of: MailOf, full_article: Callable[..., Article]
) -> None:
    body = (
        "A [report on region {n}](https://example.org/report/{n}), **bold**.\n\n"
        + f"{SENTENCE * 3}\n\n" * 3
        + "### What was done\n\n- one thing\n- another\n\n1. first\n2. second\n\n"
        + f"> {SENTENCE}\n\n| Cohort | Count |\n| --- | ---: |\n| Police | 200 |\n"
    )
    articles = [
        full_article(
            f"article-{n}",
            title=f"What partners in region {n} did together",
            section=f"Section {n % 5}",
            body=body.replace("{n}", str(n)),
            links=(
                Link(f"Read the library of region {n}", f"https://example.org/library/{n}"),
                Link(f"Send in a case of region {n}", f"https://example.org/send/{n}"),
            ),
        )
        for n in range(14)
    ]
    mail = mail_of("", *articles, spotlight="Section 0")
    assert len(mail.all("//h3")) == 14
    assert len(mail.all("//img")) == len(mail.all("//td[@class='btn']")) == 14
    # The links of a real mail are longer than those of this one.
    assert len(mail.html.encode()) + 1_500 <= GMAIL_LIMIT
    assert [fault.what for fault in find_faults(mail.html)] == []


def test_sixty_articles_stay_legal_and_in_order(
    mail_of: MailOf, full_article: Callable[..., Article]
) -> None:
    mail = mail_of("", *(full_article(f"article-{n}", title=f"Number {n}") for n in range(60)))
    assert mail.words("//h3") == [f"Number {n}" for n in range(60)]
    assert [fault.what for fault in find_illegal(message(mail), of_list=True)] == []
