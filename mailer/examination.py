"""What `bulletin doctor` looks at, put together from a workspace: part of the composition root.

The DNS, the relay, the pages and the database are asked at the same time, each bounded in time by itself.
"""

from __future__ import annotations

import asyncio
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from mailer.config import SECRETS_FILE
from mailer.delivery.campaign import Kind
from mailer.delivery.smtp import RelayError
from mailer.dispatch import Dispatch
from mailer.doctor.backlog import judge_queue, read_queue
from mailer.doctor.choices import Choices, judge_choices
from mailer.doctor.finding import Area, Finding, wrong
from mailer.doctor.identity import Identity, find_addresses, find_outlets, is_near
from mailer.doctor.machine import Holding, judge_database, judge_disk, judge_rights
from mailer.doctor.pages import HEALTH, Page, judge_clocks, judge_page
from mailer.doctor.probing import (
    ask_relay,
    fetch,
    fetch_policy,
    free_bytes,
    is_clock_set,
    own_addresses,
)
from mailer.doctor.reception import judge_mx, judge_pointers, judge_sts, judge_tls_reports
from mailer.doctor.relay import judge_refusal, judge_terms
from mailer.doctor.resolver import Resolver
from mailer.doctor.sender import judge_dkim, judge_dmarc, judge_spf
from mailer.outbox import load_signing_keys
from mailer.settings import BrandSettings, SenderSettings, WebSettings
from mailer.surroundings import now
from subscribers.database import REVISIONS
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

    from mailer.app import Workspace
    from mailer.delivery.dkim import SigningKey
    from mailer.doctor.names import Names

    Clocks = list[tuple[str, dt.timedelta]]

_EXAMPLES = (
    ("sender.address", SenderSettings().address),
    ("sender.reply_to", SenderSettings().reply_to),
    ("web.base_url", WebSettings().base_url),
    ("brand.postal_address", BrandSettings().postal_address),
)


@dataclass(frozen=True, slots=True)
class Questions:
    """What a person can ask otherwise than the settings have it."""

    domain: str = ""
    """Judge mail from this domain, before sender.address is moved to it."""
    sends_from: tuple[str, ...] = ()
    """Addresses from which mail goes out into the world."""
    server: tuple[str, int] | None = None
    """The name server to ask; None is the system's."""


def examine(opened: Workspace, questions: Questions) -> list[Finding]:
    """Everything, in the order in which it is told."""
    resolver = Resolver(questions.server)
    with ThreadPoolExecutor(4, "doctor") as pool:
        by_name = pool.submit(_examine_names, opened, questions, resolver)
        relay = pool.submit(_examine_relay, opened)
        page = pool.submit(fetch, f"{opened.settings.web.base_url}{HEALTH}")
        database, clocks = _examine_database(opened)
        seen, at = page.result(), now()
        if isinstance(seen, Page) and seen.said_at is not None:
            clocks.append(("the web server", at - seen.said_at))
        findings = [
            *by_name.result(),
            *relay.result(),
            *judge_page(opened.settings.web.base_url, seen, at),
            *database,
            judge_clocks(clocks, is_clock_set()),
            *_examine_folder(opened),
            *judge_choices(_choices(opened)),
        ]
    order = list(Area)
    return sorted(findings, key=lambda each: order.index(each.area))


# ---- names


def _examine_names(opened: Workspace, questions: Questions, names: Names) -> list[Finding]:
    identity = _identity(opened, questions.domain)
    relay = find_addresses(names, opened.settings.relay.host)
    outlets = find_outlets(questions.sends_from, relay, own_addresses())
    keys, broken = _signing_keys(opened, identity.signing)
    findings = [
        *judge_spf(names, identity.return_path, outlets),
        *(broken or judge_dkim(names, keys)),
        *judge_dmarc(names, identity, signs=bool(keys)),
        *judge_pointers(names, outlets),
        judge_mx(names, identity.return_path, "bounces"),
    ]
    if identity.reply_to != identity.return_path:
        findings.append(judge_mx(names, identity.reply_to, "answers"))
    for domain in dict.fromkeys((identity.return_path, identity.reply_to)):
        findings.append(judge_sts(names, domain, fetch_policy, f"{now():%Y%m%d%H%M%S}"))
        findings.append(judge_tls_reports(names, domain))
    return findings


