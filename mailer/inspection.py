"""Checks an edition or a pack: its files, its mails, and what people let pass. Part of the composition root.

Must not know what a check looks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeAlias, TypeVar

from mailer.checks.mail.spamassassin import check_spam
from mailer.checks.override import Sorted, sort_out
from mailer.checks.registry import CONTENT_CHECKS, MAIL_CHECKS, run_checks
from mailer.content.edition import Edition
from mailer.content.problem import Severity, has_errors
from mailer.content.reader import Reading
from mailer.meanwhile import meanwhile
from mailer.specimen import Specimen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mailer.app import Workspace
    from mailer.checks.check import Checked
    from mailer.checks.override import Override
    from mailer.content.pack import Pack
    from mailer.content.pack_reader import PackReading
    from mailer.content.problem import Problem
    from mailer.content.source_text import Source

Content = TypeVar("Content", Edition, "Pack")

Inspected: TypeAlias = "Inspection[Edition] | Inspection[Pack]"


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
    """Checks what a workspace holds."""

    workspace: Workspace

    def check_edition(self, folder: Path) -> Reading:
        """Read an edition and see whether it can go: it is None when an error stands that nobody let pass."""
        found = self.inspect_edition(folder)
        edition = found.content if found.may_go else None
        return Reading(edition, visible(found.problems), found.sources)

    def check_pack(self, folder: Path) -> PackReading:
        """The same of a pack."""
        from mailer.content.pack_reader import PackReading  # noqa: PLC0415 - slow to import

        found = self.inspect_pack(folder)
        pack = found.content if found.may_go else None
        return PackReading(pack, visible(found.problems), found.sources)

    def inspect_edition(
        self, folder: Path, *, online: bool = False, spam: bool = False
    ) -> Inspection[Edition]:
        """Everything that is wrong with an edition; `online` asks links' hosts too, `spam` SpamAssassin."""
        reading = self.workspace.editions.read(folder)
        return self._inspect(
            folder.name, reading.edition, reading.sources, reading.problems, online, spam
        )

    def inspect_pack(
        self, folder: Path, *, online: bool = False, spam: bool = False
    ) -> Inspection[Pack]:
        """The same for a pack and its theme."""
        from mailer.content.pack_folders import name_of  # noqa: PLC0415 - slow to import

        reading = self.workspace.packs.read(folder)
        return self._inspect(
            name_of(folder), reading.pack, reading.sources, reading.problems, online, spam
        )

    def _inspect(
        self,
        name: str,
        content: Content | None,
        sources: tuple[Source, ...],
        faults: Iterable[Problem],
        online: bool,
        spam: bool,
    ) -> Inspection[Content]:
        found, variants = list(faults), 0
        if content is not None:
            specimen = Specimen(self.workspace, content, sources)
            checked = specimen.checked
            # Half of the work; importing what asks the database is most of what is left.
            of_mails = meanwhile(partial(_check_mails, specimen))
            found += self._check_sign_offs(content, sources)
            found += run_checks(CONTENT_CHECKS, checked)
            found += _ask_hosts(checked) if online else ()
            mails = of_mails()
            found += mails.problems
            variants = mails.variants
            # The largest; the others hold nothing that it doesn't.
            found += check_spam(checked.path, mails.largest) if spam else ()
        told = sorted(dict.fromkeys(found), key=lambda each: (str(each.path), each.line))
        sorted_out = sort_out(told, self._overrides(name, found), sources)
        return Inspection(name, content, sources, sorted_out, variants)

    def _check_sign_offs(
        self, content: Edition | Pack, sources: tuple[Source, ...]
    ) -> list[Problem]:
        if not isinstance(content, Edition):
            return []
        from mailer.submissions.checking import check_sign_offs  # noqa: PLC0415 - slow to import

        return check_sign_offs(self.workspace.unchecked_database, content, sources)

    def _overrides(self, name: str, found: list[Problem]) -> list[Override]:
        # Most often there is nothing that could have been let pass, and sometimes no database yet.
        if all(problem.rule.final for problem in found):
            return []
        if not self.workspace.unchecked_database.exists():
            return []
        from mailer.checks.overrides import overrides_of  # noqa: PLC0415 - slow to import

        with self.workspace.database.read() as connection:
            return overrides_of(connection, name)


def visible(problems: Sequence[Problem]) -> list[Problem]:
    """Without mere advice, which is for whoever asks for it."""
    return [problem for problem in problems if problem.severity is not Severity.ADVICE]


class _Mails(NamedTuple):
    """What came of the mails: what is wrong with them, how many different ones there are, and the largest."""

    problems: list[Problem]
    variants: int
    largest: bytes


def _check_mails(specimen: Specimen) -> _Mails:
    checked = specimen.mailed()
    messages = [mail.message for mail in checked.mails]
    return _Mails(run_checks(MAIL_CHECKS, checked), len(messages), messages[0])


def _ask_hosts(checked: Checked) -> Iterator[Problem]:
    from mailer.checks.content.answers import judge_answers, urls_to_ask  # noqa: PLC0415 - only who asks pays
    from mailer.checks.content.online import Prober  # noqa: PLC0415 - the same

    links = checked.passages.links
    return judge_answers(links, Prober().probe(urls_to_ask(links)))
