from __future__ import annotations

import datetime as dt
import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

import pytest
import typer
from pydantic import BaseModel, SecretStr
from typer._click.exceptions import UsageError
from typer.core import TyperGroup

from mailer.checks.registry import all_rules
from mailer.cli.main import app
from mailer.content.pack_reader import PackReading, read_pack
from mailer.content.reader import read_edition
from mailer.content.social import Network
from mailer.settings import Settings
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, Facet, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typer._click import Command

    Words = tuple[str, ...]

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
VOCABULARY = Vocabulary(DEFAULT_SECTORS, DEFAULT_REGIONS, (Facet("bulletin", "Bulletin"),))
BULLETIN = typer.main.get_command(app)


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def rows(page: str, heading: str) -> dict[str, list[str]]:
    """The rows of the tables below a heading, up to the next of its rank, by the key in their first cell."""
    below = f"\n{TEXTS[ROOT / 'docs' / page]}".split(f"\n{heading}\n")[1]
    section = re.split(r"\n## ", below)[0]
    found = re.findall(r"^\| `([^`]+)` \|(.*)\|$", section, re.MULTILINE)
    assert len(found) == len({key for key, _ in found}), "a key has two rows"
    return {key: [cell.strip() for cell in rest.split("|")] for key, rest in found}


# ---- commands


def commands(command: Command, path: Words = ()) -> Iterator[tuple[Words, Command]]:
    """Every command by its words, groups included."""
    if path:
        yield path, command
    if isinstance(command, TyperGroup):
        context = command.context_class(command)
        for name in command.list_commands(context):
            if found := command.get_command(context, name):
                yield from commands(found, (*path, name))


COMMANDS = dict(commands(BULLETIN))


def typed(text: str) -> Iterator[tuple[str, bool]]:
    """The code of a page, line by line, and whether each is to be typed as it stands or is only a mention."""
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from ((line, True) for line in block.splitlines())
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from ((code, False) for code in re.findall(r"`([^`\n]+)`", prose))


def shown_commands() -> list[tuple[str, str, bool]]:
    """Each command line of ours, with its page; variables before it are left out."""
    return sorted(
        {
            (named(page), found[1], whole)
            for page, text in TEXTS.items()
            for line, whole in typed(text)
            if (found := re.fullmatch(r"(?:[A-Z_]+=\S+ )*(bulletin .+)", line))
        }
    )


def split(line: str) -> list[str]:
    """The words behind `bulletin`, without a comment and without what the shell keeps for itself."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = list(lexer)[1:]
    end = next((n for n, word in enumerate(words) if word in {">", "|", "&&", ";"}), len(words))
    return words[:end]


def parse(line: str, whole: bool) -> None:
    """Read a command line as the program does; a mention may leave out what the command needs."""
    words, command = split(line), BULLETIN
    path: Words = ()
    while words and (*path, words[0]) in COMMANDS:
        path = (*path, words.pop(0))
        command = COMMANDS[path]
    if words and not words[0].startswith("-") and isinstance(command, TyperGroup):
        raise UsageError(f"there is no command {words[0]}")
    if whole:
        command.make_context("bulletin", words)
    else:
        command.make_parser(command.context_class(command)).parse_args(words)


@pytest.mark.parametrize(("page", "line", "whole"), shown_commands())
def test_a_command_line_in_the_pages_can_be_typed(page: str, line: str, whole: bool) -> None:
    try:
        parse(line, whole)
    except UsageError as error:
        pytest.fail(f"{page}: {line}: {error.format_message()}")


@pytest.mark.parametrize(
    "line",
    [
        "bulletin go",
        "bulletin edition chek issue-04",
        "bulletin send issue-04 --segmint police",
        "bulletin send",
        "bulletin campaign show first",
    ],
)
def test_a_command_line_that_cannot_be_typed_is_found(line: str) -> None:
    with pytest.raises(UsageError):
        parse(line, whole=True)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_is_in_the_pages_and_has_help(
    path: Words, capsys: pytest.CaptureFixture[str]
) -> None:
    words = f"bulletin {' '.join(path)}"
    assert any(re.search(rf"{words}\b", text) for text in TEXTS.values()), f"no page has {words}"
    with pytest.raises(typer.Exit) as ended:
        COMMANDS[path].make_context(path[-1], ["--help"])
    assert ended.value.exit_code == 0
    assert "Usage:" in capsys.readouterr().out


# ---- settings


def defaults(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every key, dotted, with its default as the page words it."""
    for name, field in model.model_fields.items():
        kinds = (field.annotation, *get_args(field.annotation))
        groups = [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)]
        if groups:
            any_name = "NAME." if get_args(field.annotation) else ""
            yield from defaults(groups[0], f"{prefix}{name}.{any_name}")
        else:
            default = "must be given" if field.is_required() else in_words(field.get_default())
            yield f"{prefix}{name}", default


def in_words(default: object) -> str:
    if default is None or isinstance(default, SecretStr):
        return "none" if default is None else "a secret"
    if isinstance(default, dt.time):
        default = f"{default:%H:%M}"
    match default:
        case bool():
            return f"`{str(default).lower()}`"
        case dict():
            return {0: "`{}`", 7: "seven", 13: "thirteen"}[len(default)]
        case tuple():
            return f"`{list(default)}`"
        case str():
            return f'`"{default}"`'
    return f"`{default:g}`"


def test_every_setting_is_on_its_page_with_its_default() -> None:
    told = {key: cells[0] for key, cells in rows("settings.md", "## Every key").items()}
    known = dict(defaults(Settings))
    assert sorted(told) == sorted(known)
    assert [key for key, default in known.items() if not told[key].startswith(default)] == []


