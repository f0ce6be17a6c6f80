"""Seeded faults: a sound edition, spoilt in one place by each file of tests/samples/faults."""

from __future__ import annotations

import dataclasses
import os
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mailer.app import Workspace
from mailer.checks.content.answers import LINK_DEAD, LINK_LEADS_ON, LINK_MOVED, LINK_UNKNOWN
from mailer.checks.mail.spamassassin import MAIL_SPAM
from mailer.checks.registry import CONTENT_CHECKS, MAIL_CHECKS, all_rules, run_checks
from mailer.content.rules import ASSET_SIZE, CORRECTION_EMPTY, EDITION_EMPTY, FILE_UNREADABLE
from mailer.inspection import Inspector
from mailer.specimen import Specimen
from mailer.submissions.sign_off import SIGNED_OFF
from mailer.template_files import templates_folder
from mailer.workspace import add_sample_edition, add_sample_packs, lay_down
from tests.pictures import PICTURES
from tests.samples import EDITION, FIRST, SECOND, picture

if TYPE_CHECKING:
    from mailer.checks.check import Checked, Mail
    from mailer.content.edition import Edition
    from mailer.content.pack import Pack
    from mailer.content.problem import Problem

FAULTS = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[3] / "samples" / "faults").glob("*.toml"))
}

# What a changed text or mail can't show: these have tests of their own.
ELSEWHERE = {
    ASSET_SIZE, CORRECTION_EMPTY, EDITION_EMPTY, FILE_UNREADABLE,
    LINK_DEAD, LINK_LEADS_ON, LINK_MOVED, LINK_UNKNOWN, MAIL_SPAM, SIGNED_OFF,
}  # fmt: skip

EDITIONS, PACKS = "editions/issue-04", "packs/quickupdates"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("checks") / "workspace"
    lay_down(folder)
    return Workspace.open(folder)


@pytest.fixture
def edition(opened: Workspace) -> Path:
    """The folder of a sound edition."""
    place = opened.folder / EDITIONS
    shutil.rmtree(place, ignore_errors=True)
    (place / "articles").mkdir(parents=True)
    (place / "images").mkdir()
    (place / "edition.md").write_text(EDITION)
    (place / "articles/01-trial.md").write_text(FIRST)
    (place / "articles/02-guidance.md").write_text(SECOND)
    (place / "images/trial.png").write_bytes(picture())
    return place


@pytest.fixture
def theme(opened: Workspace) -> Path:
    """The folder of a sound theme with its packs."""
    place = opened.folder / PACKS
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(templates_folder() / "sample" / PACKS, place)
    return place


def find(opened: Workspace, folder: Path, fault: dict[str, Any]) -> list[Problem]:
    """What is wrong with an edition or a pack, once its mails have been spoilt too."""
    settings = opened.settings.model_copy(
        update={
            table: getattr(opened.settings, table).model_copy(update=keys)
            for table, keys in fault.get("settings", {}).items()
        }
    )
    workspace = dataclasses.replace(opened, settings=settings)
    content: Edition | Pack | None
    if folder.name == "issue-04":
        of_edition = workspace.editions.read(folder)
        content, reading = of_edition.edition, of_edition
    else:
        of_pack = workspace.packs.read(folder / fault.get("pack", "passwords"))
        content, reading = of_pack.pack, of_pack
    found = list(reading.problems)
    if content is not None:
        checked = Specimen(workspace, content, reading.sources).mailed()
        found += run_checks(
            CONTENT_CHECKS + MAIL_CHECKS, spoil_mails(checked, fault.get("mail", []))
        )
    return found


def spoil_mails(checked: Checked, changes: list[dict[str, Any]]) -> Checked:
    return dataclasses.replace(checked, mails=tuple(spoil(mail, changes) for mail in checked.mails))


def spoil(mail: Mail, changes: list[dict[str, Any]]) -> Mail:
    for change in changes:
        old, new = change["old"], change["new"] * change.get("times", 1)
        part = getattr(mail, change["part"])
        if isinstance(part, bytes):
            old, new = old.encode(), new.encode()
        assert old in part
        mail = dataclasses.replace(mail, **{change["part"]: part.replace(old, new, 1)})
    return mail


def spoil_files(folder: Path, fault: dict[str, Any]) -> None:
    for change in fault.get("replace", []):
        path = folder / change["file"]
        text = path.read_text()
        assert change["old"] in text
        path.write_text(text.replace(change["old"], change["new"] * change.get("times", 1), 1))
    for old, new in fault.get("rename", []):
        (folder / old).rename(folder / new)
    for name, kind in fault.get("pictures", {}).items():
        (folder / name).write_bytes(PICTURES[kind]())
    for name, target in fault.get("links", {}).items():
        (folder / name).unlink()
        (folder / name).symlink_to(target)


def test_the_sound_edition_and_pack_have_nothing_wrong(
    opened: Workspace, edition: Path, theme: Path
) -> None:
    assert find(opened, edition, {}) == []
    assert find(opened, theme, {}) == []


def test_the_samples_have_nothing_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    lay_down(folder)
    slug = add_sample_edition(folder)
    add_sample_packs(folder)
    opened = Workspace.open(folder)
    inspector = Inspector(opened)
    found = inspector.inspect_edition(folder / "editions" / slug)
    assert (found.problems, found.variants) == ([], 12)
    told = [inspector.inspect_pack(each).problems for each in opened.packs.folders()]
    assert told == [[], [], []]


@pytest.mark.parametrize("name", FAULTS)
def test_a_seeded_fault_is_found_in_its_place_and_nothing_else(
    opened: Workspace, name: str, request: pytest.FixtureRequest
) -> None:
    fault = FAULTS[name]
    if "needs" in fault and shutil.which(fault["needs"]) is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{fault['needs']} is not installed")
    kind, root = ("theme", PACKS) if fault.get("pack") else ("edition", EDITIONS)
    folder: Path = request.getfixturevalue(kind)
    spoil_files(folder, fault)
    found = find(opened, folder, fault)
    places = {problem.place for problem in found if problem.rule.name == fault["rule"]}
    assert places == {f"{root}/{fault['place']}"}, [str(problem) for problem in found]
    others = {problem.rule.name for problem in found} - {fault["rule"]}
    assert others == set(fault.get("also", ()))


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    seeded = {fault["rule"] for fault in FAULTS.values()} | {rule.name for rule in ELSEWHERE}
    assert {rule.name for rule in all_rules()} - seeded == set()
