"""`bulletin doctor` against a real name server, relay and web server; each fault is found, and only it."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from mailer.app import Workspace
from mailer.cli.main import app
from mailer.delivery.dkim import Algorithm, SigningKey
from mailer.doctor import resolver
from mailer.workspace import lay_down
from tests.journeys.relay import running_relay
from tests.web_server import serving
from tests.zone import Zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.journeys.relay import Relay

    Findings = dict[str, dict[str, Any]]

DOMAIN, RETURN, OUTLET = "partner.example", "bounces.partner.example", "198.51.100.25"
KEY = SigningKey.generate(DOMAIN, "rsa-2026", Algorithm.RSA)


@pytest.fixture
def zone() -> Zone:
    """Everything published as it should be, but for MTA-STS, which needs a web server of that name."""
    return (
        Zone()
        .add(RETURN, "TXT", f"v=spf1 ip4:{OUTLET} ~all")
        .add(RETURN, "MX", "10 mail.partner.example.")
        .add(DOMAIN, "MX", "10 mail.partner.example.")
        .add("mail.partner.example", "A", OUTLET)
        .add("25.100.51.198.in-addr.arpa", "PTR", "mail.partner.example.")
        .add(KEY.record_name, "TXT", KEY.record_text())
        .add(f"_dmarc.{DOMAIN}", "TXT", "v=DMARC1; p=reject; rua=mailto:dmarc@partner.example")
        .add(f"_smtp._tls.{RETURN}", "TXT", "v=TLSRPTv1; rua=mailto:tls@partner.example")
        .add(f"_smtp._tls.{DOMAIN}", "TXT", "v=TLSRPTv1; rua=mailto:tls@partner.example")
    )


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    with running_relay(tmp_path) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace that is ready to go live."""
    place = tmp_path / "workspace"
    lay_down(place)
    (place / "dkim").mkdir(mode=0o700)
    (place / "dkim" / "rsa-2026.pem").write_bytes(KEY.pem())
    (place / "dkim" / "rsa-2026.pem").chmod(0o600)
    with serving(tmp_path) as web:
        web.texts["/healthz"] = "ok\n"
        settings = relay.settings | {
            "SSL_CERT_FILE": str(web.authority),
            "BULLETIN_WEB_BASE_URL": web.url,
            "BULLETIN_SENDER_ADDRESS": f"bulletin@{DOMAIN}",
            "BULLETIN_SENDER_REPLY_TO": f"team@{DOMAIN}",
            "BULLETIN_BRAND_POSTAL_ADDRESS": "2 Sample Road, Sampleton",
            "BULLETIN_BOUNCES_DOMAIN": RETURN,
            "BULLETIN_BOUNCES_SOURCES": str(tmp_path),
            "BULLETIN_DKIM_SELECTORS": "rsa-2026",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        Workspace.open(place).unchecked_database.migrate()
        yield place


@pytest.fixture
def doctor(
    folder: Path, zone: Zone, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, str]]]:
    """The command as it is typed; gives its exit code and what it printed."""
    with ExitStack() as stack:

        def run(*options: str) -> tuple[int, str]:
            server = stack.enter_context(zone.served())
            words = ["doctor", "--workspace", str(folder), "--dns", server, *options]
            code = app([*words, "--sends-from", OUTLET], standalone_mode=False)
            return int(code or 0), capsys.readouterr().out

        yield run


def read(out: str) -> Findings:
    return {each["subject"]: each for each in json.loads(out)}


# What depends on the machine that runs the test, or on a web server at a name of its own.
ELSEWHERE = {"clock", "disk", "senders", f"MTA-STS of {DOMAIN}", f"MTA-STS of {RETURN}"}


def test_a_workspace_that_is_ready_has_nothing_wrong(
    doctor: Callable[..., tuple[int, str]],
) -> None:
    code, out = doctor("--json")
    found = read(out)
    assert {name: each for name, each in found.items() if each["state"] == "wrong"} == {}
    assert {name for name, each in found.items() if each["state"] != "good"} <= ELSEWHERE, found
    assert code == 0


