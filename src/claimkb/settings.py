"""What can be set from outside? Each setting is an environment variable that begins with CLAIMKB_."""

import os
import re
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from email.utils import parseaddr
from functools import partial
from pathlib import Path
from secrets import token_bytes
from typing import Annotated, Literal, Self
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from uuid_utils.compat import uuid7

from claimkb.actions.work import Desk
from claimkb.assistant.settings import AssistantSettings
from claimkb.capture.bounds import Bounds
from claimkb.capture.reader import read_address
from claimkb.domain.capturing import fetch_nothing
from claimkb.domain.channel import is_mail
from claimkb.domain.claim_vector import SmallE5
from claimkb.domain.languages.customs import check_country
from claimkb.domain.policy import Policy
from claimkb.domain.refusals import Refusal
from claimkb.domain.review import Rating, read_scale
from claimkb.graphql.limits.settings import Limits
from claimkb.identity import LOCAL_HOSTS
from claimkb.store.claim_vectors import Meaning
from claimkb.store.engine.database import Database

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")


ALIKE = 0.8
"""From which likeness on (difflib's ratio) the name of a variable is that of a setting, misspelt."""


def is_mail_server(url: str) -> bool:
    """Tell whether an address leads to a mail server, and whether its sender is an e-mail address."""
    try:
        parts = urlsplit(url)
        senders = [parseaddr(each)[1] for each in parse_qs(parts.query, keep_blank_values=True).get("from", [])]
        return bool(parts.scheme not in ("", "http", "https") and parts.hostname) and all(map(is_mail, senders))
    except ValueError:
        return False


