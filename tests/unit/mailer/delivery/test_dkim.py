"""Signatures that others verify, and that break when a signed thing is changed."""

from __future__ import annotations

import datetime as dt
import subprocess
from typing import TYPE_CHECKING

import dkim
import pytest

from mailer.bounces.return_path import ReturnPaths
from mailer.delivery.dkim import Algorithm, DkimError, SigningKey
from mailer.delivery.message import Composer, Letterhead, Recipient
from mailer.rendering.rendered import RenderedEmail
from mailer.rendering.slots import Slot, marker
from subscribers.stamps import Stamper

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
HEAD = Letterhead(
    "Łocal team", "b@example.org", "r@example.org", "bulletin", "B", "https://b.example.org", 7
)
RENDERED = RenderedEmail(
    "A subject – " + "that is long, " * 12 + "and ends",
    "",
    f"<p>Hello  {marker(Slot.NAME)} </p>\n\n\n  .dots\t\n{'word ' * 4000}",
    f"Hello {marker(Slot.NAME)},\n.\n  two  blanks  \n\n\n{marker(Slot.UNSUBSCRIBE_URL)}\n\n\n",
    "en-GB",
)
NAMES = [
    "",
    "Ada",
    "Siân O'Neill " * 8,
    '"Q" =  x',
    "שלום",
    "😀",
    ".dot",
    "a" + " " * 200 + "b",
    "=",
]


@pytest.fixture(scope="module")
def keys() -> dict[Algorithm, SigningKey]:
    return {a: SigningKey.generate("example.org", a.split("-")[0], a) for a in Algorithm}


class _Signer:
    def sign(self, purpose: str, payload: str) -> str:
        return f"{purpose}-{payload}-" + "t" * 60


def compose(keys: Sequence[SigningKey], name: str) -> bytes:
    marks = ReturnPaths(Stamper([b"k" * 32]), "bounces", "bounces.example.org")
    composer = Composer(HEAD, RENDERED, _Signer(), marks, tuple(keys))
    return composer.compose(Recipient(3, "reader@example.org", name), NOW).message


def verify(mail: bytes, keys: Sequence[SigningKey], index: int = 0) -> bool:
    """Ask dkimpy, with the DNS records that we would publish."""
    records = {
        f"{key.record_name}.".encode(): key.record().replace('" "', "").strip('"') for key in keys
    }

    def look_up(name: bytes, **_: object) -> bytes:
        return records[name].encode()

    try:
        return bool(dkim.DKIM(mail).verify(idx=index, dnsfunc=look_up))
    except dkim.ValidationError:
        return False


@pytest.mark.parametrize("algorithm", list(Algorithm))
@pytest.mark.parametrize("name", NAMES)
def test_dkimpy_verifies_every_awkward_name(
    keys: dict[Algorithm, SigningKey], algorithm: Algorithm, name: str
) -> None:
    key = keys[algorithm]
    assert verify(compose([key], name), [key])


def test_a_mail_can_carry_both_signatures(keys: dict[Algorithm, SigningKey]) -> None:
    both = list(keys.values())
    mail = compose(both, "Ada")
    assert verify(mail, both, 0)
    assert verify(mail, both, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click", b"List-Unsubscribe-Post: no"),
        (b"List-Unsubscribe: <https://b.", b"List-Unsubscribe: <https://c."),
        (b"Subject: ", b"Subject: Not "),
        (b"Feedback-ID: 7", b"Feedback-ID: 8"),
        (b"\r\nFrom: ", b"\r\nFrom: x@example.org\r\nFrom: "),
        (b"\r\nTo: ", b"\r\nSubject: a second one\r\nTo: "),
        (b"word", b"ward"),
    ],
)
def test_a_changed_mail_does_not_verify(
    keys: dict[Algorithm, SigningKey], old: bytes, new: bytes
) -> None:
    key = keys[Algorithm.RSA]
    mail = compose([key], "Ada")
    assert old in mail
    assert not verify(mail.replace(old, new, 1), [key])


def test_a_relay_that_folds_headers_anew_does_no_harm(keys: dict[Algorithm, SigningKey]) -> None:
    key = keys[Algorithm.RSA]
    mail = compose([key], "Ada")
    assert verify(mail.replace(b"Reply-To: ", b"Reply-To:\r\n\t  "), [key])


def test_lines_of_the_signature_are_short(keys: dict[Algorithm, SigningKey]) -> None:
    head, _, _ = compose(list(keys.values()), "Ada").partition(b"\r\nFrom: ")
    assert max(map(len, head.split(b"\r\n"))) <= 98


def test_a_key_survives_its_file(keys: dict[Algorithm, SigningKey]) -> None:
    for key in keys.values():
        again = SigningKey.load(key.domain, key.selector, key.pem())
        assert (again.record(), again.algorithm) == (key.record(), key.algorithm)


def test_a_record_fits_the_strings_of_the_dns(keys: dict[Algorithm, SigningKey]) -> None:
    for key in keys.values():
        assert all(len(part.strip('"')) <= 255 for part in key.record().split('" "'))
        assert key.record().startswith('"v=DKIM1; k=')


def _weak_key() -> bytes:
    made = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
        capture_output=True,
        check=True,
    )
    return made.stdout


@pytest.mark.parametrize(
    ("pem", "told"), [(b"nonsense", "is no private key"), (_weak_key(), "has only 1024 bits")]
)
def test_a_key_that_will_not_do_is_refused(pem: bytes, told: str) -> None:
    with pytest.raises(DkimError, match=told):
        SigningKey.load("example.org", "s", pem)
