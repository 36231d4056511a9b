"""What can be set from outside? Each setting is an environment variable that begins with CLAIMKB_."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from uuid_utils.compat import uuid7

from claimkb.actions.work import Desk
from claimkb.graphql.limits import Limits
from claimkb.store.database import Database

EMBEDDED = "sqlite:///claimkb.db"


class Settings(BaseSettings, Limits):
    """The settings, read from the environment."""

    model_config = SettingsConfigDict(env_prefix="CLAIMKB_", extra="ignore")

    database_url: str = Field(
        default=EMBEDDED, description="Where the data is: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."
    )
    host: str = Field(default="127.0.0.1", description="The address to serve on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port to serve on; 0 takes any free one.")
    timezone: str = Field(default="UTC", description="The desk's time zone, such as Europe/Paris: when a day ends there.")

    log: Literal["text", "json"] = Field(default="text", description="How the log is written, for people or for a collector.")
    documents: Literal["any", "only"] = Field(
        default="any", description="Which GraphQL documents are answered: any, or only those of the folder."
    )
    documents_folder: Path = Field(default=Path("documents"), description="The folder of the .graphql files that are answered.")

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
    return Desk(Database(settings.database_url), ZoneInfo(settings.timezone), lambda: datetime.now(UTC), uuid7)