def _identity(opened: Workspace, domain: str) -> Identity:
    settings = opened.settings
    sender = domain or _domain_of(settings.sender.address)
    return Identity(
        sender=sender,
        return_path=settings.bounces.domain or sender,
        signing=settings.dkim.domain or sender,
        reply_to=_domain_of(settings.sender.reply_to),
    )


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _signing_keys(opened: Workspace, domain: str) -> tuple[tuple[SigningKey, ...], list[Finding]]:
    """The keys of the settings as they would sign for a domain; or why they can't."""
    try:
        selectors = opened.settings.dkim.selectors
        return load_signing_keys(domain, selectors, opened.dkim_folder), []
    except BulletinError as error:
        return (), [wrong(Area.SENDER, "DKIM", f"{error.subject}: {error.what}", error.remedy)]


# ---- relay, database, folder, settings


def _examine_relay(opened: Workspace) -> list[Finding]:
    address = opened.relay()
    try:
        terms = asyncio.run(ask_relay(address))
    except RelayError as error:
        return judge_refusal(error)
    return judge_terms(terms, address, is_near(address.host), now())


def _examine_database(opened: Workspace) -> tuple[list[Finding], Clocks]:
    hours = Dispatch(opened).pacing.hours
    at = now()
    kinds = frozenset(Kind) - (frozenset() if hours.opening(at) <= at else {Kind.EDITION})
    try:
        with opened.database.read() as connection:
            holding = Holding(opened.database.name, REVISIONS[-1], _is_safe(connection))
            queue = read_queue(connection, kinds, at)
            clocks = _clock(connection)
    except BulletinError as error:
        return [judge_database(error)], []
    return [judge_database(holding), *judge_queue(queue, at)], clocks


def _is_safe(connection: Connection) -> bool:
    """Whether a commit is on the disk before it counts as done."""
    if connection.dialect.name == "sqlite":
        # 2 is FULL; 0 and 1 leave a commit to the system's memory, in WAL mode too.
        return int(connection.execute(text("PRAGMA synchronous")).scalar_one()) >= 2
    asked = ("fsync", "synchronous_commit")
    shown = (connection.execute(text(f"SHOW {name}")).scalar_one() for name in asked)
    return "off" not in shown


def _clock(connection: Connection) -> Clocks:
    """How far this machine's clock is ahead of a database server's."""
    if connection.dialect.name == "sqlite":
        return []
    asked = now()
    told = connection.execute(select(func.clock_timestamp())).scalar_one()
    return [("the database server", asked + (now() - asked) / 2 - told)]


def _examine_folder(opened: Workspace) -> list[Finding]:
    folder = opened.folder
    paths = [folder, folder / SECRETS_FILE, *sorted(opened.dkim_folder.glob("*.pem"))]
    modes = [(str(path), stat.S_IMODE(path.stat().st_mode)) for path in paths if path.exists()]
    return [judge_disk(free_bytes(folder), folder), judge_rights(modes)]


def _choices(opened: Workspace) -> Choices:
    settings = opened.settings
    bounces = settings.bounces
    reports = (
        bounces.ses_topic,
        bounces.sendgrid_key,
        bounces.mailgun_key.get_secret_value(),
        bounces.postmark_password.get_secret_value(),
    )
    return Choices(
        is_live=opened.is_live,
        allowed=len(settings.safe_allow),
        has_secret=bool(settings.secret_key.get_secret_value()),
        untouched=[key for key, example in _EXAMPLES if _setting(opened, key) == example],
        return_domain=bounces.domain,
        hears_bounces=bool(bounces.sources) or any(reports),
    )


def _setting(opened: Workspace, key: str) -> object:
    group, _, name = key.partition(".")
    return getattr(getattr(opened.settings, group), name)
