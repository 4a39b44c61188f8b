"""What can be set about alerts, read from the environment in this one place."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from craveny_domain.alerts import DailyTime, Level, QuietHours, parse_daily_time, parse_quiet_hours


class AlertSettings(BaseSettings):
    """Where alerts go, which, and when; without a token and a chat they are only logged."""

    model_config = SettingsConfigDict(extra="ignore")

    token: SecretStr = Field(default=SecretStr(""), validation_alias="TELEGRAM_BOT_TOKEN")
    chat_id: str = Field(default="", validation_alias="TELEGRAM_CHAT_ID")
    telegram_address: str = Field(default="https://api.telegram.org", validation_alias="TELEGRAM_API_ADDRESS")
    call_seconds: float = Field(default=9, gt=0, validation_alias="CRAVENY_ALERT_CALL_SECONDS")
    """A delivery is broken off after this long; below the ten seconds a stopped process is given."""
    level: Level = Field(default="info", validation_alias="CRAVENY_ALERT_LEVEL")
    quiet_text: str = Field(default="", validation_alias="CRAVENY_QUIET_HOURS")
    heartbeat_text: str = Field(default="09:00 UTC", validation_alias="CRAVENY_ALERT_HEARTBEAT")
    api_address: str = Field(default="http://127.0.0.1:8000", validation_alias="CRAVENY_API_ADDRESS")
    """Whose /ready the watchdog asks; empty: nobody's."""

    @field_validator("quiet_text")
    @classmethod
    def _quiet_is_readable(cls, value: str) -> str:
        parse_quiet_hours(value)
        return value

    @field_validator("heartbeat_text")
    @classmethod
    def _heartbeat_is_readable(cls, value: str) -> str:
        parse_daily_time(value)
        return value

    @property
    def quiet_hours(self) -> QuietHours | None:
        """The quiet hours, if any."""
        return parse_quiet_hours(self.quiet_text)

    @property
    def heartbeat_at(self) -> DailyTime | None:
        """When the daily heartbeat is due, if it is wanted."""
        return parse_daily_time(self.heartbeat_text)

    @property
    def missing(self) -> str:
        """What keeps alerts from leaving this machine, with the cure; empty when nothing does."""
        if not self.token.get_secret_value():
            return "TELEGRAM_BOT_TOKEN is not set: alerts are only logged. Set it to the token of your bot"
        if not self.chat_id:
            return "TELEGRAM_CHAT_ID is not set: alerts are only logged. Set it to the chat your bot writes to"
        return ""
