"""Relays that misbehave: every delivery ends where it should, and nothing waits past its timeout."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from mailer.delivery.campaign import list_deliveries
from mailer.delivery.outcome import DeliveryState
from mailer.delivery.smtp import RelayAddress, RelayError
from tests.integration.mailer.delivery.stage import begin, counts, sender_of
from tests.listening import listening, streams

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from subscribers.database import Database
    from tests.integration.mailer.delivery.conftest import Subscribe

READERS = 12
# Which engine keeps the ledger is nothing to a relay.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class AwkwardRelay:
    """An SMTP server of a few lines, whose faults a test turns on. `taken` lists whose mail it has."""

    extensions: tuple[str, ...] = ("PIPELINING", "SIZE 1000000")
    slowly: bool = False
    reset_after: int | None = None
    stall_at: str = ""
    closing_after: int | None = None
    deferred: Callable[[str], bool] = lambda _: False
    drop_before_answer_to: frozenset[str] = frozenset()
    body_answer: str = "250 2.0.0 Taken"
    accepts_data_without_recipient: bool = False
    greeting: str = "220 relay.example ESMTP"
    answers: dict[str, str] = field(default_factory=dict)
    """What it says to MAIL, RCPT, DATA or the body ("."): a 421 closes, RESET says nothing."""
    every: int = 1
    """To how many mails it says so: each, or each third."""
    announced: int = 0
    taken: list[str] = field(default_factory=list)
    connections: int = 0
    early: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        talk = _Talk(self, reader, writer)
        try:
            await talk.hold()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def number_of(address: str) -> int:
    """Which reader this is."""
    return int(address[6:8])


class _Talk:
    def __init__(
        self, relay: AwkwardRelay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._relay = relay
        self._reader = reader
        self._writer = writer
        self._has_sender = False
        self._recipient: str | None = None
        self._mails = 0

    async def hold(self) -> None:
        await self._say(self._relay.greeting)
        while (line := (await self._reader.readuntil(b"\r\n")).decode().strip()) != "QUIT":
            verb = line.split(" ")[0].upper()
            if verb == self._relay.stall_at:
                await self._reader.read()
            await getattr(self, f"_{verb.lower()}")(line)
        await self._say("221 Bye")

    async def _say(self, text: str) -> None:
        if not self._relay.slowly:
            self._writer.write(f"{text}\r\n".encode())
            return
        for character in f"{text}\r\n":
            self._writer.write(character.encode())
            await self._writer.drain()
            await asyncio.sleep(0)

    async def _ehlo(self, _: str) -> None:
        lines = ["relay.example", *self._relay.extensions]
        for line in lines[:-1]:
            await self._say(f"250-{line}")
        await self._say(f"250 {lines[-1]}")

    async def _mail(self, line: str) -> None:
        limit = self._relay.closing_after
        if limit is not None and self._mails >= limit:
            await self._say("421 4.7.0 Enough for one connection")
            self._writer.close()
            raise ConnectionResetError
        self._relay.announced += 1
        self._recipient = None
        self._has_sender = not await self._refuses("MAIL", self._relay.announced)
        if self._has_sender:
            await self._say("250 2.1.0 Fine")

    async def _refuses(self, step: str, number: int) -> bool:
        answer = self._relay.answers.get(step)
        if answer is None or number % self._relay.every:
            return False
        if answer == "RESET":
            self._writer.transport.abort()
            raise ConnectionResetError
        await self._say(answer)
        if answer.startswith("421"):
            self._writer.close()
            raise ConnectionResetError
        return True

    async def _rcpt(self, line: str) -> None:
        if not self._has_sender:
            await self._say("503 5.5.1 No sender")
            return
        address = line.split("<")[1].rstrip(">")
        if await self._refuses("RCPT", number_of(address)):
            return
        self._recipient = None if self._relay.deferred(address) else address
        await self._say("250 2.1.5 Fine" if self._recipient else "450 4.2.0 Later")

    async def _data(self, _: str) -> None:
        if "PIPELINING" not in self._relay.extensions:
            self._note_early()
        if self._recipient is None and not self._relay.accepts_data_without_recipient:
            await self._say("503 5.5.1 No recipient")
            return
        if self._recipient and await self._refuses("DATA", number_of(self._recipient)):
            return
        await self._say("354 Go on")
        body = await self._reader.readuntil(b".\r\n")
        while not (body == b".\r\n" or body.endswith(b"\r\n.\r\n")):
            body += await self._reader.readuntil(b".\r\n")
        await self._answer_body(body)

    def _note_early(self) -> None:
        buffered: bytearray = self._reader._buffer  # type: ignore[attr-defined]
        if buffered:
            self._relay.early.append(buffered.decode())

    async def _answer_body(self, body: bytes) -> None:
        if self._recipient is None:
            await self._say("554 5.5.1 No recipient")
            return
        if self._relay.stall_at == ".":
            await self._reader.read()
        if await self._refuses(".", number_of(self._recipient)):
            return
        self._mails += 1
        limit = self._relay.reset_after
        if limit is not None and self._mails > limit:
            self._writer.transport.abort()
            raise ConnectionResetError
        if self._relay.body_answer.startswith("250"):
            self._relay.taken.append(self._recipient)
        if self._recipient in self._relay.drop_before_answer_to:
            self._writer.transport.abort()
            raise ConnectionResetError
        await self._say(self._relay.body_answer)

    async def _rset(self, _: str) -> None:
        self._recipient = None
        await self._say("250 Fine")


@asynccontextmanager
async def running(relay: AwkwardRelay, patience: float = 30) -> AsyncIterator[RelayAddress]:
    async with listening(streams(relay.serve)) as port:
        yield RelayAddress("127.0.0.1", port, "none", timeout=patience)


@pytest.fixture
def campaign_id(database: Database, subscribe: Subscribe) -> int:
    subscribe.all(f"reader{number:02}@example.org" for number in range(READERS))
    return begin(database)


async def send(
    database: Database, campaign_id: int, address: RelayAddress, connections: int = 3
) -> None:
    sender = sender_of(database, campaign_id, address, connections=connections)
    await asyncio.wait_for(sender.run(), 60)


@pytest.mark.parametrize("extensions", [("SIZE 1000000",), ("PIPELINING",), ("HELP",)])
@pytest.mark.parametrize("slowly", [False, True])
async def test_whatever_a_relay_offers_everyone_is_mailed_once(
    database: Database, campaign_id: int, extensions: tuple[str, ...], slowly: bool
) -> None:
    relay = AwkwardRelay(extensions=extensions, slowly=slowly)
    async with running(relay) as address:
        await send(database, campaign_id, address)
    assert counts(database, campaign_id) == {"accepted": READERS}
    assert len(relay.taken) == len(set(relay.taken)) == READERS
    assert relay.early == []


async def test_a_relay_that_closes_after_a_few_mails_is_connected_to_again(
    database: Database, campaign_id: int
) -> None:
    relay = AwkwardRelay(closing_after=2)
    async with running(relay) as address:
        await send(database, campaign_id, address)
    assert counts(database, campaign_id) == {"accepted": READERS}
    assert len(relay.taken) == len(set(relay.taken)) == READERS
    assert relay.connections >= READERS // 2


@pytest.mark.parametrize("accepts_data", [False, True])
async def test_a_third_put_off_is_deferred_and_the_others_are_mailed(
    database: Database, campaign_id: int, accepts_data: bool
) -> None:
    relay = AwkwardRelay(
        deferred=lambda address: number_of(address) % 3 == 0,
        accepts_data_without_recipient=accepts_data,
    )
    async with running(relay) as address:
        await send(database, campaign_id, address)
    assert counts(database, campaign_id) == {"accepted": 8, "deferred": 4}
    assert len(relay.taken) == len(set(relay.taken)) == 8


async def test_only_the_mails_that_were_cut_off_before_their_answer_are_in_doubt(
    database: Database, campaign_id: int
) -> None:
    dropped = frozenset({"reader03@example.org", "reader07@example.org"})
    relay = AwkwardRelay(drop_before_answer_to=dropped)
    async with running(relay) as address:
        await send(database, campaign_id, address)
    assert counts(database, campaign_id) == {"accepted": READERS - 2, "uncertain": 2}
    assert len(relay.taken) == len(set(relay.taken)) == READERS


async def test_a_relay_that_resets_leaves_one_mail_in_doubt_for_each_reset(
    database: Database, campaign_id: int
) -> None:
    relay = AwkwardRelay(reset_after=3)
    async with running(relay) as address:
        await send(database, campaign_id, address)
    found = counts(database, campaign_id)
    assert found["accepted"] == len(relay.taken)
    assert found["accepted"] + found["uncertain"] == READERS


@ON_SQLITE
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
async def test_a_relay_that_falls_silent_before_the_body_leaves_nothing_in_doubt(
    database: Database, campaign_id: int, stage: str
) -> None:
    relay = AwkwardRelay(stall_at=stage)
    async with running(relay, patience=1) as address:
        with pytest.raises(RelayError, match="ends one connection after the other"):
            await send(database, campaign_id, address)
    assert counts(database, campaign_id) == {"queued": READERS}
    assert relay.taken == []


async def test_a_relay_that_says_yes_to_everything_is_not_taken_to_have_a_mail(
    database: Database, campaign_id: int
) -> None:
    async def agree(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        while line := await reader.readline():
            answer = (
                b"250-yes\r\n250 PIPELINING\r\n" if line.startswith(b"EHLO") else b"250 yes\r\n"
            )
            writer.write(answer)
        writer.close()

    async with listening(streams(agree)) as port:
        address = RelayAddress("127.0.0.1", port, "none", timeout=30)
        with pytest.raises(RelayError, match="250 in answer to DATA"):
            await send(database, campaign_id, address)
    assert counts(database, campaign_id) == {"queued": READERS}


async def test_a_relays_words_reach_no_terminal_as_commands(
    database: Database, campaign_id: int
) -> None:
    relay = AwkwardRelay(body_answer="554 5.7.1 \x1b]0;owned\x07 \x00 no")
    async with running(relay) as address:
        await send(database, campaign_id, address)
    with database.read() as connection:
        found = list_deliveries(connection, campaign_id, None, 100)
    assert {each.reply_text for each in found} == {"5.7.1 \ufffd]0;owned\ufffd \ufffd no"}


OFFERS = pytest.mark.parametrize(
    "extensions", [("PIPELINING", "SIZE 10000000"), ("SIZE 10000000",)]
)
EVERY = pytest.mark.parametrize("every", [1, 3])
STEPS = pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "."])


@ON_SQLITE
@OFFERS
@EVERY
@STEPS
async def test_a_relay_that_changes_its_mind_about_the_size_rejects_those_mails_alone(
    database: Database, campaign_id: int, step: str, every: int, extensions: tuple[str, ...]
) -> None:
    answers = {step: "552 5.3.4 Too large after all"}
    relay = AwkwardRelay(extensions=extensions, answers=answers, every=every)
    async with running(relay) as address:
        await send(database, campaign_id, address)
    found = counts(database, campaign_id)
    assert found["rejected"] == READERS // every
    assert found.get("accepted", 0) == READERS - READERS // every == len(set(relay.taken))
    with database.read() as connection:
        rows = list_deliveries(connection, campaign_id, DeliveryState.REJECTED, 100)
    assert {row.reply_code for row in rows} == {552}


@ON_SQLITE
@OFFERS
@EVERY
@pytest.mark.parametrize("step", ["RCPT", "DATA", "."])
async def test_a_relay_that_says_goodbye_in_answer_to_a_mail_is_tried_with_it_later(
    database: Database, campaign_id: int, step: str, every: int, extensions: tuple[str, ...]
) -> None:
    relay = AwkwardRelay(extensions=extensions, answers={step: "421 4.7.0 Enough"}, every=every)
    async with running(relay) as address:
        await send(database, campaign_id, address)
    found = counts(database, campaign_id)
    assert found["deferred"] == READERS // every
    assert found.get("accepted", 0) == READERS - READERS // every == len(relay.taken)
    assert len(set(relay.taken)) == len(relay.taken)


@ON_SQLITE
@OFFERS
@pytest.mark.parametrize("answer", ["421 4.7.0 Enough", "RESET"])
async def test_a_relay_that_ends_each_third_connection_gets_every_mail_by_another(
    database: Database, campaign_id: int, answer: str, extensions: tuple[str, ...]
) -> None:
    relay = AwkwardRelay(extensions=extensions, answers={"MAIL": answer}, every=3)
    async with running(relay) as address:
        await send(database, campaign_id, address)
    assert counts(database, campaign_id) == {"accepted": READERS}
    assert len(relay.taken) == len(set(relay.taken)) == READERS


@ON_SQLITE
@OFFERS
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
async def test_a_relay_that_resets_before_every_body_leaves_all_in_the_queue(
    database: Database, campaign_id: int, step: str, extensions: tuple[str, ...]
) -> None:
    relay = AwkwardRelay(extensions=extensions, answers={step: "RESET"})
    async with running(relay) as address:
        with pytest.raises(RelayError, match="ends one connection after the other"):
            await send(database, campaign_id, address)
    assert counts(database, campaign_id) == {"queued": READERS}


@ON_SQLITE
async def test_a_relay_that_falls_silent_after_every_body_leaves_those_in_doubt_and_no_others(
    database: Database, campaign_id: int
) -> None:
    relay = AwkwardRelay(stall_at=".")
    async with running(relay, patience=1.5) as address:
        await send(database, campaign_id, address, connections=READERS)
    assert counts(database, campaign_id) == {"uncertain": READERS}


@pytest.mark.parametrize("greeting", ["554 5.7.1 Go away", "421 Too busy", "hello?"])
async def test_a_relay_that_does_not_let_anyone_in_leaves_all_in_the_queue(
    database: Database, campaign_id: int, greeting: str
) -> None:
    relay = AwkwardRelay(greeting=greeting)
    async with running(relay) as address:
        with pytest.raises(RelayError, match=r"can't be reached"):
            await send(database, campaign_id, address)
    assert counts(database, campaign_id) == {"queued": READERS}


@ON_SQLITE
@pytest.mark.parametrize("drop", [b"250-and another thing\r\n", b"2"], ids=["lines", "bytes"])
@pytest.mark.parametrize("words_before", ["", "220 hello\r\n", "220 hello\r\n250 yes\r\n"])
async def test_a_relay_that_never_comes_to_the_end_of_an_answer_is_left_at_the_timeout(
    database: Database, campaign_id: int, words_before: str, drop: bytes
) -> None:
    talks = []

    async def drone(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.current_task())
        for words in words_before.splitlines(keepends=True):
            writer.write(words.encode())
            await reader.readline()
        with contextlib.suppress(ConnectionError):
            while not reader.at_eof():
                writer.write(drop)
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.close()

    async with listening(streams(drone)) as port:
        address = RelayAddress("127.0.0.1", port, "none", timeout=0.5)
        with pytest.raises(RelayError, match=r"^relay 127\.0\.0\.1"):
            await send(database, campaign_id, address)
        await asyncio.wait_for(asyncio.gather(*filter(None, talks)), 60)
    assert counts(database, campaign_id) == {"queued": READERS}


async def test_a_relay_that_takes_one_connection_gets_everything_over_it(
    database: Database, campaign_id: int
) -> None:
    relay = AwkwardRelay()
    holding = asyncio.Lock()
    serve = relay.serve

    async def one_at_a_time(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if holding.locked():
            writer.write(b"421 4.7.0 One connection is enough\r\n")
            writer.close()
            return
        async with holding:
            await serve(reader, writer)

    async with listening(streams(one_at_a_time)) as port:
        await send(database, campaign_id, RelayAddress("127.0.0.1", port, "none", timeout=30))
    assert counts(database, campaign_id) == {"accepted": READERS}
    assert len(relay.taken) == READERS
