"""The environment of the process, read once and checked before anything starts (docs/guide/admin.md lists every name)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SLACK_API_URL = "https://slack.com/api/"


class SettingsError(Exception):
    """The environment is not usable; the text says in sentences what is wrong and what to do."""


def _named(name: str) -> AliasChoices:
    return AliasChoices(name)


_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Settings(BaseSettings):
    """Every setting of `oob run`, by the name of its environment variable."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    bot_token: SecretStr = Field(default=SecretStr(""), validation_alias=_named("SLACK_BOT_TOKEN"))
    app_token: SecretStr = Field(default=SecretStr(""), validation_alias=_named("SLACK_APP_TOKEN"))
    signing_secret: SecretStr = Field(default=SecretStr(""), validation_alias=_named("SLACK_SIGNING_SECRET"))
    slack_api_url: str = Field(default=SLACK_API_URL, validation_alias=_named("SLACK_API_URL"))
    mode: Literal["socket", "http"] = Field(default="socket", validation_alias=_named("OOB_MODE"))
    host: str = Field(default="127.0.0.1", validation_alias=_named("OOB_HOST"))
    port: int = Field(default=8080, ge=0, le=65535, validation_alias=_named("OOB_PORT"))
    database_url: str = Field(default="sqlite:///var/oob.db", validation_alias=_named("OOB_DATABASE_URL"))
    keys_file: Path | None = Field(default=None, validation_alias=_named("OOB_KEYS_FILE"))
    keys: SecretStr = Field(default=SecretStr(""), validation_alias=_named("OOB_KEYS"))
    admins: Annotated[tuple[str, ...], NoDecode] = Field(default=(), validation_alias=_named("OOB_ADMINS"))
    shared_directory: Path | None = Field(default=None, validation_alias=_named("OOB_SHARED_DIRECTORY"))
    dpia_ref: str = Field(default="", validation_alias=_named("OOB_DPIA_REF"))
    clock: Literal["machine", "workspace"] = Field(default="machine", validation_alias=_named("OOB_CLOCK"))
    rate_per_minute: int = Field(default=30, ge=1, validation_alias=_named("OOB_RATE_PER_MINUTE"))

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part for part in value.replace(",", " ").split() if part)
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        parts = urlsplit(value)
        loopback = parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
            raise ValueError("must be an https address (http only for this machine)")
        return value if value.endswith("/") else f"{value}/"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        problems = list(self._problems())
        if problems:
            raise SettingsError("\n".join(problems))
        return self

    def _problems(self) -> list[str]:
        """A sentence for each thing that is missing or wrong, with what to do about it."""
        found = []
        if not self.bot_token.get_secret_value().startswith("xoxb-"):
            found.append(
                "SLACK_BOT_TOKEN is missing or is not a bot token (it begins with xoxb-). "
                "Copy it from your Slack app's page, OAuth & Permissions, Bot User OAuth Token."
            )
        if self.mode == "socket" and not self.app_token.get_secret_value().startswith("xapp-"):
            found.append(
                "SLACK_APP_TOKEN is missing or is not an app-level token (it begins with xapp-). Make one with the scope "
                "connections:write on your Slack app's page, Basic Information; or set OOB_MODE=http to receive requests by HTTP."
            )
        if self.mode == "http" and not self.signing_secret.get_secret_value():
            found.append(
                "SLACK_SIGNING_SECRET is missing. With OOB_MODE=http every request is checked against it. "
                "Copy it from your Slack app's page, Basic Information, Signing Secret."
            )
        if not self.database_url.startswith(("sqlite:///", "postgresql://")):
            found.append(
                "OOB_DATABASE_URL is not an address that OOB can use. Write sqlite:///path/to/oob.db or postgresql://user@host/name."
            )
        if self.clock == "workspace" and urlsplit(self.slack_api_url).hostname not in _LOOPBACK:
            found.append(
                "OOB_CLOCK=workspace is for a pretend Slack on this machine. With a real one OOB keeps the machine's time: "
                "leave it out, or set SLACK_API_URL to the pretend one."
            )
        if wrong := [person for person in self.admins if person[:1] not in {"U", "W"} or not person.isalnum()]:
            found.append(
                f"OOB_ADMINS holds {', '.join(wrong)}, which is not a Slack member ID (such as U0123ABCD). "
                "In Slack open the person's profile, the three dots, Copy member ID."
            )
        if not self.embedded and self.keys_file is None and not self.keys.get_secret_value():
            found.append(
                "OOB_KEYS_FILE or OOB_KEYS is missing. With a database server the encryption keys are not made by themselves, "
                "because every copy of the bot needs the same ones. Make one with `oob keys new` and give it to each."
            )
        return found

    @property
    def embedded(self) -> bool:
        """Whether the database is the embedded default kind, an SQLite file of this host."""
        return self.database_url.startswith("sqlite")


def read(**overrides: object) -> Settings:
    """The settings of this process's environment, or `SettingsError` with a sentence for each problem."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # values are validated, whatever they are
    except ValidationError as error:
        sentences = []
        for problem in error.errors():
            name = str(problem["loc"][0]) if problem["loc"] else "The environment"
            sentences.append(f"{name} cannot be used: {problem['msg'].removeprefix('Value error, ')}.")
        raise SettingsError("\n".join(sentences)) from None
