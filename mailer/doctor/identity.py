"""In whose name mail leaves, and from where: what the DNS has to agree with. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from mailer.doctor.names import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailer.doctor.names import Names


@dataclass(frozen=True, slots=True)
class Identity:
    """The domains that a mail names."""

    sender: str
    """Of the address that it is from."""
    return_path: str
    """Of the address that it comes back to."""
    signing: str
    """Of its signatures."""
    reply_to: str
    """Of the address for answers."""


@dataclass(frozen=True, slots=True)
class Outlets:
    """The addresses from which mail goes out into the world, as far as that is known."""

    addresses: tuple[str, ...]
    are_certain: bool
    """Whether they were named, or are this machine's own; a provider's may be others than its relay's."""
    unknown: str = ""
    """Why there are none."""


def find_outlets(named: Sequence[str], relay: Answer, own: Sequence[str]) -> Outlets:
    """The addresses `named`; where `relay` is this machine itself its `own`; else those of the relay."""
    if named:
        return Outlets(tuple(named), are_certain=True)
    if not relay.records:
        why = relay.unknown or "the relay's name has no address in the DNS"
        return Outlets((), are_certain=False, unknown=why)
    if not all(map(is_near, relay.records)):
        return Outlets(relay.records, are_certain=False)
    if own:
        return Outlets(tuple(own), are_certain=True)
    why = "this machine sends, and its address in the internet can't be seen from here"
    return Outlets((), are_certain=False, unknown=why)


def find_addresses(names: Names, host: str) -> Answer:
    """The addresses of a host that may be given as one."""
    if is_near(host):
        return Answer(("127.0.0.1",))
    return Answer((host,)) if _is_address(host) else names.addresses(host)


def is_near(host: str) -> bool:
    """Whether a host is this machine, by a name that nobody has to be asked about."""
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