class Settings(BaseSettings, Limits, AssistantSettings):
    """The settings, read from the environment."""

    model_config = SettingsConfigDict(env_prefix="CLAIMKB_", extra="ignore")

    database_url: SecretStr = Field(
        default=SecretStr("sqlite:///claimkb.db"),
        description="Where the data is: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    host: str = Field(default="127.0.0.1", description="The address to serve on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port to serve on; 0 takes any free one.")
    timezone: str = Field(default="UTC", description="The desk's time zone, such as Europe/Paris: when a day ends there.")

    country: str | None = Field(
        default=None, description="The country by whose customs dates are read, such as FR: fiscal years, and 11/12/2026."
    )
    database_url_file: Path | None = Field(
        default=None, description="A file with that address in it, so that its password stands in no environment."
    )
    hosts: Annotated[list[str], NoDecode] = Field(
        default=[], description="The names under which it is reached, with commas between, such as claims.example.org."
    )
    cors_origins: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="The origins whose pages may ask with a token, with commas between, such as https://www.example.org.",
    )
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        default=[], description="The addresses of proxies whose X-Forwarded-For is believed, with commas between."
    )
    public_read: bool = Field(default=False, description="Whether everybody may read without an account.")

    own_predictions: bool = Field(default=True, description="Whether who recorded a prediction may resolve it themselves.")

    two_person_rule: bool = Field(
        default=False, description="Whether an outcome or a review waits until another person than who proposed it confirms it."
    )
    rating_scale: Annotated[dict[str, Rating], NoDecode] = Field(
        default={}, description="The desk's own words for ratings, such as Pants on fire=FALSE, Half true=MISLEADING."
    )
    session_days: int = Field(default=7, ge=1, le=365, description="For how many days a person stays signed in in a browser.")

    session_idle_minutes: int = Field(
        default=720, ge=5, le=43_200, description="After how many minutes without a request a person is signed out in a browser."
    )

    sign_in_again_minutes: int = Field(
        default=30,
        ge=1,
        le=43_200,
        description="How many minutes after signing in a person makes tokens, invites and so on, before they sign in again.",
    )

    require_second_factor: bool = Field(
        default=False, description="Whether everybody who signs in in a browser has to set up a second factor."
    )

    scheduler: bool = Field(default=True, description="Whether this server runs the job, and sends digests and webhooks.")
    job_minutes: int = Field(
        default=60,
        ge=1,
        le=10080,
        description="How often the job is to run; when two runs are missed, /readyz and the log say so.",
    )
    digest_hour: int = Field(default=7, ge=0, le=23, description="From which hour on, in the desk's time zone, digests are sent.")
    mail_url: SecretStr | None = Field(
        default=None,
        description="The mail server as Apprise writes it, such as mailtos://USER:PASSWORD@mail.example.org?from=ADDRESS.",
    )
    mail_url_file: Path | None = Field(
        default=None, description="A file with that address in it, so that its password stands in no environment."
    )
    checkpoint_key_file: Path | None = Field(
        default=None, description="The file of the private key that signs a checkpoint a day; without it there are none."
    )
    checkpoint_folder: Path | None = Field(
        default=None, description="The folder, best one of another machine, into which each checkpoint is written."
    )
    private_channels: bool = Field(
        default=False, description="Whether webhooks and digests may go to this machine and into its own network."
    )
    keep_deliveries_days: int = Field(
        default=90, ge=7, le=36_500, description="For how many days deliveries that were sent or cancelled are kept."
    )
    public_url: str | None = Field(
        default=None, description="Where people reach it, such as https://claims.example.org: links in digests begin so."
    )

    capture: bool = Field(default=True, description="Whether addresses of articles are fetched when a person asks for it.")
    capture_bytes: int = Field(
        default=10_000_000, ge=1_000, le=100_000_000, description="The bytes of a page or a PDF that is captured, unpacked."
    )
    capture_seconds: float = Field(default=20, gt=0, le=120, description="How long it may take to fetch and read one.")
    private_sources: bool = Field(
        default=False, description="Whether pages of this machine and of its own network are captured, too."
    )

    plans: bool = Field(default=True, description="Whether reads are answered by compiled plans; without, field by field.")
    log: Literal["text", "json"] = Field(default="text", description="How the log is written, for people or for a collector.")
    crosslingual: bool = Field(
        default=False, description="Whether claims are compared by meaning, across languages; wants the extra crosslingual."
    )
    metrics: bool = Field(default=False, description="Whether Prometheus may read /metrics; wants the extra metrics.")
    documents: Literal["any", "only"] = Field(
        default="any", description="Which GraphQL documents are answered: any, or only those of the folder."
    )
    documents_folder: Path = Field(default=Path("documents"), description="The folder of the .graphql files that are answered.")

    @model_validator(mode="before")
    @classmethod
    def spelt(cls, given: object) -> object:
        """Refuse a variable whose name is nearly that of a setting: it would be ignored, and nobody would know."""
        settings = {name.upper() for name in cls.model_fields}
        for variable in sorted(os.environ):
            prefix, _, name = variable.upper().partition("_")
            near = get_close_matches(name, settings, n=1, cutoff=ALIKE) if prefix == "CLAIMKB" and name not in settings else []
            if near:
                raise ValueError(f"{variable} is no setting: do you mean CLAIMKB_{near[0]}?")
        return given

    @field_validator("database_url_file", "mail_url_file", "checkpoint_key_file", "checkpoint_folder", mode="before")
    @classmethod
    def named(cls, path: object) -> object:
        """Take a path that is set to nothing for none: else it would be the present folder."""
        return path or None

    @field_validator("hosts", "cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def listed(cls, names: object) -> object:
        """Read names with commas between."""
        return [name.strip() for name in names.split(",") if name.strip()] if isinstance(names, str) else names

    @field_validator("rating_scale", mode="before")
    @classmethod
    def scaled(cls, scale: object) -> object:
        """Read words with their ratings, and commas between."""
        return read_scale(scale) if isinstance(scale, str) else scale

    @field_validator("cors_origins")
    @classmethod
    def are_origins(cls, origins: list[str]) -> list[str]:
        """Refuse what is no origin: a browser sends a scheme, a host and perhaps a port, and nothing after them."""
        for origin in origins:
            if not ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin: write one such as https://www.example.org, with no path")
        return origins

    @model_validator(mode="after")
    def read_files(self) -> Self:
        """Read what stands in files."""
        for name, file in (("database_url", self.database_url_file), ("mail_url", self.mail_url_file)):
            if file is not None:
                try:
                    setattr(self, name, SecretStr(file.read_text(encoding="utf-8").strip()))
                except (OSError, ValueError):
                    raise ValueError(f"{file} cannot be read") from None
        if self.checkpoint_folder is not None and self.checkpoint_key_file is None:
            raise ValueError(
                "CLAIMKB_CHECKPOINT_FOLDER is set without CLAIMKB_CHECKPOINT_KEY_FILE: without a key no checkpoint is made"
            )
        if self.mail_url is not None and not is_mail_server(self.mail_url.get_secret_value()):
            told = "write it as Apprise does, such as mailtos://USER:PASSWORD@mail.example.org?from=claims@example.org"
            raise ValueError(f"{self.mail_url_file or 'CLAIMKB_MAIL_URL'} leads to no mail server: {told}")
        return self

    @property
    def capture_bounds(self) -> Bounds:
        """How much a capture may take."""
        return Bounds(self.capture_bytes, self.capture_seconds, self.private_sources)

    @property
    def address(self) -> str:
        """Where people reach it; this machine's own address unless told otherwise."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches the address to serve on."""
        return self.host in LOCAL_HOSTS

    @field_validator("country")
    @classmethod
    def has_customs(cls, country: str | None) -> str | None:
        """Refuse a country of which there is no table."""
        try:
            return check_country(country or None)
        except Refusal as refusal:
            raise ValueError(str(refusal)) from None

    @field_validator("timezone")
    @classmethod
    def known(cls, name: str) -> str:
        """Refuse a time zone that does not exist."""
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{name!r} is not a time zone: write one such as Europe/Paris or Asia/Almaty") from None
        return name


def open_desk(settings: Settings) -> Desk:
    """Put the desk together: its database, and the clock on its wall."""
    policy = Policy(
        settings.own_predictions,
        settings.two_person_rule,
        settings.session_days,
        timedelta(minutes=settings.session_idle_minutes),
        timedelta(minutes=settings.sign_in_again_minutes),
        settings.require_second_factor,
        timedelta(minutes=settings.job_minutes),
        settings.digest_hour,
        settings.rating_scale,
        settings.private_channels,
        timedelta(days=settings.keep_deliveries_days),
        settings.country,
    )
    return Desk(
        Database(settings.database_url.get_secret_value()),
        ZoneInfo(settings.timezone),
        lambda: datetime.now(UTC),
        uuid7,
        token_bytes,
        policy,
        fetch=partial(read_address, settings.capture_bounds) if settings.capture else fetch_nothing,
        meaning=Meaning(SmallE5()) if settings.crosslingual else None,
    )