# ---- checks


def test_every_rule_is_on_its_page_with_how_grave_it_is_and_why() -> None:
    told = {
        key: (cells[0], cells[2])
        for heading in re.findall(r"^## .+$", TEXTS[ROOT / "docs" / "checks.md"], re.MULTILINE)
        for key, cells in rows("checks.md", heading).items()
    }
    known = {
        rule.name: (f"{rule.severity}{', final' if rule.final else ''}", rule.why)
        for rule in all_rules()
    }
    assert told == known


# ---- editions


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The edition that the page on editions shows, as a folder."""
    page = TEXTS[ROOT / "docs" / "editions.md"]
    edition, article = re.findall(r"^```markdown\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    sample = ROOT / "templates" / "sample" / "editions" / "issue-04"
    (tmp_path / "edition.md").write_text(edition)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "01-checks.md").write_text(article)
    (tmp_path / "images").symlink_to(sample / "images")
    return tmp_path


def known_keys(folder: Path, name: str, place: str) -> list[str]:
    """The keys that may stand at a place of a file, as the check tells them to somebody who mistyped one."""
    path = folder / name
    indent = " " * len(place.rpartition("\n")[2])
    path.write_text(path.read_text().replace(place, f"{place}unheard-of: x\n{indent}", 1))
    problems = read_edition(folder, VOCABULARY).problems
    (remedy,) = [problem.remedy for problem in problems if "unheard-of" in problem.what]
    return remedy.removeprefix("use one of ").split(", ")


def test_the_edition_on_its_page_can_be_sent_as_it_stands(example: Path) -> None:
    reading = read_edition(example, VOCABULARY)
    assert reading.edition is not None, reading.problems


@pytest.mark.parametrize(
    ("name", "heading"), [("edition.md", "## edition.md"), ("articles/01-checks.md", "## Articles")]
)
def test_every_key_of_an_edition_is_on_its_page(example: Path, name: str, heading: str) -> None:
    assert sorted(rows("editions.md", heading)) == sorted(known_keys(example, name, "---\n"))


@pytest.mark.parametrize(
    ("key", "place"),
    [("quote", "quote:\n  "), ("contact", "contact:\n  - "), ("links", "links:\n  - ")],
)
def test_every_key_of_a_block_is_in_its_row(example: Path, key: str, place: str) -> None:
    row = " ".join(rows("editions.md", "## Articles")[key])
    known = known_keys(example, "articles/01-checks.md", place)
    assert [each for each in known if f"`{each}`" not in row] == []


# ---- packs


@pytest.fixture
def pack_example(tmp_path: Path) -> Path:
    """The pack that the page on packs shows, as a folder in its theme's."""
    page = TEXTS[ROOT / "docs" / "packs.md"]
    theme, pack = re.findall(r"^```markdown\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    sample = ROOT / "templates" / "sample" / "packs" / "quickupdates" / "software-updates"
    folder = tmp_path / "quickupdates" / "software-updates"
    (folder / "assets").mkdir(parents=True)
    (folder.parent / "theme.md").write_text(theme)
    (folder / "pack.md").write_text(pack)
    shutil.copy(sample / "assets" / "update-square.png", folder / "assets")
    return folder


def read_example(folder: Path) -> PackReading:
    vocabulary = Vocabulary((), (), (Facet("quickupdates", "Quick updates"),))
    return read_pack(folder, vocabulary, ZoneInfo("Europe/London"))


def test_the_pack_on_its_page_can_be_sent_as_it_stands(pack_example: Path) -> None:
    reading = read_example(pack_example)
    assert reading.problems == []
    assert reading.pack is not None


@pytest.mark.parametrize(
    ("name", "heading", "place"),
    [
        ("../theme.md", "## theme.md", "---\n"),
        ("pack.md", "## pack.md", "---\n"),
        ("pack.md", "## Assets", "assets:\n  - "),
    ],
)
def test_every_key_of_a_pack_is_on_its_page(
    pack_example: Path, name: str, heading: str, place: str
) -> None:
    path = pack_example / name
    indent = " " * len(place.rpartition("\n")[2])
    path.write_text(path.read_text().replace(place, f"{place}unheard-of: x\n{indent}", 1))
    problems = read_example(pack_example).problems
    (remedy,) = [problem.remedy for problem in problems if "unheard-of" in problem.what]
    assert sorted(rows("packs.md", heading)) == sorted(
        remedy.removeprefix("use one of ").split(", ")
    )


def test_every_network_is_on_its_page_with_its_limit() -> None:
    told = {key: cells[0] for key, cells in rows("packs.md", "## Posts").items()}
    assert told == {network.value: f"{network.measure('').limit:,}" for network in Network}


# ---- links


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}


def links(text: str) -> Iterator[tuple[str, str]]:
    """The targets within the project: path and anchor."""
    for words, picture in re.findall(r'\]\(([^)\s]+)\)|src="([^"]+)"', text):
        path, _, anchor = (words or picture).partition("#")
        if "://" not in path:
            yield path, anchor


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    for path, anchor in links(TEXTS[page]):
        target = page.parent / path if path else page
        assert target.exists(), f"{path} is not there"
        assert not anchor or anchor in anchors(target), f"{path} has no heading #{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_picture_says_what_it_shows(page: Path) -> None:
    assert re.findall(r'!\[.{0,20}\]|<img(?![^>]*alt="[^"]{20,}")', TEXTS[page]) == []
