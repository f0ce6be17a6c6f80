"""A session with a real relay: what is handed over, and what is said when that fails."""

from __future__ import annotations

import dataclasses
import socket
from typing import TYPE_CHECKING

import pytest

from mailer.delivery.outcome import DeliveryState, Outcome
from mailer.delivery.smtp import Envelope, RelayAddress, RelayConnection, RelayError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.mailer.delivery.conftest import Relay

SENDER, READER = "bulletin@example.org", "reader@example.org"
MAIL = b"Subject: Hello\r\n\r\nA line.\r\n"


async def hand_over(session: RelayConnection, recipient: str, mail: bytes) -> Outcome:
    """One mail from begin to end."""
    session.begin(Envelope(SENDER, recipient, len(mail)))
    refused = await session.ready()
    return refused or await session.outcome(session.finish(mail))


async def test_a_mail_arrives_byte_for_byte(plain_relay: RelayAddress, relay: Relay) -> None:
    session = await RelayConnection.open(plain_relay)
    outcome = await hand_over(session, READER, MAIL)
    await session.close()
    assert (outcome.state, outcome.code) == (DeliveryState.ACCEPTED, 250)
    assert relay.mails == [(SENDER, READER, MAIL)]


async def test_a_mail_arrives_over_starttls_with_a_login(
    secure_relay: RelayAddress, relay: Relay
) -> None:
    session = await RelayConnection.open(secure_relay)
    outcome = await hand_over(session, READER, MAIL)
    await session.close()
    assert outcome.state is DeliveryState.ACCEPTED
    assert relay.logins == ["bulletin"]
    assert relay.recipients == [READER]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("550 5.1.1 No such user", DeliveryState.REJECTED),
        ("451 4.7.1 Try later", DeliveryState.DEFERRED),
    ],
)
async def test_a_refused_recipient_is_an_outcome_and_the_session_goes_on(
    plain_relay: RelayAddress, relay: Relay, answer: str, state: DeliveryState
) -> None:
    relay.answers[READER] = answer
    session = await RelayConnection.open(plain_relay)
    refused = await hand_over(session, READER, MAIL)
    taken = await hand_over(session, "other@example.org", MAIL)
    await session.close()
    assert (refused.state, f"{refused.code} {refused.text}") == (state, answer)
    assert taken.state is DeliveryState.ACCEPTED


async def test_a_relay_that_hangs_up_after_the_body_leaves_an_uncertain_outcome(
    plain_relay: RelayAddress, relay: Relay
) -> None:
    relay.hang_up_on.add(READER)
    session = await RelayConnection.open(plain_relay)
    outcome = await hand_over(session, READER, MAIL)
    assert outcome.state is DeliveryState.UNCERTAIN
    assert not session.is_open
    assert relay.recipients == [READER]


async def test_a_wrong_password_is_told_as_such(secure_relay: RelayAddress) -> None:
    wrong = dataclasses.replace(secure_relay, password="wrong")
    with pytest.raises(RelayError, match=r"login was refused.*BULLETIN_RELAY_PASSWORD") as caught:
        await RelayConnection.open(wrong)
    assert caught.value.code == "relay-login"


async def test_a_certificate_of_an_unknown_authority_is_not_trusted(
    secure_relay: RelayAddress,
) -> None:
    with pytest.raises(RelayError, match="certificate is not trusted") as caught:
        await RelayConnection.open(dataclasses.replace(secure_relay, ca_file=None))
    assert caught.value.code == "relay-certificate"


async def test_a_relay_without_tls_is_not_used_when_tls_is_asked_for(
    plain_relay: RelayAddress, relay: Relay
) -> None:
    with pytest.raises(RelayError, match=r"relay\.security"):
        await RelayConnection.open(dataclasses.replace(plain_relay, security="starttls"))
    assert relay.mails == []


async def test_a_relay_that_is_not_there_is_told_with_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(RelayError, match=f"relay 127.0.0.1:{port}: can't be reached"):
        await RelayConnection.open(RelayAddress("127.0.0.1", port, "none"))


async def test_a_relay_that_says_nothing_is_given_up_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(RelayError, match=r"no answer within 0.2 s"):
            await RelayConnection.open(RelayAddress("127.0.0.1", port, "none", timeout=0.2))


async def test_a_missing_authority_file_is_told(secure_relay: RelayAddress, tmp_path: Path) -> None:
    with pytest.raises(RelayError, match=r"nowhere.pem can't be read"):
        await RelayConnection.open(
            dataclasses.replace(secure_relay, ca_file=tmp_path / "nowhere.pem")
        )
