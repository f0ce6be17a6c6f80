"""Every setting: its name, its default, and what is allowed, as one frozen value.

Knows keys and values; must not open a file, a database, a socket or a template. The docs list them all.
"""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_core import from_json
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from scheduler.recurrence import QuarterDay
from subscribers.address import AddressError, parse_address
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, NATIONAL

PREFIX = "BULLETIN_"


def _shaped(pattern: str, words: str) -> AfterValidator:
    """A text of a certain shape; `words` say what to do about one that hasn't got it."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(words)
        return text

    return AfterValidator(check)


Slug = Annotated[
    str,
    Field(max_length=60),
    _shaped(r"[a-z0-9]+(-[a-z0-9]+)*", "use small letters and figures, with hyphens between words"),
]
Selector = Annotated[
    str,
    Field(max_length=63),
    _shaped(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", "use small letters, figures and hyphens"),
]
Line = Annotated[
    str,
    Field(max_length=300),
    _shaped(r"[^\x00-\x1f\x7f\ue000-\uf8ff]*", "write it on one line, without special signs"),
]
Colour = Annotated[str, _shaped(r"#[0-9a-fA-F]{6}", "give a colour as #1d3c6e")]


def _check_address(text: str) -> str:
    try:
        return parse_address(text).mailbox
    except AddressError as error:
        raise ValueError(f"{error.what}; {error.remedy}") from error


MailAddress = Annotated[str, AfterValidator(_check_address)]
MailDomain = Annotated[
    str,
    Field(max_length=253),
    _shaped(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+", "give a domain as example.org or *.example.org"),
]
Domain = Annotated[
    str,
    Field(max_length=253),
    _shaped(r"[a-z0-9-]+(\.[a-z0-9-]+)+", "give a domain as example.org"),
]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # It is looked for as a file: a long name, or that of a folder, is none that can be opened.
        raise ValueError("is no time zone; write it like Europe/London") from None
    return name


def _check_local(time: dt.time) -> dt.time:
    # A number of seconds is read as a time in UTC.
    if time.tzinfo is not None:
        raise ValueError("give a time as 08:30")
    return time


LocalTime = Annotated[dt.time, AfterValidator(_check_local)]


def _split(value: object) -> object:
    """A list as a variable holds it: `a, b`, or JSON."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            return from_json(value)
        except ValueError:
            raise ValueError('write a list as ["a", "b"], or as a, b') from None
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


class Mode(StrEnum):
    """`safe` keeps mail in the built-in inbox or with an allow-list; `live` writes to subscribers."""

    SAFE = "safe"
    LIVE = "live"


class _Group(BaseModel):
    # What checks a group is built once, as a part of what checks them all.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class DatabaseSettings(_Group):
    """Where subscribers and deliveries are kept."""

    url: Line = "sqlite:///bulletin.db"


class SenderSettings(_Group):
    """Who a mail is from. People read the reply address."""

    name: Line = "Local Partnerships team"
    address: MailAddress = "bulletin@partnerships.example.org"
    reply_to: MailAddress = "partnerships@partnerships.example.org"


class WebSettings(_Group):
    """The address under which recipients reach the pages and pictures."""

    base_url: Line = "https://bulletin.example.org"

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
        if not (parts.scheme == "https" or local) or not parts.hostname:
            raise ValueError("give an https:// address")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("give the address of a host alone, without a path")
        return value.rstrip("/")


class RelaySettings(_Group):
    """The mail server that carries live mail."""

    host: Line = "localhost"
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Line = ""
    password: SecretStr = SecretStr("")
    ca_file: Path | None = None
    timeout: float = Field(default=30, gt=0, le=600, description="seconds")
    answer_timeout: float = Field(default=600, gt=0, le=3600, description="seconds")
    connections: int = Field(default=4, ge=1, le=64)


class DeliverySettings(_Group):
    """Later tries, mails whose fate is unknown after a crash, and how many go before the others."""

    on_uncertain: Literal["hold", "resend"] = "hold"
    retry_minutes: Annotated[tuple[PositiveFloat, ...], Field(min_length=1)] = (1, 5, 15, 60, 240)
    give_up_hours: PositiveFloat = 48
    canary: float = Field(default=0, ge=0, le=0.5)
    canary_wait_minutes: NonNegativeFloat = 15


class ApprovalSettings(_Group):
    """Whether a second person says yes, and by what share the audience may differ from what they saw."""

    required: bool = True
    audience_drift: float = Field(default=0.1, ge=0, le=1)


