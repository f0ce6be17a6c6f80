"""Postfix on loopback, with a configuration and queue of its own: it takes all mail, and returns most of it.

It needs root: its master process gives up its rights only for those it starts.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PATIENCE = 30  # seconds

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.test
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
recipient_delimiter = +
# Takes what it will then return, as a mail server does that doesn't know its people.
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = {domains}
virtual_mailbox_base = /
virtual_mailbox_maps = inline:{{ {mailboxes} }}
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
"""

_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
postlog unix-dgram n - n - 1 postlogd
"""


def obstacle() -> str | None:
    """Why it can't be run here; None when it can."""
    if os.geteuid() != 0:
        return "Postfix needs root"
    path = shutil.which("postfix", path="/usr/sbin:/sbin")
    return None if path else "Postfix is not installed"


@contextmanager
def running(mailboxes: Mapping[str, Path], owner: int, group: int) -> Iterator[int]:
    """Run it, and give its port.

    Each address has a Maildir, whose files belong to `owner`; all else in the domains of these addresses is
    taken, and returned.
    """
    folder = Path(mkdtemp(prefix="postfix-"))
    port = _free_port()
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
    folder.chmod(0o755)
    shutil.chown(folder / "data", "postfix")
    main = _MAIN.format(
        folder=folder,
        domains=" ".join({address.partition("@")[2] for address in mailboxes}),
        mailboxes=", ".join(f"{{ {address} = {path}/ }}" for address, path in mailboxes.items()),
        uid=owner,
        gid=group,
    )
    (folder / "etc" / "main.cf").write_text(main)
    (folder / "etc" / "master.cf").write_text(_MASTER.format(port=port))
    command = ("postfix", "-c", str(folder / "etc"))
    subprocess.run([*command, "start"], check=True, capture_output=True, timeout=PATIENCE)
    try:
        _wait_for(port, folder / "log")
        yield port
    finally:
        subprocess.run([*command, "stop"], check=False, capture_output=True, timeout=PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_mail(maildir: Path, count: int) -> None:
    """Wait until so many mails have arrived."""
    ends = monotonic() + PATIENCE
    arrived = maildir / "new"
    while monotonic() < ends:
        if arrived.exists() and sum(1 for _ in arrived.iterdir()) >= count:
            return
        sleep(0.05)
    raise AssertionError(f"no mail came to {maildir}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, log: Path) -> None:
    ends = monotonic() + PATIENCE
    while monotonic() < ends:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        sleep(0.05)
    raise RuntimeError(log.read_text() if log.exists() else "Postfix did not start")
