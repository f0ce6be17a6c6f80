"""Puts together what checks an edition or a pack: files, mails, settings. Part of the composition root.

Knows what each check wants to be given; must not know what a check looks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from mailer.checks.check import Checked, Mail, Options
from mailer.checks.content.hunspell import find_misspelt
from mailer.checks.content.spelling import words_to_look_up
from mailer.checks.content.wording import sentences_of_drafts
from mailer.checks.mail.spamassassin import check_spam
from mailer.checks.override import OverrideError, Sorted, choose, sort_out
from mailer.checks.overrides import end_overrides, overrides_of, record_overrides
from mailer.checks.registry import all_rules, run_checks
from mailer.content.edition import Edition
from mailer.content.pack import Pack
from mailer.content.pack_folders import name_of
from mailer.content.pack_reader import PackReading
from mailer.content.passages import read_passages
from mailer.content.problem import Severity, has_errors
from mailer.content.reader import Reading
from mailer.content.readership import readerships
from mailer.content.source_text import Source
from mailer.delivery.message import Composer, Recipient, personal_values
from mailer.rendering.slots import SlotTemplate
from mailer.submissions.checking import check_sign_offs
from mailer.surroundings import actor, now
from mailer.template_files import templates_folder
from subscribers.erasures import record_deed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mailer.app import Workspace
    from mailer.checks.content.answers import Answer
    from mailer.checks.override import Override
    from mailer.content.edition import Image
    from mailer.content.problem import Problem
    from mailer.rendering.rendered import RenderedEmail

Content = TypeVar("Content", Edition, Pack)

Inspected: TypeAlias = "Inspection[Edition] | Inspection[Pack]"

# Checked mails are for nobody: an address under a reserved name, and a delivery that isn't in the ledger.
_NOBODY = Recipient(0, "reader@example.org", "")


@dataclass(frozen=True, slots=True)
class Inspection(Generic[Content]):
    """What came of checking an edition or a pack. `content` is None when its files can't be read as one."""

    name: str
    content: Content | None
    sources: tuple[Source, ...]
    sorted: Sorted
    variants: int

    @property
    def problems(self) -> list[Problem]:
        """What stands: nobody let it pass."""
        return list(self.sorted.standing)

    def lapsed_of(self, rule: str) -> list[Override]:
        """What somebody let pass of a rule, and is there no more or says something else now."""
        return [each for each in self.sorted.lapsed if each.rule == rule]

    @property
    def may_go(self) -> bool:
        """Whether it can be sent to subscribers."""
        return self.content is not None and not has_errors(self.problems)

    @property
    def may_be_looked_at(self) -> bool:
        """Whether the team can have it as a test: its text may be unfinished, the mail must not be broken."""
        final = [problem for problem in self.problems if problem.rule.final]
        return self.content is not None and not has_errors(final)


