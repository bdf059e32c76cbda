"""The environment: every setting, typed; bad values are refused all at once, in words."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import FollowupError

SLACK_API_URL = "https://slack.com/api/"

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]


class SettingsError(FollowupError):
    """Settings that cannot work. `str()` lists every one of them, a line each."""


class DatabaseSettings(BaseSettings):
    """The part that every command needs, also those that never talk to Slack."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    database_url: str = "sqlite:///followup.db"
    followup_team: Path = Path("team.yml")
    followup_secret: SecretStr | None = Field(default=None, min_length=16)
    public_url: Url | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)

    @property
    def url(self) -> str:
        """Where senders reach the HTTP edge, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


class Settings(DatabaseSettings):
    """What the environment, or a `.env` file in the working folder, says. README has the table."""

    slack_bot_token: SecretStr
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: Url = SLACK_API_URL
    slack_messages_per_minute: int = Field(default=300, ge=1)
    lease_seconds: int = Field(default=20, ge=3, le=300)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _whole_token(cls, token: SecretStr | None, field: ValidationInfo) -> SecretStr | None:
        prefix = "xapp-" if field.field_name == "slack_app_token" else "xoxb-"
        value = token.get_secret_value() if token else None
        if value is not None and not (value.startswith(prefix) and len(value) > len(prefix)):
            raise ValueError(f"is no such token: copy the whole of it, it starts with {prefix}")
        return token

    @model_validator(mode="after")
    def _slack_can_reach_us(self) -> Self:
        if self.slack_app_token is None and self.slack_signing_secret is None:
            raise ValueError(
                "set SLACK_APP_TOKEN (xapp-..., Socket Mode) or SLACK_SIGNING_SECRET (Slack calls your /slack/events)"
            )
        return self

    @property
    def slack_timeout_seconds(self) -> int:
        """How long one call may take: twice must fit into a lease, with time left to write down what came of it."""
        return self.lease_seconds // 3

    @property
    def socket_mode(self) -> bool:
        return self.slack_app_token is not None


def load_settings() -> Settings:
    """The settings of this process. Raises SettingsError naming everything that is missing or wrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_in_words(error)) from None


def load_database_settings() -> DatabaseSettings:
    """Raises SettingsError."""
    try:
        return DatabaseSettings()
    except ValidationError as error:
        raise SettingsError(_in_words(error)) from None


def _in_words(error: ValidationError) -> str:
    lines = []
    for mistake in error.errors(include_input=False, include_url=False):
        name = ".".join(str(part) for part in mistake["loc"]).upper()
        message = (
            "is not set" if mistake["type"] == "missing" else mistake["msg"].removeprefix("Value error, ")
        )
        lines.append(f"  {name}: {message}" if name else f"  {message}")
    return "These settings need attention (environment or .env):\n" + "\n".join(lines)
