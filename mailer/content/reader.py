"""A folder of Markdown becomes an Edition, and everything wrong with it a list of located problems.

Knows which files and keys there are; the words behind them are judged by the modules it calls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.content import rules
from mailer.content.blocks import read_contact, read_image, read_language, read_link, read_quote
from mailer.content.edition import Article, Edition, Section
from mailer.content.front_matter import Document, parse_document
from mailer.content.markdown import check_markdown
from mailer.content.nearness import suggest
from mailer.content.problem import Findings, Problem, has_errors
from mailer.content.source_text import Source, read_text
from subscribers.facets import FacetError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mailer.content.front_matter import Fields
    from subscribers.facets import Vocabulary

EDITION_FILE = "edition.md"

_EDITION_KEYS = (
    "publication", "number", "date", "title", "strapline", "subject", "preheader", "language",
    "sections", "spotlight",
)  # fmt: skip
_ARTICLE_KEYS = (
    "title", "section", "order", "image", "image_alt", "image_caption", "quote", "contact", "links",
    "sectors", "regions", "owner", "language",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a folder. `edition` is there only when no problem is an error.

    `sources` are the files that it was made of, as they were then.
    """

    edition: Edition | None
    problems: list[Problem]
    sources: tuple[Source, ...] = ()


def read_edition(folder: Path, vocabulary: Vocabulary, shown_as: Path | None = None) -> Reading:
    """Read an edition's folder. Problems name files below `shown_as` (the folder itself when None)."""
    return _EditionReader(folder, shown_as or folder, vocabulary).read()


class _EditionReader:
    def __init__(self, folder: Path, shown_as: Path, vocabulary: Vocabulary) -> None:
        self._folder = folder
        self._shown_as = shown_as
        self._vocabulary = vocabulary
        self._problems: list[Problem] = []
        self._sources: list[Source] = []
        self._lost = False

    def read(self) -> Reading:
        head = self._document(self._folder / EDITION_FILE)
        if head is None:
            return Reading(None, self._problems)
        document, findings = head
        titles = self._section_titles(document.fields, findings)
        articles = self._articles(titles)
        if not articles and not self._lost:
            findings.broken(
                rules.EDITION_EMPTY,
                0,
                "the edition has no article",
                f"add one as {self._shown_as / 'articles'}/01-name.md",
            )
        edition = self._edition(document, findings, titles, articles)
        if not self._lost:
            _warn_of_empty(titles, articles, document.fields.line("sections"), findings)
        problems = sorted(self._problems, key=lambda p: (str(p.path), p.line))
        sound = None if has_errors(problems) else edition
        return Reading(sound, problems, tuple(self._sources))

    def _document(self, path: Path) -> tuple[Document, Findings] | None:
        findings = Findings(self._shown_as / path.relative_to(self._folder), self._problems)
        text = read_text(path, findings)
        if text is None:
            return None
        self._sources.append(Source(findings.path, text))
        document = parse_document(text, findings)
        return (document, findings) if document else None

    def _edition(
        self, document: Document, findings: Findings, titles: list[str], articles: list[Article]
    ) -> Edition | None:
        fields = document.fields
        fields.refuse_unknown(_EDITION_KEYS)
        number, date = fields.integer("number", required=True), fields.date("date", required=True)
        edition_values = {
            "publication": self._facet(fields, "publication", findings),
            "title": fields.text("title", required=True),
            "strapline": fields.text("strapline"),
            "subject": fields.text("subject", required=True),
            "preheader": fields.text("preheader"),
            "language": read_language(fields, findings),
        }
        check_markdown(document.body, document.body_line, findings)
        if not document.body.strip():
            findings.broken(
                rules.WELCOME_MISSING,
                document.body_line,
                "the edition has no welcome",
                "write it below the front matter",
            )
        if number is None or date is None:
            return None
        return Edition(
            slug=self._folder.name,
            number=number,
            date=date,
            welcome=document.body,
            sections=_sections(titles, articles, _spotlight(fields, titles, findings)),
            **edition_values,
        )

    def _facet(self, fields: Fields, key: str, findings: Findings) -> str:
        words = fields.text(key, required=True)
        return (
            self._known(self._vocabulary.publication, words, fields.line(key), findings)
            if words
            else ""
        )

    def _known(
        self, look_up: Callable[[str], str], words: str, line: int, findings: Findings
    ) -> str:
        try:
            return look_up(words)
        except FacetError as error:
            findings.broken(rules.FACET_UNKNOWN, line, f'"{words}" {error.what}', error.remedy)
            return ""

    def _section_titles(self, fields: Fields, findings: Findings) -> list[str]:
        titles: list[str] = []
        for title, line in fields.texts("sections"):
            if title.casefold() in {known.casefold() for known in titles}:
                findings.broken(
                    rules.SECTION_TWICE,
                    line,
                    f'section "{title}" is listed twice',
                    "keep one of them",
                )
            else:
                titles.append(title)
        if not titles:
            findings.broken(
                rules.FRONT_MATTER,
                fields.line("sections"),
                '"sections" is missing',
                "list the sections' titles in order",
            )
        return titles

    def _articles(self, titles: list[str]) -> list[Article]:
        articles: list[Article] = []
        slugs: dict[str, str] = {}
        for path in sorted((self._folder / "articles").glob("*.md")):
            found = self._document(path)
            if found is None:
                self._lost = True
                continue
            article = self._article(path, *found, titles)
            # Of what is not read whole nobody knows which section it would have filled.
            self._lost |= not article.section
            taken = slugs.setdefault(article.slug, path.name)
            if taken != path.name:
                found[1].broken(
                    rules.ARTICLE_TWICE,
                    0,
                    f"its name without the number is that of {taken}",
                    "rename one of them",
                )
            articles.append(article)
        return articles

    def _article(
        self, path: Path, document: Document, findings: Findings, titles: list[str]
    ) -> Article:
        fields = document.fields
        fields.refuse_unknown(_ARTICLE_KEYS)
        check_markdown(document.body, document.body_line, findings)
        if not document.body.strip():
            findings.broken(
                rules.ARTICLE_EMPTY,
                document.body_line,
                "the article has no text",
                "write it below the front matter",
            )
        return Article(
            slug=slugify(path.stem),
            title=fields.text("title", required=True),
            section=_section(fields, titles, findings),
            order=fields.integer("order") or _leading_number(path.stem),
            body=document.body,
            image=read_image(fields, self._folder / "images", findings),
            quote=read_quote(fields),
            contacts=tuple(read_contact(each, findings) for each in fields.mappings("contact")),
            links=tuple(read_link(each, findings) for each in fields.mappings("links")),
            sectors=self._aim(fields, "sectors", self._vocabulary.sector, findings),
            regions=self._aim(fields, "regions", self._vocabulary.region, findings),
            owner=fields.text("owner"),
            language=read_language(fields, findings) if "language" in fields else "",
        )

    def _aim(
        self, fields: Fields, key: str, look_up: Callable[[str], str], findings: Findings
    ) -> frozenset[str]:
        known = (self._known(look_up, words, line, findings) for words, line in fields.texts(key))
        return frozenset(slug for slug in known if slug)


