"""Fetches a small document of Amazon's over HTTPS, and keeps it: a certificate serves for months.

An adapter. Must not know what the document is for; who asks has seen to it that the address is Amazon's.
"""

from __future__ import annotations

from functools import lru_cache
from http.client import HTTPException
from typing import Final
from urllib.request import HTTPRedirectHandler, build_opener

from mailer.bounces.notice import NoticeError

_LARGEST: Final = 65_536
_TIMEOUT: Final = 10.0


class _NoRedirects(HTTPRedirectHandler):
    """A redirect could lead away from Amazon's own hosts."""

    def redirect_request(self, *_: object) -> None:
        """Follow none."""


@lru_cache(maxsize=64)
def fetch(url: str) -> bytes:
    """The document at an address; raises NoticeError when it can't be had."""
    try:
        with build_opener(_NoRedirects).open(url, timeout=_TIMEOUT) as response:
            return bytes(response.read(_LARGEST))
    except (OSError, HTTPException) as error:
        raise NoticeError(
            "fetch-failed", url, f"can't be fetched ({error})", "the provider tries again"
        ) from error
