"""Settings: the file, the environment, and a clear word about what isn't allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailer.config import SettingsError, find_workspace, load_settings
from mailer.settings import Mode

if TYPE_CHECKING:
    from pathlib import Path

MINIMUM = '[publications.bulletin]\nname = "The Bulletin"\n'


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BULLETIN_WORKSPACE", "BULLETIN_SECRET_KEY", "BULLETIN_MODE"):
        monkeypatch.delenv(name, raising=False)


def write(folder: Path, text: str = MINIMUM) -> Path:
    (folder / "bulletin.toml").write_text(text)
    return folder


def test_a_short_file_has_safe_defaults(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path))
    assert settings.mode is Mode.SAFE
    assert settings.relay.security == "starttls"
    assert settings.database.url == "sqlite:///bulletin.db"
    assert "national" in settings.facets.regions


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, MINIMUM + '[relay]\nhost = "file.example"\nport = 25\n')
    monkeypatch.setenv("BULLETIN_RELAY_HOST", "environment.example")
    monkeypatch.setenv("BULLETIN_RELAY_CA_FILE", "ca.pem")
    monkeypatch.setenv("BULLETIN_MODE", "live")
    settings = load_settings(tmp_path)
    assert (settings.relay.host, settings.relay.port) == ("environment.example", 25)
    assert str(settings.relay.ca_file) == "ca.pem"
    assert settings.mode is Mode.LIVE


def test_secrets_come_from_the_secrets_file_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (write(tmp_path) / ".env").write_text(
        f"BULLETIN_SECRET_KEY={'a' * 64}\nBULLETIN_RELAY_PASSWORD=from-file\n"
    )
    assert load_settings(tmp_path).secret_key.get_secret_value() == "a" * 64
    monkeypatch.setenv("BULLETIN_RELAY_PASSWORD", "from-environment")
    assert load_settings(tmp_path).relay.password.get_secret_value() == "from-environment"


def test_secrets_are_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BULLETIN_RELAY_PASSWORD", "hush-hush")
    assert "hush-hush" not in repr(load_settings(write(tmp_path)))
    monkeypatch.setenv("BULLETIN_SECRET_KEY", "too-short-secret")
    with pytest.raises(SettingsError, match="at least 32 characters") as caught:
        load_settings(tmp_path)
    assert "too-short-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('mode = "loud"', "bulletin.toml: mode: the value 'loud' is not allowed; give 'safe' or 'live'"),
        ("[relay]\nport = 70000", "relay.port: the value 70000 is not allowed; give 65535 or less"),
        ('[relay]\nsecurity = "ssl"', "relay.security: the value 'ssl' is not allowed; give 'starttls'"),
        ('[relay]\nport = "25a"', "relay.port: the value '25a' is not allowed; give a whole number"),
        ('[relay]\ntimeout = "long"', "relay.timeout: the value 'long' is not allowed; give a number"),
        ("[relay]\ntimeout = 0", "relay.timeout: the value 0 is not allowed; give more than 0"),
        ("[retention]\nrequests = 3", "retention.requests: the value 3 is not allowed; give 8 or more"),
        ('[approval]\nrequired = "maybe"', "the value 'maybe' is not allowed; give true or false"),
        ("[sender]\nname = 3", "sender.name: the value 3 is not allowed; give a text, in quotes"),
        ('[hours]\nopens = "soon"', "hours.opens: the value 'soon' is not allowed; give a time as 08:30"),
        ("[hours]\ncloses = 36000", "hours.closes: the value 36000 is not allowed; give a time as 08:30"),
        ('[hours]\nopens = "08:30Z"', "hours.opens: the value '08:30Z' is not allowed; give a time as"),
        (f'[hours]\ntime_zone = "{"a" * 300}"', "is no time zone; write it like Europe/London"),
        ('[hours]\ntime_zone = "Europe"', "is no time zone; write it like Europe/London"),
        ("[hours]\ndays = []", "hours.days: the value [] is not allowed; list 1 at least"),
        ('[pacing]\nwarm_up_from = "soon"', "the value 'soon' is not allowed; give a date as 2026-12-01"),
        ('[dkim]\nselectors = "[a"', 'is not allowed; write a list as ["a", "b"], or as a, b'),
        ('[relay]\nhots = "x"', 'relay.hots: is not a known key; did you mean "host"?'),
        ('[sender]\naddress = "nobody"', "sender.address: the value 'nobody' is not allowed"),
        ('[brand.light]\naccent = "red"', "brand.light.accent: the value 'red' is not allowed; give a col"),
        ('[web]\nbase_url = "ftp://x"', "web.base_url: the value 'ftp://x' is not allowed; give an https://"),
        ('[brand]\norganisation = "a\\nb"', "brand.organisation"),
        ('[facets.regions]\nnorth = "North"', 'add "national", which matches every region'),
        ('[publications.b]\nname = "B"\nquarterly = "some day"', 'give a day such as "second tuesday"'),
        ('[publications."A b"]\nname = "B"', "publications.A b: the value 'A b' is not allowed; use small"),
        ("[publications.b]", "publications.b.name: is missing; add it"),
        ('[relay]\npassword = "x"', "a secret has no place in this file"),
        ('secret_key = "x"', "set BULLETIN_SECRET_KEY in the environment or in .env"),
        ("mode = ", "not valid TOML"),
        ("mode = safe", 'mend the file; a text stands in quotes, as in mode = "safe"'),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_told_with_key_value_and_remedy(
    tmp_path: Path, text: str, told: str
) -> None:
    before = "" if text.startswith("[") else text + "\n"
    after = text + "\n" if text.startswith("[") else ""
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, before + MINIMUM + after))
    assert told in str(caught.value)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, 'mode = "x"\n' + MINIMUM + "[relay]\nport = 0\n"))
    assert "mode" in str(caught.value)
    assert "relay.port" in str(caught.value)


def test_a_fault_within_a_list_is_told_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, MINIMUM + "[delivery]\nretry_minutes = [0]\n"))
    assert "retry_minutes.0: the value 0 is not allowed; give more than 0" in str(caught.value)
    assert "at least" not in str(caught.value)


def test_a_workspace_needs_a_publication(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="publications: is missing"):
        load_settings(write(tmp_path, ""))


def test_the_workspace_is_the_nearest_one_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = write(tmp_path) / "editions" / "issue-04"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert find_workspace(None) == tmp_path


def test_a_named_workspace_wins_over_the_environment_and_that_over_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write(tmp_path))
    monkeypatch.setenv("BULLETIN_WORKSPACE", str(tmp_path / "a"))
    assert find_workspace(None) == tmp_path / "a"
    assert find_workspace(tmp_path / "b") == tmp_path / "b"


def test_no_workspace_is_told_with_the_way_to_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="bulletin init DIR"):
        find_workspace(None)
