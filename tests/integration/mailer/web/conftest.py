"""An edition that is one file, to preview; and the public site of a workspace that has sent something."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import http.client
import re
import shutil
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from PIL import Image
from sqlalchemy import select

from mailer.app import Workspace
from mailer.content.edition import Article, Edition, Section
from mailer.content.variant import whole
from mailer.delivery.campaign import Kind, Mailing, Route
from mailer.delivery.lookup import find_variant
from mailer.delivery.message import Recipient
from mailer.delivery.models import Campaign, Delivery
from mailer.delivery.planning import freeze, freeze_test, plan_edition
from mailer.letters.composing import LetterComposer
from mailer.rendering.rendered import RenderedEmail
from mailer.rendering.slots import Slot, marker
from mailer.site import public_site
from mailer.web.preview import Preview, build_preview
from mailer.workspace import lay_down
from subscribers import service
from subscribers.errors import BulletinError
from subscribers.facets import FacetSet
from subscribers.segment import EVERYBODY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from starlette.types import ASGIApp

    from mailer.content.variant import Variant
    from subscribers.service import Story

_LETTERS = (
    select(
        Delivery.id,
        Delivery.campaign_id,
        Delivery.variant_id,
        Delivery.address,
        Delivery.name,
        Delivery.payload,
        Campaign.edition,
    )
    .join(Campaign, Campaign.id == Delivery.campaign_id)
    .where(Campaign.kind == Kind.LETTER)
    .order_by(Delivery.id)
)

_FILLER = "".join(f"<p>Paragraph {number}</p>" for number in range(80))


class OneFile:
    """A source whose mail says what a file says. "!" lines are problems; some words make it fail."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def title(self) -> str:
        return "The Partnership Bulletin, issue 4"

    def sectors(self) -> Sequence[tuple[str, str]]:
        return [("ports", "Ports and shipping"), ("local", "Local government")]

    def regions(self) -> Sequence[tuple[str, str]]:
        return [("wales", "Wales"), ("north-east", "North East")]

    def render(self, sector: str | None, region: str | None) -> Preview:
        words = self._file.read_text()
        if "known failure" in words:
            raise BulletinError("edition-broken", "edition.md:3", "has no date", "add one")
        if "surprise" in words:
            raise ZeroDivisionError("nobody expected this")
        html = None if "no mail" in words else _html(f"{words} for {sector} in {region}")
        problems = [line[1:] for line in words.splitlines() if line.startswith("!")]
        size = 120_000 if "too long" in words else 81_234
        return Preview("Issue 4 is here", "What changed", html, f"TEXT {words}", problems, 14, size)

    def fingerprint(self) -> str:
        stat = self._file.stat()
        return f"{stat.st_mtime_ns} {stat.st_size}"

    def media(self, name: str) -> tuple[bytes, str] | None:
        known = {"a.png": (b"\x89PNG", "image/png"), "page.html": (b"<script>", "text/html")}
        return known.get(name)


def _html(words: str) -> str:
    return (
        '<!doctype html><html lang="en-GB"><head><title>Issue 4</title><style>'
        "body { background: #ffffff; color: #17202b; }"
        "@media (prefers-color-scheme: dark) { body { background: #10151b; color: #e8edf2; } }"
        f"</style></head><body><main><h1>{words}</h1>{_FILLER}</main>"
        "<script>document.querySelector('h1').textContent = 'a script ran'</script></body></html>"
    )


class Desk(NamedTuple):
    """Where the preview is, and the file it follows."""

    url: str
    file: Path


@pytest.fixture
def desk(tmp_path: Path, serve: Callable[[ASGIApp], str]) -> Desk:
    """A preview of an edition that says "First draft"."""
    file = tmp_path / "edition.md"
    file.write_text("First draft")
    return Desk(serve(build_preview(OneFile(file))), file)


NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
BASE = "https://bulletin.example.org"
PICTURE = "0123456789abcdef0123456789abcdef.png"
ANN, BOB, TEAM = "ann@example.org", "bob@police.example", "team@example.org"


class Post(NamedTuple):
    """A letter that is waiting to be sent: its kind, what it says, and where its button leads."""

    kind: str
    address: str
    subject: str
    text: str
    link: str


class Answer(NamedTuple):
    """What a server said."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Site:
    """The public site of a workspace whose campaign has a delivery for each address."""

    url: str
    opened: Workspace
    deliveries: dict[str, int]

    def path(self, purpose: str, who: str = ANN) -> str:
        """The path of a link in somebody's mail; in a mail that was only looked at, for nobody."""
        number = self.deliveries.get(who, 0)
        return f"/{purpose}/{self.opened.signer.sign(purpose, str(number))}"

    def ask(
        self, path: str, body: str | None = None, method: str | None = None, **headers: str
    ) -> Answer:
        """Ask without a browser; a body is posted as an ordinary form."""
        server = urlsplit(self.url)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        form = {} if body is None else {"content-type": "application/x-www-form-urlencoded"}
        verb = method or ("GET" if body is None else "POST")
        asked = http.client.HTTPConnection(server.hostname or "", server.port, timeout=10)
        with closing(asked) as connection:
            connection.request(verb, path, body, form | named)
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, told, response.read().decode(errors="replace"))

    def letters(self, *addresses: str) -> list[Post]:
        """The letters to these addresses, or to all, as they will leave."""
        with self.opened.database.read() as connection:
            rows = connection.execute(_LETTERS).all()
            rendered = {row.variant_id: find_variant(connection, row.variant_id) for row in rows}
        found = [self._letter(row, rendered[row.variant_id]) for row in rows]
        return [one for one in found if not addresses or one.address in addresses]

    def _letter(self, row: Any, rendered: RenderedEmail) -> Post:  # noqa: ANN401 - a row
        head = self.opened.letterhead("", row.campaign_id)
        parts = self.opened.signer, self.opened.return_paths
        mail = LetterComposer(head, rendered, *parts).compose(
            Recipient(row.id, row.address, row.name, row.payload), NOW
        )
        told = email.message_from_bytes(mail.message, policy=email.policy.default)
        body = told.get_body(("plain",))
        assert body is not None
        text = body.get_content().replace("\r\n", "\n")
        link = re.search(rf"^{BASE}(/\S+)$", text, re.MULTILINE)
        return Post(row.edition, row.address, told["Subject"], text, link[1] if link else "")

    def story(self, who: str = ANN) -> Story:
        """What the list knows of somebody."""
        return service.show(self.opened.database, who)

    def gets(self, who: str = ANN) -> set[str]:
        """The publications that somebody is subscribed to."""
        return {term.publication for term in self.story(who).terms if term.ended_at is None}


