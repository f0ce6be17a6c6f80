"""Real SMTP into a real folder."""

from __future__ import annotations

import asyncio
import smtplib
import socket
from typing import TYPE_CHECKING

import pytest
from aiosmtplib import SMTP

from mailer.sandbox.errors import InboxError
from mailer.sandbox.mailbox import Mailbox
from mailer.sandbox.server import InboxServer
from mailer.web.loopback import HostError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

MAIL = b"From: Team <team@partnership.example>\r\nSubject: Issue 4\r\n\r\nHello\r\n"


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path)


@pytest.fixture
async def inbox(mailbox: Mailbox) -> AsyncIterator[InboxServer]:
    async with InboxServer(mailbox, size_limit=100_000) as server:
        yield server


@pytest.fixture
async def client(inbox: InboxServer) -> AsyncIterator[SMTP]:
    async with SMTP(hostname="127.0.0.1", port=inbox.port) as client:
        yield client


def kept(mailbox: Mailbox) -> list[bytes]:
    """The mails as they came, the oldest first."""
    sources = [mailbox.source(row.id) for row in reversed(mailbox.listing(100))]
    return [source.partition(b"X-Original-To: ")[2].partition(b"\r\n")[2] for source in sources]


async def test_a_mail_is_kept_byte_for_byte(client: SMTP, mailbox: Mailbox) -> None:
    await client.sendmail("bounce@partnership.example", "clerk@harbour.example", MAIL)
    assert kept(mailbox) == [MAIL]
    assert mailbox.listing(1)[0].recipient == "clerk@harbour.example"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b".\r\n",
        b"..\r\n.\r\n",
        b"a line that ends in a dot.\r\nand one more.\r\n",
        b".\r\n" * 5_000,
        b"x" * 90_000 + b"\r\n",
        b"=2E" * 25 + b"=\r\n" + b"y\r\n" * 20_000,
        "café\r\n".encode(),
    ],
    ids=["empty", "dot", "dots", "full-stops", "only-dots", "one-line", "long", "8-bit"],
)
async def test_dots_and_sizes_survive_the_wire(client: SMTP, mailbox: Mailbox, body: bytes) -> None:
    await client.sendmail("a@b.example", "c@d.example", MAIL + body)
    assert kept(mailbox) == [MAIL + body]


async def test_a_mail_that_begins_with_a_dot_survives(client: SMTP, mailbox: Mailbox) -> None:
    await client.sendmail("a@b.example", "c@d.example", b".first\r\n")
    assert kept(mailbox) == [b".first\r\n"]


async def test_an_empty_mail_is_kept_too(inbox: InboxServer, mailbox: Mailbox) -> None:
    answers = await said(inbox, b"EHLO x", b"MAIL FROM:<>", b"RCPT TO:<c@d.example>", b"DATA", b".")
    assert answers[-1].startswith(b"250")
    assert kept(mailbox) == [b""]
    assert mailbox.read(mailbox.listing(1)[0].id).header("Return-Path") == "<>"


async def test_each_recipient_gets_a_copy(client: SMTP, mailbox: Mailbox) -> None:
    await client.sendmail("a@b.example", ["one@d.example", "two@d.example"], MAIL)
    assert {row.recipient for row in mailbox.listing(9)} == {"one@d.example", "two@d.example"}


async def test_one_connection_carries_many_mails(client: SMTP, mailbox: Mailbox) -> None:
    for number in range(20):
        await client.sendmail("a@b.example", f"r{number}@d.example", MAIL)
    assert mailbox.count() == 20


async def test_a_mail_announced_as_too_large_is_refused_before_it_is_sent(
    inbox: InboxServer, mailbox: Mailbox
) -> None:
    answers = await said(inbox, b"EHLO x", b"MAIL FROM:<a@b.example> SIZE=100001")
    assert answers[-1].startswith(b"552")
    assert mailbox.count() == 0


async def test_a_mail_that_turns_out_too_large_is_refused_and_the_next_one_is_taken(
    inbox: InboxServer, mailbox: Mailbox
) -> None:
    envelope = (b"MAIL FROM:<a@b.example>", b"RCPT TO:<c@d.example>", b"DATA")
    large = b"z" * 150_000 + b"\r\n" + b".z.\r\n" * 10 + b"."
    answers = await said(inbox, b"EHLO x", *envelope, large, *envelope, b"small\r\n.")
    assert answers[4].startswith(b"552")
    assert answers[-1].startswith(b"250")
    assert kept(mailbox) == [b"small\r\n"]


async def test_data_before_a_recipient_is_refused(inbox: InboxServer) -> None:
    answers = await said(inbox, b"EHLO x", b"MAIL FROM:<a@b.example>", b"DATA")
    assert answers[-1].startswith(b"503")


async def test_a_full_disk_is_a_temporary_refusal(
    client: SMTP, mailbox: Mailbox, tmp_path: Path
) -> None:
    (tmp_path / "tmp").rmdir()  # To the writer, as good as a disk that takes no more.
    await client.mail("a@b.example")
    await client.rcpt("c@d.example")
    with pytest.raises(Exception, match="Not kept") as refused:
        await client.data(MAIL)
    assert getattr(refused.value, "code", None) == 452
    assert mailbox.count() == 0


async def test_the_standard_librarys_client_is_served_too(
    inbox: InboxServer, mailbox: Mailbox
) -> None:
    def send() -> None:
        with smtplib.SMTP("127.0.0.1", inbox.port) as client:
            client.sendmail("a@b.example", ["c@d.example"], MAIL)

    await asyncio.to_thread(send)
    assert kept(mailbox) == [MAIL]


async def test_stopping_hangs_up_on_a_client_that_says_nothing(mailbox: Mailbox) -> None:
    server = InboxServer(mailbox)
    await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    await reader.readline()
    await asyncio.wait_for(server.stop(), 60)
    assert await asyncio.wait_for(reader.read(), 60) == b""
    writer.close()


async def test_a_port_that_is_taken_is_told_with_its_number(mailbox: Mailbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(InboxError, match=f"port {port} on 127.0.0.1.*another port"):
            await InboxServer(mailbox, port=port).start()


def test_it_never_listens_where_other_machines_could_reach_it(mailbox: Mailbox) -> None:
    with pytest.raises(HostError, match="no password"):
        InboxServer(mailbox, host="0.0.0.0")


async def said(inbox: InboxServer, *lines: bytes) -> list[bytes]:
    """A conversation word for word: the last line of each answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", inbox.port)
    answers = [await reader.readline()]
    for line in lines:
        writer.write(line + b"\r\n")
        answers.append(await _answer(reader))
    writer.close()
    await writer.wait_closed()
    return answers[1:]


async def _answer(reader: asyncio.StreamReader) -> bytes:
    line = await reader.readline()
    while line[3:4] == b"-":
        line = await reader.readline()
    return line
