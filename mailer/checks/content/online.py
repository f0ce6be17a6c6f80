"""Asks for the addresses of links whether they answer. An adapter: it opens connections.

Bounded in every way: some at a time, each for a while, all together for a while, a few forwardings, and no
more of a page than its head. Knows HTTP; must not know what an answer means for a link.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from mailer.checks.content.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from urllib.parse import SplitResult

_AT_A_TIME = 8
_FORWARDINGS = 5
_MOVED = frozenset({301, 302, 303, 307, 308})
_TRY_GET = frozenset({400, 403, 404, 405, 406, 500, 501})
"""What hosts answer to a HEAD that they don't know, though the page is there."""


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody in the world can reach."""
    return ipaddress.ip_address(address).is_global


@dataclass(frozen=True)
class Prober:
    """Looks at addresses: each for `timeout` seconds, all within `patience` seconds.

    Nothing is asked of an IP address that `permits` refuses: an article must not make this machine speak to
    its own network.
    """

    timeout: float = 8
    patience: float = 60
    permits: Callable[[str], bool] = is_public

    def probe(self, urls: Iterable[str]) -> dict[str, Answer]:
        """What came of each http and https address, asked for once."""
        wanted = [url for url in dict.fromkeys(urls) if urlsplit(url).scheme in {"http", "https"}]
        deadline = time.monotonic() + self.patience
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            answers = pool.map(lambda url: self._follow(url, deadline), wanted)
            return dict(zip(wanted, answers, strict=True))

    def _follow(self, url: str, deadline: float) -> Answer:
        place = url
        for _ in range(_FORWARDINGS + 1):
            if time.monotonic() > deadline:
                return Answer(None, f"was not answered within {self.patience:g} seconds")
            try:
                status, location = self._ask(urlsplit(place), deadline)
            except (OSError, ValueError, http.client.HTTPException) as error:
                return Answer(None, _in_words(error))
            if status not in _MOVED or not location:
                return Answer(status, moved_to=place if place != url else None)
            place = urljoin(place, location)
            if urlsplit(place).scheme not in {"http", "https"}:
                return Answer(None, "leads on to what is no web page")
        return Answer(None, f"leads on more than {_FORWARDINGS} times")

    def _ask(self, parts: SplitResult, deadline: float) -> tuple[int, str | None]:
        status, location = self._request("HEAD", parts, deadline)
        return self._request("GET", parts, deadline) if status in _TRY_GET else (status, location)

    def _request(self, method: str, parts: SplitResult, deadline: float) -> tuple[int, str | None]:
        connection = self._connect(parts, deadline)
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            target = quote(target, safe="/?&=%:;@!$'()*+,~#[]")
            connection.request(
                method, target, headers={"User-Agent": "bulletin-check", "Accept": "*/*"}
            )
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location")
        finally:
            connection.close()

    def _connect(self, parts: SplitResult, deadline: float) -> http.client.HTTPConnection:
        host, secure = (parts.hostname or "").rstrip("."), parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        address = self._resolve(host, port)
        left = max(min(self.timeout, deadline - time.monotonic()), 0.1)
        # To the address that was permitted, so that a second look-up can't name another.
        plain = socket.create_connection((address, port), timeout=left)
        connection = (
            http.client.HTTPSConnection(host, port, timeout=left, context=self._tls)
            if secure
            else http.client.HTTPConnection(host, port, timeout=left)
        )
        try:
            connection.sock = (
                self._tls.wrap_socket(plain, server_hostname=host) if secure else plain
            )
        except BaseException:
            plain.close()
            raise
        return connection

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def _resolve(self, host: str, port: int) -> str:
        name = host.encode("idna").decode() if not host.isascii() else host
        found = [
            str(each[4][0]) for each in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        ]
        permitted = [address for address in found if self.permits(address)]
        if not permitted:
            raise _PrivateError(host)
        return permitted[0]


class _PrivateError(OSError):
    """A host whose addresses are all inside some network."""


# The first that fits: the later ones are the wider ones.
_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (_PrivateError, "leads inside a private network"),
    (socket.gaierror, "names a host that doesn't exist"),
    (TimeoutError, "is not answered"),
    (ssl.SSLCertVerificationError, "has a certificate that browsers refuse"),
    (ssl.SSLError, "can't be read securely"),
    (OSError, "can't be reached"),
)


def _in_words(error: Exception) -> str:
    known = (words for kind, words in _TROUBLES if isinstance(error, kind))
    return next(known, "answers what is no web page")
