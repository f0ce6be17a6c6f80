"""A second opinion on our signatures: OpenDKIM, which knows RSA."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from mailer.delivery.dkim import Algorithm, SigningKey
from tests.unit.mailer.delivery.test_dkim import NAMES, compose

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return SigningKey.generate("example.org", "rsa", Algorithm.RSA)


def verdict(mail: bytes, key: SigningKey, folder: Path) -> str:
    """What `opendkim -t` says: its exit status is 0 even for a bad signature."""
    program = shutil.which("opendkim")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("OpenDKIM is not installed")
        pytest.skip("OpenDKIM is not installed")
    record = key.record().replace('" "', "").strip('"')
    (folder / "keys").write_text(f"{key.record_name} {record}\n")
    (folder / "conf").write_text(f"TestPublicKeys {folder}/keys\nMode v\n")
    (folder / "mail").write_bytes(mail)
    command = [program, "-x", folder / "conf", "-t", folder / "mail"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_opendkim_verifies_every_awkward_name(key: SigningKey, name: str, tmp_path: Path) -> None:
    assert "succeeded" in verdict(compose([key], name), key, tmp_path)


def test_opendkim_refuses_a_mail_without_its_one_click_header(
    key: SigningKey, tmp_path: Path
) -> None:
    mail = compose([key], "Ada").replace(b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two")
    assert "verification failed" in verdict(mail, key, tmp_path)
