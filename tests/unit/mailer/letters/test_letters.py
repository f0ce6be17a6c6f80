from __future__ import annotations

import datetime as dt
import email
import email.policy
import re

import pytest

from mailer.delivery.message import Letterhead, Recipient
from mailer.letters.composing import LetterComposer
from mailer.letters.payload import Payload, read_payload
from mailer.letters.rendering import render_letter
from mailer.rendering.brand import Brand
from mailer.translations import load_catalogue
from subscribers.letters import LetterKind, SignedLink

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
HEAD = Letterhead(
    "The team", "news@example.org", "team@example.org", "", "", "https://b.example.org", 7
)
BRAND = Brand("The team", "1 Example Street", "team@example.org", "https://www.example.org")
TONGUES = load_catalogue().tongues
LINK = SignedLink("confirm", "17", NOW)


class Signer:
    def sign(self, purpose: str, payload: str, *, now: dt.datetime | None = None) -> str:
        return f"{purpose}-{payload}-{now.isoformat() if now else 'ever'}".replace(":", "")


class Marks:
    domain = ""

    def mark(self, delivery_id: int, now: dt.datetime) -> str:
        return f"d{delivery_id}"

    def address(self, mark: str) -> str:
        return f"{mark}@example.org"

    def message_id(self, delivery_id: int, domain: str) -> str:
        return f"<{delivery_id}@{domain}>"


def letter(
    kind: LetterKind, payload: Payload, name: str = "Ann", tongue: int = 0
) -> email.message.EmailMessage:
    rendered = render_letter(kind, TONGUES[tongue], BRAND)
    composer = LetterComposer(HEAD, rendered, Signer(), Marks())
    mail = composer.compose(Recipient(3, "ann@example.org", name, payload.written()), NOW)
    assert not [line for line in mail.message.split(b"\r\n") if len(line) > 78 or b"\n" in line]
    return email.message_from_bytes(mail.message, policy=email.policy.default)


def body(mail: email.message.EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("kind", list(LetterKind))
def test_every_letter_says_what_it_says_in_both_forms(kind: LetterKind) -> None:
    mail = letter(kind, Payload(5, LINK, "The Bulletin"))
    texts = TONGUES[0].tables[f"letter-{kind}"]
    assert mail["Subject"] == texts["subject"]
    for form in ("plain", "html"):
        said = " ".join(body(mail, form).split())
        assert texts["heading"] in said
        assert "1 Example Street" in said
        assert ("/confirm/confirm-17-" in said) == bool(texts["button"])
        assert "{" not in re.sub(r"<style.*?</style>", "", said)
    assert [line for line in body(mail, "plain").splitlines() if len(line) > 78] == []


def test_a_letter_is_no_mail_of_a_list() -> None:
    mail = letter(LetterKind.CONFIRM, Payload(5, LINK))
    assert [name for name in mail.keys() if name.startswith("List-")] == []  # noqa: SIM118
    assert mail["Feedback-ID"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<3@example.org>"
    assert mail["To"] == "Ann <ann@example.org>"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (LINK, "/confirm/confirm-17-2026-10-13T093000+0000"),
        (SignedLink("preferences"), "/preferences/preferences-3-ever"),
        (SignedLink("copy", None, NOW), "/copy/copy-3-2026-10-13T093000+0000"),
        (None, "/subscribe"),
    ],
)
def test_a_letters_button_leads_where_its_payload_says(link: SignedLink | None, url: str) -> None:
    said = body(letter(LetterKind.KNOWN, Payload(5, link)), "plain")
    assert f"\nhttps://b.example.org{url}\n" in said.replace("\r\n", "\n")


def test_a_letter_speaks_the_language_it_is_asked_to() -> None:
    mail = letter(LetterKind.CONFIRM, Payload(5, LINK), tongue=1)
    assert mail["Subject"] == "Cadarnhewch eich tanysgrifiad"
    assert '<html lang="cy"' in body(mail, "html")


@pytest.mark.parametrize(
    "payload", [Payload(), Payload(5, LINK, "A & B"), Payload(None, SignedLink("x"))]
)
def test_a_payload_comes_back_as_it_was(payload: Payload) -> None:
    assert read_payload(payload.written()) == payload
