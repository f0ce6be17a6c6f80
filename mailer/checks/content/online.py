"""Asks for the addresses of links whether they answer. An adapter: it opens connections.

Bounded in every way: some at a time, each for a while, all together for a while, a few forwardings, and no
more of a page than its head. Knows HTTP; must not know what an answer means for a link.
"""

from __future__ import annotations

import errno
import http.client
import ipaddress
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from mailer.checks.content.answers import PRIVATE, Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from urllib.parse import SplitResult

_AT_A_TIME = 8
_FORWARDINGS = 10
_MOVED_FOR_GOOD = frozenset({301, 308})
_MOVED = _MOVED_FOR_GOOD | {302, 303, 307}
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, socket.EAI_NODATA})
_CUT_OFF = frozenset({errno.ENETUNREACH, errno.ENETDOWN})

UNREACHED = Answer(None, "the network or the name server could not be reached", links_fault=False)
_NO_HOST = "names a host that doesn't exist"
_SILENT = "is not answered"
_CLOSED = "can't be reached"


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
            found = pool.map(lambda url: self._follow(url, deadline), wanted)
            answers = dict(zip(wanted, found, strict=True))
        named = {url: host for url in answers if not _is_address(host := _host(urlsplit(url)))}
        # Without a network some name servers say of every name that it doesn't exist.
        doubtful = {UNREACHED.trouble, _NO_HOST, _SILENT, _CLOSED}
        if len(set(named.values())) > 1 and all(answers[url].trouble in doubtful for url in named):
            answers |= dict.fromkeys(named, UNREACHED)
        return answers

    def _follow(self, url: str, deadline: float) -> Answer:
        place, moved_to, for_good = url, None, True
        for _ in range(_FORWARDINGS + 1):
            if time.monotonic() > deadline:
                late = f"it took more than {self.patience:g} seconds to look at all of them"
                return Answer(None, late, links_fault=False)
            try:
                status, location = self._ask(urlsplit(place), deadline)
                onward = _onward(place, location) if status in _MOVED and location else None
            except (OSError, ValueError, http.client.HTTPException) as error:
                return explain(error, None if place == url else place)
            if onward is None:
                leads_to = None if place == (moved_to or url) else place
                return Answer(status, moved_to=moved_to, leads_to=leads_to)
            place = onward
            if urlsplit(place).scheme not in {"http", "https"}:
                return Answer(None, "leads on to what is no web page")
            # Behind a step that is for the time being, such as to a language, the first address is right.
            for_good = for_good and status in _MOVED_FOR_GOOD
            moved_to = place if for_good else moved_to
        return Answer(None, f"leads on more than {_FORWARDINGS} times")

    def _ask(self, parts: SplitResult, deadline: float) -> tuple[int, str | None]:
        try:
            status, location = self._request("HEAD", parts, deadline)
        except (http.client.BadStatusLine, ConnectionResetError):
            return self._request("GET", parts, deadline)
        # Many a host refuses a HEAD, or doesn't know it, though the page is there.
        return self._request("GET", parts, deadline) if status >= 400 else (status, location)

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
        host, secure = _host(parts), parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        addresses = self._resolve(host, port)
        left = max(min(self.timeout, deadline - time.monotonic()), 0.1)
        plain = _open(addresses, port, left)
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

    def _resolve(self, host: str, port: int) -> list[str]:
        name = host.encode("idna").decode() if not host.isascii() else host
        found = [
            str(each[4][0]) for each in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        ]
        permitted = [address for address in found if self.permits(address)]
        if not permitted:
            raise _PrivateError(host)
        return permitted


class _PrivateError(OSError):
    """A host whose addresses are all inside some network."""


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _open(addresses: list[str], port: int, timeout: float) -> socket.socket:
    """A connection to the first of a host's addresses that can be reached: IPv6 isn't everywhere.

    To one that was permitted, so that a second look-up can't name another.
    """
    *others, last = addresses
    for address in others:
        try:
            return socket.create_connection((address, port), timeout=timeout)
        except TimeoutError:
            raise
        except OSError:
            continue
    return socket.create_connection((last, port), timeout=timeout)


def _onward(place: str, location: str) -> str:
    """Where a forwarding leads, with the place in the page that was asked for (RFC 9110, section 10.2.2)."""
    with suppress(UnicodeError):
        # A header is read as Latin-1; hosts that don't encode their addresses write UTF-8.
        location = location.encode("latin-1").decode()
    target = urlsplit(urljoin(place, location))
    return (
        target if target.fragment else target._replace(fragment=urlsplit(place).fragment)
    ).geturl()


# The first that fits: the later ones are the wider ones.
_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (_PrivateError, PRIVATE),
    (socket.gaierror, _NO_HOST),
    (UnicodeError, _NO_HOST),
    (TimeoutError, _SILENT),
    (ssl.SSLCertVerificationError, "has a certificate that browsers refuse"),
    (ssl.SSLError, "can't be read securely"),
    (OSError, _CLOSED),
)


def explain(error: Exception, place: str | None = None) -> Answer:
    """The answer of an error; `place` is where the link had led on to by then, if anywhere."""
    if isinstance(error, socket.gaierror):
        is_cut_off = error.errno not in _NO_SUCH_NAME
    else:
        is_cut_off = isinstance(error, OSError) and error.errno in _CUT_OFF
    if is_cut_off:
        return UNREACHED
    known = (words for kind, words in _TROUBLES if isinstance(error, kind))
    trouble = next(known, "answers what is no web page")
    return Answer(None, f"leads on to {place}, which {trouble}" if place else trouble)