def test_each_fault_is_found_with_what_mends_it(
    doctor: Callable[..., tuple[int, str]],
    zone: Zone,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zone.add(RETURN, "TXT", "v=spf1 mx:nobody.example -all")
    zone.add(KEY.record_name, "TXT", "v=DKIM1; k=rsa; p=")
    zone.add(f"_dmarc.{DOMAIN}", "TXT")
    zone.add(DOMAIN, "MX", "0 .")
    zone.add("25.100.51.198.in-addr.arpa", "PTR")
    zone.add(f"_mta-sts.{DOMAIN}", "TXT", "v=STSv1")
    monkeypatch.setenv("BULLETIN_RELAY_PASSWORD", "wrong")
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "bulletin.toml"))
    (folder / ".env").chmod(0o644)
    (folder / "bulletin.db").unlink()
    code, out = doctor("--json")
    found = read(out)
    wrong = {name for name, each in found.items() if each["state"] == "wrong"}
    assert wrong - ELSEWHERE == {
        f"SPF for {OUTLET}",
        "DKIM key rsa-2026",
        f"DMARC of {DOMAIN}",
        f"PTR of {OUTLET}",
        f"MX of {DOMAIN}",
        "connection",
        "web.base_url",
        "database",
    }
    assert found["secrets"]["state"] == "warning"
    assert found[f"MTA-STS of {DOMAIN}"]["state"] == "wrong"
    assert all(each["remedy"] for name, each in found.items() if name in wrong)
    assert KEY.record() in found["DKIM key rsa-2026"]["publish"]
    assert found[f"SPF for {OUTLET}"]["publish"].endswith(
        f'"v=spf1 ip4:{OUTLET} mx:nobody.example -all"'
    )
    assert code == 3


def test_a_person_reads_lines_with_what_to_publish(
    doctor: Callable[..., tuple[int, str]], zone: Zone
) -> None:
    zone.add(KEY.record_name, "TXT")
    code, out = doctor()
    assert code == 3
    assert "Sender\n" in out
    assert f"  wrong    DKIM key rsa-2026: {KEY.record_name} has no key\n" in out
    assert f"           {KEY.record_name}. IN TXT ( {KEY.record()} )\n" in out
    assert "1 wrong" in out.splitlines()[-1]


def test_another_domain_is_judged_before_the_sender_moves_there(
    doctor: Callable[..., tuple[int, str]],
) -> None:
    code, out = doctor("--json", "--domain", "news.other.example")
    found = read(out)
    assert code == 3
    assert found["DMARC of news.other.example"]["state"] == "wrong"
    assert "news.other.example" in found["DKIM key rsa-2026"]["publish"]


def test_without_a_network_everything_else_is_still_told(
    doctor: Callable[..., tuple[int, str]], zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolver, "_PATIENCE", 0.2)
    zone.silent |= {name for name, _ in zone.records} | {
        f"_mta-sts.{DOMAIN}",
        f"_mta-sts.{RETURN}",
    }
    code, out = doctor("--json")
    found = read(out)
    names = [each for each in found.values() if each["area"] in ("sender", "return path")]
    assert {each["state"] for each in names} == {"skipped"}
    assert found["database"]["state"] == "good"
    assert code == 0


def test_a_database_server_has_a_clock_and_keeps_what_it_is_told(
    doctor: Callable[..., tuple[int, str]], postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The server of the tests has its fsync switched off, to be quick.
    monkeypatch.setenv("BULLETIN_DATABASE_URL", postgres_url)
    code, out = doctor("--json")
    found = read(out)
    assert (code, found["database"]["state"]) == (3, "wrong")
    assert "fsync" in found["database"]["remedy"]
    assert "in step with the database server" in found["clock"]["found"]
