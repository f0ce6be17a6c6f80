"""Which hosts are this machine's alone."""

from __future__ import annotations

import pytest

from mailer.web.loopback import HostError, require_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_let_through(host: str) -> None:
    require_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.0.2.7", "localhost.example", "127.1"])
def test_what_other_machines_could_reach_is_refused_with_a_way_out(host: str) -> None:
    with pytest.raises(HostError, match=r"use 127\.0\.0\.1") as refused:
        require_loopback(host)
    assert refused.value.code == "host-not-local"
