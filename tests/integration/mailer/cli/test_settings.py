"""`bulletin settings` and what else tells a person how a workspace is set up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mailer.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A workspace as `init` makes it."""
    made = tmp_path / "made"
    app(["init", str(made)], standalone_mode=False)
    capsys.readouterr()
    return made


def test_settings_are_told_as_the_file_would_have_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app(["settings", "-w", str(folder)], standalone_mode=False)
    told = dict(re.findall(r"^ (\S+) +(.*?) *$", capsys.readouterr().out, re.MULTILINE))
    assert told["relay.timeout"] == "30"
    assert told["delivery.retry_minutes"] == "1, 5, 15, 60, 240"
    assert told["approval.audience_drift"] == "0.1"
    assert told["approval.required"] == "true"
    assert told["relay.username"] == told["pacing.per_second"] == "(not set)"
    assert told["safe_allow"] == "none"


def test_a_segment_whose_rule_is_its_name_is_said_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app(["segment", "show", "everyone", "-w", str(folder)], standalone_mode=False)
    assert capsys.readouterr().out.startswith("everyone\n")
