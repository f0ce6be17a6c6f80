"""A zone of the DNS for tests: asked as it is, or served by a real name server on this machine."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.rcode
import dns.reversename
import dns.rrset

from mailer.doctor.names import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Zone:
    """Records by name and kind; what a TXT record says is kept as text."""

    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    """Names about which nobody can be asked."""

    def add(self, name: str, kind: str, *values: str) -> Zone:
        """Put records there in place of others."""
        self.records[name.lower(), kind] = list(values)
        return self

    def txt(self, name: str) -> Answer:
        return self._answer(name, "TXT")

    def addresses(self, name: str) -> Answer:
        four, six = self._answer(name, "A"), self._answer(name, "AAAA")
        return Answer(four.records + six.records, four.unknown)

    def mail_servers(self, name: str) -> Answer:
        found = self._answer(name, "MX")
        pairs = sorted((int(each.split()[0]), each.split()[1]) for each in found.records)
        return Answer(tuple(host.rstrip(".") for _, host in pairs), found.unknown)

    def pointers(self, address: str) -> Answer:
        found = self._answer(dns.reversename.from_address(address).to_text(), "PTR")
        return Answer(tuple(each.rstrip(".") for each in found.records), found.unknown)

    def _answer(self, name: str, kind: str) -> Answer:
        name = name.lower().rstrip(".")
        if name in self.silent:
            return Answer(unknown=f"nobody answers about {name}")
        return Answer(tuple(self.records.get((name, kind), ())))

    # ---- as a server

    @contextmanager
    def served(self) -> Iterator[str]:
        """Answer on a free port of this machine for as long as the block lasts; gives where."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
            listener.bind(("127.0.0.1", 0))
            host, port = listener.getsockname()
            serving = threading.Thread(target=self._serve, args=(listener,))
            serving.start()
            try:
                yield f"{host}:{port}"
            finally:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stopping:
                    stopping.sendto(b"", (host, port))
                serving.join(10)

    def _serve(self, listener: socket.socket) -> None:
        while True:
            question, sender = listener.recvfrom(65_535)
            if not question:
                return
            reply = self._reply(dns.message.from_wire(question))
            if reply is not None:
                listener.sendto(reply.to_wire(), sender)

    def _reply(self, question: dns.message.Message) -> dns.message.Message | None:
        asked = question.question[0]
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), asked.rdtype.name
        if name in self.silent:
            return None
        reply = dns.message.make_response(question)
        reply.flags |= dns.flags.RA
        found = self.records.get((name, kind), [])
        if found:
            texts = [_as_strings(each) if kind == "TXT" else each for each in found]
            reply.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *texts))
        elif not any(known == name for known, _ in self.records):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply


def _as_strings(text: str) -> str:
    """A text as a zone file has it, in strings of 255 bytes."""
    return " ".join(f'"{text[i : i + 255]}"' for i in range(0, len(text), 255))