def slugify(name: str) -> str:
    """A file's stem or a title as an anchor: `03-Asset recovery` becomes `asset-recovery`."""
    words = re.sub(r"^[0-9]+[-_. ]+", "", name).casefold()
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-") or "article"


def _leading_number(stem: str) -> int:
    digits = re.match(r"[0-9]{1,9}", stem)
    return int(digits.group()) if digits else 1_000_000


def _spotlight(fields: Fields, titles: list[str], findings: Findings) -> str:
    words = fields.text("spotlight")
    return _pick(words, titles, fields.line("spotlight"), findings) if words else ""


def _section(fields: Fields, titles: list[str], findings: Findings) -> str:
    words = fields.text("section", required=True)
    return _pick(words, titles, fields.line("section"), findings) if words and titles else ""


def _pick(words: str, titles: list[str], line: int, findings: Findings) -> str:
    for title in titles:
        if title.casefold() == words.casefold():
            return title
    otherwise = f"add it to {EDITION_FILE} or use one of: {', '.join(titles)}"
    remedy = suggest(words, titles, otherwise)
    findings.broken(
        rules.SECTION_UNKNOWN, line, f'section "{words}" is not listed in {EDITION_FILE}', remedy
    )
    return ""


def _sections(titles: list[str], articles: list[Article], spotlight: str) -> tuple[Section, ...]:
    sections: list[Section] = []
    for title in titles:
        own = sorted((a for a in articles if a.section == title), key=lambda a: (a.order, a.slug))
        if own:
            sections.append(Section(slugify(title), title, title == spotlight, tuple(own)))
    return tuple(sections)


def _warn_of_empty(
    titles: list[str], articles: list[Article], line: int, findings: Findings
) -> None:
    filled = {article.section for article in articles}
    for title in titles:
        if title not in filled:
            findings.broken(
                rules.SECTION_EMPTY,
                line,
                f'section "{title}" has no article',
                "it is left out of the mail",
            )
