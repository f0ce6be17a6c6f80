from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from subscribers.address import AddressError, parse_address

LOCALS = st.text("aZ09.!#$%&'*+/=?^_`{|}~-\"( ,", min_size=1, max_size=70)
LABELS = st.text("aZ09-_", min_size=1, max_size=8)
DOMAINS = st.lists(LABELS, min_size=1, max_size=3).map(".".join)
TOPS = st.sampled_from(["", ".org", ".test", ".EXAMPLE", ".local", ".x1", "."])


@pytest.mark.parametrize(
    ("text", "mailbox", "key"),
    [
        ("reader@example.org", "reader@example.org", "reader@example.org"),
        (" Reader@Example.ORG ", "Reader@example.org", "reader@example.org"),
        ("Postmaster@council.test", "Postmaster@council.test", "postmaster@council.test"),
        ("o'neil+list@press.example", "o'neil+list@press.example", "o'neil+list@press.example"),
        ("press@Bücher.example", "press@xn--bcher-kva.example", "press@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_read_as_smtp_gets_it_and_told_apart_without_case(
    text: str, mailbox: str, key: str
) -> None:
    address = parse_address(text)
    assert (address.mailbox, address.key) == (mailbox, key)


@pytest.mark.parametrize(
    "text",
    ["", "reader", "reader@", "@example.org", "a@b@example.org", "a..b@example.org", "a@localhost",
     "a@example..org", "a b@example.org", f"{'a' * 65}@example.org", f"a@{'b.' * 130}org", "a@x.invalid"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    assert caught.value.code == "address-invalid"
    assert caught.value.subject == text
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nobody", "it must have an @-sign"),
        ("reader@", "there must be something after the @-sign"),
        ("a@localhost", "the part after the @-sign is not valid (it should have a period)"),
    ],
)
def test_why_it_is_no_address_is_told_in_one_sentence(text: str, told: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    remedy = "write it like name@example.org"
    assert str(caught.value) == f"{text}: is no e-mail address: {told}; {remedy}"


@pytest.mark.parametrize("control", ["\r\n", "\n", "\x00", "\t", "\x85"])
@pytest.mark.parametrize("place", ["{}a@example.org", "a{}@example.org", "a@example.org{}"])
def test_a_control_character_is_refused_and_not_repeated(control: str, place: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(place.format(control))
    assert caught.value.code == "address-control"
    assert control not in str(caught.value)


def test_a_local_part_beyond_ascii_is_refused_with_the_reason() -> None:
    with pytest.raises(AddressError, match="letters before the @") as caught:
        parse_address("zoë@example.org")
    assert caught.value.code == "address-not-ascii"


@given(LOCALS, DOMAINS, TOPS)
def test_the_quick_way_agrees_with_the_validator(local: str, domain: str, top: str) -> None:
    text = f"{local}@{domain}{top}"
    try:
        checked = validate_email(
            text.strip(), check_deliverability=False, test_environment=True, strict=True
        )
    except EmailNotValidError:
        with pytest.raises(AddressError):
            parse_address(text)
    else:
        assert parse_address(text).key == (checked.ascii_email or "").lower()


@given(LOCALS, DOMAINS)
def test_reading_a_mailbox_again_gives_the_same_address(local: str, domain: str) -> None:
    try:
        address = parse_address(f"{local}@{domain}.org")
    except AddressError:
        return
    assert parse_address(address.mailbox) == address
    assert parse_address(address.mailbox.upper()).key == address.key
