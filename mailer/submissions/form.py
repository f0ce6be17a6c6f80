"""The form by which a partner offers an article: what was typed, and what is wrong with it. Pure.

A picture is measured elsewhere; here it is only known to be there or not.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from mailer.content.contact_details import is_telephone
from mailer.content.edition import Contact, Link
from mailer.content.link_text import is_vague
from mailer.content.markdown import check_markdown, link_fault
from mailer.content.problem import Findings, has_errors
from mailer.submissions.draft import clean_line, clean_text
from mailer.submissions.submission import Channel, Offer
from subscribers.address import AddressError, parse_address
from subscribers.admission import Verdict
from subscribers.preferences import first

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from mailer.content.picture import PictureFault
    from subscribers.admission import DomainRules
    from subscribers.catalogue import Tongue
    from subscribers.forms import Fields

MAX_TEXT: Final = 12_000
"""Characters of an article: some six pages, far more than one of a bulletin should have."""

_LONGEST: Final = {
    "address": 254,
    "name": 100,
    "organisation": 150,
    "title": 120,
    "picture_alt": 300,
    "contact_name": 100,
    "contact_email": 254,
    "contact_telephone": 30,
    "link_text": 100,
    "link_url": 500,
}
_NEEDED: Final = ("address", "name", "organisation", "title", "text")
_ORDER: Final = (
    "name", "organisation", "address", "edition", "title", "text", "picture", "picture_alt",
    "contact_name", "contact_email", "contact_telephone", "link_url", "link_text", "share",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer that can't be taken: the field's name, and which sentence says what to do."""

    field: str
    key: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def told(self, tongue: Tongue) -> str:
        """The sentence."""
        return tongue.say(f"article.fault_{self.key}", **self.values)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers as typed; `said` has every field of text, `picture` is the file's bytes or none."""

    said: Mapping[str, str] = dataclasses.field(default_factory=dict)
    picture: bytes = dataclasses.field(default=b"", repr=False)
    shares: bool = False

    def __getitem__(self, name: str) -> str:
        return self.said.get(name, "")

    def offer(self, agreed: str, language: str, network: str) -> Offer:
        """What is offered; only for answers without a fault."""
        ways = self["contact_email"] or None, self["contact_telephone"] or None
        name, organisation = self["contact_name"], self["organisation"]
        return Offer(
            channel=Channel.FORM,
            address=parse_address(self["address"]),
            name=self["name"],
            organisation=organisation,
            title=self["title"],
            body=self["text"],
            agreed=agreed,
            contact=Contact(name, None, organisation, *ways) if name else None,
            link=Link(self["link_text"], self["link_url"]) if self["link_url"] else None,
            picture=self.picture or None,
            picture_alt=self["picture_alt"],
            edition=self["edition"],
            language=language,
            network=network,
        )


def read_answers(fields: Fields, picture: bytes) -> Answers:
    """The answers as they were typed, sound or not, without characters that can't be mailed."""
    said = {name: clean_line(first(fields, name)) for name in (*_LONGEST, "edition")}
    said["text"] = clean_text(first(fields, "text"))
    return Answers(said, picture, bool(first(fields, "share")))


def find_faults(
    answers: Answers, editions: Collection[str], rules: DomainRules, seen: PictureFault | None
) -> list[Fault]:
    """What is wrong with the answers, the first fault of each field, in the order of the form.

    `seen` is what is wrong with the picture.
    """
    found: dict[str, Fault] = {}
    for each in (
        _lengths(answers),
        _address(answers, rules),
        _edition(answers, editions),
        _text(answers),
        _picture(answers, seen),
        _contact(answers),
        _link(answers),
    ):
        for fault in each:
            found.setdefault(fault.field, fault)
    if not answers.shares:
        found["share"] = Fault("share", "share")
    return [found[name] for name in _ORDER if name in found]


def _lengths(answers: Answers) -> Iterator[Fault]:
    for name in _NEEDED:
        if not answers[name]:
            yield Fault(name, f"{name}_empty")
    for name, limit in (*_LONGEST.items(), ("text", MAX_TEXT)):
        length = len(answers[name])
        if length > limit:
            yield Fault(name, "too_long", {"length": f"{length:,}", "limit": f"{limit:,}"})


def _address(answers: Answers, rules: DomainRules) -> Iterator[Fault]:
    address = _mailbox(answers["address"])
    if not address:
        yield Fault("address", "address_wrong")
    elif rules.judge(address, "") is Verdict.BLOCKED:
        yield Fault("address", "address_blocked")


def _mailbox(words: str) -> str:
    try:
        return parse_address(words).mailbox
    except AddressError:
        return ""


def _edition(answers: Answers, editions: Collection[str]) -> Iterator[Fault]:
    if editions and answers["edition"] not in editions:
        yield Fault("edition", "edition")


def _text(answers: Answers) -> Iterator[Fault]:
    if len(answers["text"]) > MAX_TEXT:
        # That is told already, and a long text can be one that takes minutes to read.
        return
    findings = Findings(PurePath("text"))
    check_markdown(answers["text"], 1, findings)
    if has_errors(findings.problems):
        problem = findings.problems[0]
        yield Fault("text", "text_marks", {"line": problem.line, "what": problem.what})


def _picture(answers: Answers, seen: PictureFault | None) -> Iterator[Fault]:
    if seen is not None:
        yield Fault("picture", "picture_wrong", {"what": seen.what, "remedy": seen.remedy})
    if answers.picture and not answers["picture_alt"]:
        yield Fault("picture_alt", "picture_alt")
    if answers["picture_alt"] and not answers.picture:
        yield Fault("picture", "picture_again")


def _contact(answers: Answers) -> Iterator[Fault]:
    email, telephone = answers["contact_email"], answers["contact_telephone"]
    if (email or telephone) and not answers["contact_name"]:
        yield Fault("contact_name", "contact_name")
    if answers["contact_name"] and not (email or telephone):
        yield Fault("contact_email", "contact_way")
    if email and not _mailbox(email):
        yield Fault("contact_email", "address_wrong")
    if telephone and not is_telephone(telephone):
        yield Fault("contact_telephone", "telephone")


def _link(answers: Answers) -> Iterator[Fault]:
    text, url = answers["link_text"], answers["link_url"]
    if url and not text:
        yield Fault("link_text", "link_text")
    if text and is_vague(text):
        yield Fault("link_text", "link_vague")
    if text and not url:
        yield Fault("link_url", "link_url")
    if url and (link_fault(url) or not url.lower().startswith("http")):
        yield Fault("link_url", "link_url")