@pytest.fixture
def site(database_url: str, tmp_path: Path, serve: Callable[[ASGIApp], str]) -> Iterator[Site]:
    """A site, on each database in turn."""
    yield from open_site(database_url, tmp_path / "workspace", serve)


@pytest.fixture
def sqlite_site(sqlite_url: str, tmp_path: Path, serve: Callable[[ASGIApp], str]) -> Iterator[Site]:
    """A site on SQLite, for what has nothing to do with the database."""
    yield from open_site(sqlite_url, tmp_path / "workspace", serve)


@pytest.fixture
def postgres_site(
    postgres_url: str, tmp_path: Path, serve: Callable[[ASGIApp], str]
) -> Iterator[Site]:
    """A site on PostgreSQL, for what depends on who holds a row."""
    yield from open_site(postgres_url, tmp_path / "workspace", serve)


@pytest.fixture(scope="module")
def still_site(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    serve: Callable[[ASGIApp], str],
) -> Iterator[Site]:
    """A site on SQLite for a module's tests that change nothing."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copyfile(sqlite_template, folder / "bulletin.db")
    yield from open_site(f"sqlite:///{folder}/bulletin.db", folder / "workspace", serve)


def open_site(database_url: str, folder: Path, serve: Callable[[ASGIApp], str]) -> Iterator[Site]:
    """A site whose campaign is frozen, for as long as it is wanted."""
    lay_down(folder, database_url)
    opened = Workspace.open(folder)
    opened.media.mkdir()
    Image.new("RGB", (600, 300), (11, 79, 125)).save(opened.media / PICTURE)
    (opened.media / "notes.txt").write_text("not for everybody")
    _subscribe(opened)
    yield Site(serve(public_site(opened)), opened, _send(opened))
    opened.database.dispose()


def _subscribe(opened: Workspace) -> None:
    people = {
        ANN: ("Ann Example", "health", {"bulletin", "quickupdates"}),
        BOB: ("", "law-enforcement", {"bulletin"}),
    }
    for address, (name, sector, publications) in people.items():
        service.add(
            opened.database,
            address,
            name=name,
            organisation="A & B",
            facets=FacetSet(sector, frozenset({"wales"})),
            publications=frozenset(publications),
            now=NOW,
            actor="clerk",
        )


def _send(opened: Workspace) -> dict[str, int]:
    """Freeze a campaign and a test; who gets a mail is on record before any has left."""
    mailing = Mailing("issue-04", "bulletin", "everyone", Kind.EDITION, Route.INBOX)
    planned = plan_edition(opened.database, _edition(), mailing, EVERYBODY, None, _render)
    freeze(opened.database, planned, "clerk", NOW)
    trial = Mailing("issue-04", "bulletin", "test", Kind.TEST, Route.INBOX)
    variant = whole(_edition())
    freeze_test(opened.database, trial, variant, _render(variant), [TEAM], "clerk", NOW)
    with opened.database.read() as connection:
        rows = connection.execute(select(Delivery.address, Delivery.id))
        return {row[0]: row[1] for row in rows}


def _edition() -> Edition:
    police = frozenset({"law-enforcement"})
    articles = (
        Article("open", "Open to all", "News", 1, "For all."),
        Article("police", "For the police", "News", 2, "For some.", sectors=police),
    )
    news = Section("news", "News", False, articles)
    day = dt.date(2026, 10, 13)
    return Edition(
        "issue-04", "bulletin", 4, day, "T", "", "Subject", "", "en-GB", "Welcome", (news,)
    )


def _render(variant: Variant) -> RenderedEmail:
    titles = "".join(f"<h2>{article.title}</h2>" for article in variant.edition.articles)
    html = (
        f'<!doctype html><html lang="en-GB"><head><title>Issue 4</title><style>h1 {{ color: #0b4f7d }}'
        f"</style></head><body><h1>Dear {marker(Slot.NAME)}</h1>{titles}"
        f'<img src="{BASE}/media/{PICTURE}" alt="A harbour" width="60">'
        f'<p>{marker(Slot.ADDRESS)} <a href="{marker(Slot.UNSUBSCRIBE_URL)}">Unsubscribe</a></p>'
        "<script>document.title = 'a script ran'</script></body></html>"
    )
    return RenderedEmail("Subject", "", html, "", "en-GB")