@dataclass(frozen=True)
class Inspector:
    """Checks what a workspace holds, and keeps what its people let pass."""

    workspace: Workspace

    def check_edition(self, folder: Path) -> Reading:
        """Read an edition and see whether it can go: it is None when an error stands that nobody let pass."""
        found = self.inspect_edition(folder)
        edition = found.content if found.may_go else None
        return Reading(edition, visible(found.problems), found.sources)

    def check_pack(self, folder: Path) -> PackReading:
        """The same of a pack."""
        found = self.inspect_pack(folder)
        pack = found.content if found.may_go else None
        return PackReading(pack, visible(found.problems), found.sources)

    def inspect_edition(
        self, folder: Path, *, online: bool = False, spam: bool = False
    ) -> Inspection[Edition]:
        """Everything that is wrong with an edition; `online` asks links' hosts too, `spam` SpamAssassin."""
        reading = self.workspace.editions.read(folder)
        found, checked, edition = list(reading.problems), None, reading.edition
        if edition is not None:
            database = self.workspace.unchecked_database
            found += check_sign_offs(database, edition, reading.sources)
            checked = self.checked_edition(edition, reading.sources)
        return self._judge(folder.name, edition, reading.sources, found, checked, online, spam)

    def inspect_pack(
        self, folder: Path, *, online: bool = False, spam: bool = False
    ) -> Inspection[Pack]:
        """The same for a pack and its theme, as its mail is when every embargo is over."""
        reading = self.workspace.packs.read(folder)
        pack, name = reading.pack, name_of(folder)
        checked = self.checked_pack(pack, reading.sources) if pack else None
        found = list(reading.problems)
        return self._judge(name, pack, reading.sources, found, checked, online, spam)

    def _judge(
        self,
        name: str,
        content: Content | None,
        sources: tuple[Source, ...],
        found: list[Problem],
        checked: Checked | None,
        online: bool,
        spam: bool,
    ) -> Inspection[Content]:
        if checked is not None:
            found += run_checks(checked)
            found += _ask_hosts(checked) if online else ()
            found += check_spam(checked) if spam else ()
        variants = len(checked.mails) if checked else 0
        told = sorted(dict.fromkeys(found), key=lambda each: (str(each.path), each.line))
        sorted_out = sort_out(told, self._overrides(name, found), sources)
        return Inspection(name, content, sources, sorted_out, variants)

    def _overrides(self, name: str, found: list[Problem]) -> list[Override]:
        # Most often there is nothing that could have been let pass, and sometimes no database yet.
        if all(problem.rule.final for problem in found):
            return []
        if not self.workspace.unchecked_database.exists():
            return []
        with self.workspace.database.read() as connection:
            return overrides_of(connection, name)

    def checked_edition(self, edition: Edition, sources: tuple[Source, ...]) -> Checked:
        """What the checks are given of an edition."""
        languages = (
            self._languages(edition) if self.workspace.settings.checks.welsh else frozenset()
        )
        images, mails = self.workspace.pictures(edition), self._mails(edition)
        return self._checked(edition, sources, images, mails, languages)

    def checked_pack(self, pack: Pack, sources: tuple[Source, ...]) -> Checked:
        """What the checks are given of a pack: its pictures are the small ones that its mail shows."""
        from mailer.packing import PackErrand  # noqa: PLC0415 - slow to import

        errand = PackErrand(self.workspace, pack)
        mails = [self._mail(pack.publication, "everyone", errand.largest)]
        languages = frozenset({pack.language})
        return self._checked(pack, sources, errand.pictures.values(), mails, languages)

    def _checked(
        self,
        content: Edition | Pack,
        sources: tuple[Source, ...],
        images: Iterable[Image],
        mails: Iterable[Mail],
        languages: frozenset[str],
    ) -> Checked:
        opened, chosen = self.workspace, self.workspace.settings.checks
        return Checked(
            path=sources[0].path,
            content=content,
            sources=sources,
            images=tuple(images),
            mails=tuple(mails),
            brand=opened.brand,
            date=content.date,
            languages=languages,
            misspelt=self._misspelt(sources),
            options=Options(
                drafts=_drafts(),
                welsh=chosen.welsh,
                sentence_words=chosen.sentence_words,
                reading_age=chosen.reading_age,
            ),
        )

    def _mails(self, edition: Edition) -> Iterator[Mail]:
        renderer = self.workspace.renderer(edition.publication)
        for variant, readers in readerships(edition, self.workspace.vocabulary):
            yield self._mail(edition.publication, readers, renderer.render(variant))

    def _mail(self, publication: str, readers: str, rendered: RenderedEmail) -> Mail:
        opened = self.workspace
        head = opened.letterhead(publication, 0)
        values = personal_values(head, opened.signer, _NOBODY)
        return Mail(
            readers=readers,
            rendered=rendered,
            html=SlotTemplate.parse(rendered.html, html=True).fill(values),
            text=SlotTemplate.parse(rendered.text, html=False).fill(values),
            message=Composer(head, rendered, opened.signer, opened.return_paths)
            .compose(_NOBODY, now())
            .message,
        )

    def _languages(self, edition: Edition) -> frozenset[str]:
        """Those in which the publication has something of the same date."""
        opened = self.workspace
        readings = (opened.editions.read(folder).edition for folder in opened.editions.folders())
        return frozenset(
            each.language
            for each in (edition, *readings)
            if each and (each.publication, each.date) == (edition.publication, edition.date)
        )

    def _misspelt(self, sources: tuple[Source, ...]) -> frozenset[str]:
        chosen = self.workspace.settings.checks
        if not chosen.spelling:
            return frozenset()
        known = {word.casefold() for word in chosen.words}
        asked = words_to_look_up(read_passages(sources).words)
        return find_misspelt(asked - known, chosen.spelling)

    # ---- overrides

    def let_pass(
        self, inspection: Inspected, rule: str, at: str | None, reason: str
    ) -> list[Problem]:
        """Let findings pass, on record; raises OverrideError when there is none, or none that may pass."""
        _refuse_unknown(rule)
        meant = choose(inspection.problems, rule, at)
        moment, who, name = now(), actor(), inspection.name
        places = {str(each.path) for each in meant}
        replaced = {each.id for each in inspection.lapsed_of(rule) if each.path in places}
        with self.workspace.database.write() as connection:
            end_overrides(connection, replaced, who, moment)
            record_overrides(connection, name, meant, inspection.sources, reason, who, moment)
            record_deed(connection, who, "let pass", f"{name}: {rule}", reason, moment)
        return meant

    def end_passing(self, inspection: Inspected, rule: str, at: str | None) -> list[Problem]:
        """Let findings pass no more; raises OverrideError when none of them was let pass."""
        _refuse_unknown(rule)
        passed = {each.problem: each.override for each in inspection.sorted.passed}
        lapsed = {each.id for each in inspection.lapsed_of(rule)} if at is None else set()
        is_passed = any(each.rule.name == rule for each in passed)
        meant = choose(passed, rule, at) if is_passed or not lapsed else []
        moment, who = now(), actor()
        with self.workspace.database.write() as connection:
            end_overrides(connection, lapsed | {passed[each].id for each in meant}, who, moment)
            record_deed(
                connection, who, "let pass no more", f"{inspection.name}: {rule}", "", moment
            )
        return meant


def visible(problems: Sequence[Problem]) -> list[Problem]:
    """Without mere advice, which is for whoever asks for it."""
    return [problem for problem in problems if problem.severity is not Severity.ADVICE]


def _refuse_unknown(rule: str) -> None:
    if rule not in {each.name for each in all_rules()}:
        raise OverrideError(
            "rule-unknown", rule, "is no rule", "give one as `bulletin check` shows it in brackets"
        )


def _drafts() -> frozenset[str]:
    patterns = sorted((templates_folder() / "workspace").rglob("*.md"))
    return sentences_of_drafts(Source(path, path.read_text(encoding="utf-8")) for path in patterns)


def _ask_hosts(checked: Checked) -> Iterator[Problem]:
    from mailer.checks.content.answers import judge_answer  # noqa: PLC0415 - only who asks for it pays
    from mailer.checks.content.online import Prober  # noqa: PLC0415 - the same

    links = checked.passages.links
    answers: dict[str, Answer] = Prober().probe(link.url for link in links)
    for link in links:
        problem = judge_answer(link, answers[link.url]) if link.url in answers else None
        if problem:
            yield problem
