"""Dovecot on loopback, as a process of the tests' own without any privilege: mailboxes by IMAP and POP3."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 20  # seconds
PASSWORD = "opens-nothing-else"
"""Of every mailbox."""

names = (f"box{number}" for number in count(1))
"""Names for mailboxes, each another."""

_SETTINGS = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap pop3
listen = 127.0.0.1
mail_location = maildir:{folder}/mail/%u
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.pem
disable_plaintext_auth = yes
auth_mechanisms = plain
{more}
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
  }}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server: its ports by protocol, the authority of its certificate, and its mail on the disk."""

    ports: dict[str, int]
    ca_file: Path
    mail: Path
    owner: int
    group: int

    def open_mailbox(self) -> Mailbox:
        """A new, empty mailbox."""
        name = next(names)
        for folder in ("", "cur", "new", "tmp"):
            (self.mail / name / folder).mkdir()
            os.chown(self.mail / name / folder, self.owner, -1)
        return Mailbox(self, name)


@dataclass(frozen=True)
class Mailbox:
    """One user's mailbox."""

    server: Dovecot
    user: str

    @property
    def ca_file(self) -> Path:
        """The authority of the server's certificate."""
        return self.server.ca_file

    @property
    def maildir(self) -> Path:
        """Where it is on the disk."""
        return self.server.mail / self.user

    def address(self, scheme: str, folder: str = "") -> str:
        """The mailbox as a source is written."""
        return f"{scheme}://{self.user}@127.0.0.1:{self.server.ports[scheme]}/{folder}"

    def deliver(self, *mails: bytes) -> None:
        """Put mails into the mailbox, as a mail server would."""
        for mail in mails:
            number = sum(1 for _ in self.maildir.rglob("*.mx*"))
            arriving = self.maildir / "tmp" / f"{number}.mx"
            arriving.write_bytes(mail)
            os.chown(arriving, self.server.owner, -1)
            arriving.rename(self.maildir / "new" / arriving.name)


def program() -> str | None:
    """Where Dovecot is, if it is."""
    found = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/sbin")
    modules = Path("/usr/lib/dovecot")
    return found if found and all((modules / name).exists() for name in ("imap", "pop3")) else None


@contextmanager
def running(path: str, more: str = "") -> Iterator[Dovecot]:
    """Run the server for as long as the block lasts, with more settings than the usual."""
    # Dovecot serves no mailbox of root.
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    folder = Path(mkdtemp(prefix="dovecot-"))
    ports = {name: _free_port() for name in ("imap", "imaps", "pop3", "pop3s")}
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    authority = trustme.CA()
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
        str(folder / "server.pem")
    )
    ca_file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    settings = _SETTINGS.format(
        folder=folder, user=account.pw_name, group=grp.getgrgid(account.pw_gid).gr_name, uid=account.pw_uid,
        gid=account.pw_gid, password=PASSWORD, more=more, **ports,
    )  # fmt: skip
    (folder / "dovecot.conf").write_text(settings)
    for each in (folder, *folder.rglob("*")):
        os.chown(each, account.pw_uid, account.pw_gid)
    who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    process = subprocess.Popen(
        [path, "-F", "-c", str(folder / "dovecot.conf")],
        stderr=subprocess.DEVNULL,
        **(who if os.geteuid() == 0 else {}),
    )
    try:
        for port in ports.values():
            _wait_for(port, process, folder)
        yield Dovecot(ports, ca_file, folder / "mail", account.pw_uid, account.pw_gid)
    finally:
        process.terminate()
        process.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    ends = monotonic() + PATIENCE
    while monotonic() < ends and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        sleep(0.05)
    log = folder / "log"
    raise RuntimeError(log.read_text() if log.exists() else "Dovecot did not start")