class BreakerSettings(_Group):
    """Shares of rejected and doubtful mails beyond which a campaign is paused."""

    last: int = Field(default=200, ge=10)
    last_share: float = Field(default=0.25, gt=0, le=1)
    whole_share: float = Field(default=0.1, gt=0, le=1)
    at_least: int = Field(default=100, ge=1)


class DomainPace(_Group):
    """How fast, and over how many connections, mail may go to one group of domains."""

    per_second: PositiveFloat | None = None
    connections: Annotated[int, Field(ge=1)] | None = None


class PacingSettings(_Group):
    """How fast mail may leave, for all processes together."""

    per_second: PositiveFloat | None = None
    connections: Annotated[int, Field(ge=1)] | None = None
    domains: dict[MailDomain, DomainPace] = {}
    warm_up_from: dt.date | None = None
    warm_up_mails: tuple[NonNegativeInt, ...] = ()


class HoursSettings(_Group):
    """When editions may leave, local time."""

    opens: LocalTime = dt.time(0)
    closes: LocalTime | None = None
    days: Annotated[tuple[Weekday, ...], NoDecode, BeforeValidator(_split), Field(min_length=1)] = (
        "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    )  # fmt: skip
    time_zone: Annotated[str, AfterValidator(_check_zone)] = "Europe/London"

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.closes is not None and self.closes <= self.opens:
            raise ValueError("closes must be later than opens, on the same day")
        return self


class BounceSettings(_Group):
    """Where mail that comes back goes, and how much failing is too much."""

    domain: Line = ""
    mailbox: Annotated[
        str, _shaped(r"[A-Za-z0-9._-]{1,20}", "use 1 to 20 letters, figures, dots and hyphens")
    ] = "bounces"
    lasts_days: int = Field(default=90, ge=1, le=3650)
    sources: Annotated[tuple[Line, ...], NoDecode, BeforeValidator(_split)] = ()
    every_minutes: PositiveFloat = 5
    password: SecretStr = SecretStr("")
    ca_file: Path | None = None
    after: Literal["mark", "move", "delete"] = "mark"
    move_to: Line = "Handled"
    soft_run: int = Field(default=3, ge=1, le=100)
    soft_days: int = Field(default=14, ge=0, le=3650)
    hold_least: int = Field(default=5, ge=2, le=100_000)
    hold_share: float = Field(default=0.5, gt=0, le=1)
    hold_days: int = Field(default=3, ge=0, le=60)
    settle_days: int = Field(default=5, ge=0, le=60)
    ses_topic: Line = ""
    sendgrid_key: Line = ""
    mailgun_key: SecretStr = SecretStr("")
    postmark_password: SecretStr = SecretStr("")

    @field_validator("domain")
    @classmethod
    def _is_domain(cls, value: str) -> str:
        # As SMTP gets it: in lower case, and as A-labels.
        return _check_address(f"a@{value}").rpartition("@")[2] if value else ""


class ReportSettings(_Group):
    """What a report that leaves the team may show."""

    smallest_cell: int = Field(default=5, ge=1, le=1000)


class DkimSettings(_Group):
    """Which keys sign, by their selectors; the key files are in the folder `dkim/`."""

    selectors: Annotated[tuple[Selector, ...], NoDecode, BeforeValidator(_split)] = ()
    domain: Line = ""


class SubscribeSettings(_Group):
    """Who may subscribe by the form, and how often it answers."""

    open: bool = True
    allow_domains: Annotated[tuple[Domain, ...], NoDecode, BeforeValidator(_split)] = ()
    block_domains: Annotated[tuple[Domain, ...], NoDecode, BeforeValidator(_split)] = ()
    sector_domains: dict[Slug, tuple[Domain, ...]] = {}
    requests_an_hour: int = Field(default=60, ge=1, le=100_000)


class ArticleSettings(_Group):
    """Whether partners may offer articles by the form, and for which editions: folder name and label."""

    open: bool = False
    editions: dict[Slug, Line] = {}
    requests_an_hour: int = Field(default=20, ge=1, le=100_000)


class RetentionSettings(_Group):
    """For how many days personal data is kept; 0 keeps it."""

    requests: int = Field(default=30, ge=8, le=3650)
    left: int = Field(default=730, ge=0, le=36500)
    mails: int = Field(default=400, ge=0, le=36500)
    letters: int = Field(default=90, ge=8, le=36500)
    articles: int = Field(default=730, ge=0, le=36500)
    audit: int = Field(default=2190, ge=0, le=36500)
    bounces: int = Field(default=400, ge=90, le=36500)
    unmatched: int = Field(default=90, ge=8, le=36500)
    handled: int = Field(default=730, ge=365, le=36500)


class CheckSettings(_Group):
    """What is asked of a text beyond what every text must be, and how long its sentences may be."""

    spelling: Annotated[
        str, _shaped(r"([a-z]{2,3}(_[A-Z]{2})?)?", "give the name of a dictionary as en_GB")
    ] = ""
    words: Annotated[tuple[Line, ...], NoDecode, BeforeValidator(_split)] = ()
    welsh: bool = False
    sentence_words: int = Field(default=35, ge=10, le=200)
    reading_age: int = Field(default=18, ge=8, le=30)


class ArchiveSettings(_Group):
    """What the public archive shows."""

    open: bool = True
    aimed: bool = False
    contacts: bool = True


class PaletteSettings(_Group):
    """Colours that replace the defaults of one colour scheme."""

    page: Colour | None = None
    card: Colour | None = None
    text: Colour | None = None
    quiet: Colour | None = None
    accent: Colour | None = None
    tint: Colour | None = None
    on_accent: Colour | None = None


class BrandSettings(_Group):
    """Who publishes, and in which colours."""

    organisation: Line = "The Local Partnerships team"
    postal_address: Line = "1 Example Street, Exampleton EX1 1EX"
    website: Line = ""
    logo: Path | None = None
    logo_alt: Line = ""
    footer_note: Line = ""
    light: PaletteSettings = PaletteSettings()
    dark: PaletteSettings = PaletteSettings()


class PublicationSettings(_Group):
    """What a person can subscribe to."""

    name: Line
    description: Line = ""
    quarterly: str = ""

    @field_validator("quarterly")
    @classmethod
    def _rule(cls, value: str) -> str:
        if value:
            QuarterDay.parse(value)
        return value


class SegmentSettings(_Group):
    """A named choice over facets. Empty means everyone."""

    sectors: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    except_sectors: tuple[str, ...] = ()
    except_regions: tuple[str, ...] = ()


class FacetSettings(_Group):
    """The sectors and regions a subscriber can have: slug and label."""

    sectors: dict[Slug, Line] = {facet.slug: facet.label for facet in DEFAULT_SECTORS}
    regions: dict[Slug, Line] = {facet.slug: facet.label for facet in DEFAULT_REGIONS}

    @field_validator("regions")
    @classmethod
    def _has_national(cls, value: dict[str, str]) -> dict[str, str]:
        if NATIONAL not in value:
            raise ValueError(f'add "{NATIONAL}", which matches every region')
        return value


class Settings(BaseSettings):
    """Everything a workspace decides. The environment wins over the file."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix=PREFIX,
        env_nested_delimiter="_",
        env_nested_max_split=1,
        env_ignore_empty=True,
    )
    SECRETS: ClassVar[tuple[str, ...]] = (
        "secret_key",
        "relay.password",
        "bounces.password",
        "bounces.mailgun_key",
        "bounces.postmark_password",
    )

    mode: Mode = Mode.SAFE
    safe_allow: Annotated[tuple[MailAddress, ...], NoDecode, BeforeValidator(_split)] = ()
    secret_key: SecretStr = SecretStr("")
    database: DatabaseSettings = DatabaseSettings()
    sender: SenderSettings = SenderSettings()
    web: WebSettings = WebSettings()
    relay: RelaySettings = RelaySettings()
    delivery: DeliverySettings = DeliverySettings()
    approval: ApprovalSettings = ApprovalSettings()
    breaker: BreakerSettings = BreakerSettings()
    pacing: PacingSettings = PacingSettings()
    hours: HoursSettings = HoursSettings()
    dkim: DkimSettings = DkimSettings()
    report: ReportSettings = ReportSettings()
    bounces: BounceSettings = BounceSettings()
    subscribe: SubscribeSettings = SubscribeSettings()
    articles: ArticleSettings = ArticleSettings()
    retention: RetentionSettings = RetentionSettings()
    checks: CheckSettings = CheckSettings()
    archive: ArchiveSettings = ArchiveSettings()
    brand: BrandSettings = BrandSettings()
    publications: dict[Slug, PublicationSettings] = Field(min_length=1)
    facets: FacetSettings = FacetSettings()
    segments: dict[Slug, SegmentSettings] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the secrets file, then what the settings file gave as arguments."""
        return env_settings, dotenv_settings, init_settings

    @field_validator("secret_key")
    @classmethod
    def _is_strong(cls, value: SecretStr) -> SecretStr:
        if any(len(key.strip()) < 32 for key in value.get_secret_value().split(",") if key.strip()):
            raise ValueError("needs at least 32 characters; `openssl rand -hex 32` makes one")
        return value
