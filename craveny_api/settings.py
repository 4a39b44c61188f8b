"""What the API reads from its own environment, in this one place."""

from datetime import timedelta
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """Addresses, limits and keys of one API process."""

    model_config = SettingsConfigDict(extra="ignore")

    host: str = Field(default="127.0.0.1", validation_alias="CRAVENY_API_HOST")
    port: int = Field(default=8000, ge=0, le=65535, validation_alias="CRAVENY_API_PORT")
    public_address: str = Field(default="", validation_alias="CRAVENY_PUBLIC_ADDRESS")
    login_required: bool = Field(default=False, validation_alias="CRAVENY_LOGIN_REQUIRED")
    signing_keys: Path = Field(default=Path(".craveny/keys"), validation_alias="CRAVENY_SIGNING_KEYS")
    dagster_address: str = Field(default="", validation_alias="CRAVENY_DAGSTER_ADDRESS")
    milvus_uri: str = Field(default="", validation_alias="MILVUS_URI")
    trusted_proxies: str = Field(default="", validation_alias="CRAVENY_TRUSTED_PROXIES")
    statement_seconds: float = Field(default=5.0, gt=0, validation_alias="CRAVENY_API_STATEMENT_SECONDS")
    connections: int = Field(default=8, ge=1, validation_alias="CRAVENY_API_CONNECTIONS")
    body_limit: int = Field(default=64 * 1024, ge=1024, validation_alias="CRAVENY_API_BODY_LIMIT")
    telegram_token: SecretStr = Field(default=SecretStr(""), validation_alias="TELEGRAM_BOT_TOKEN")
    telegram_chat: str = Field(default="", validation_alias="TELEGRAM_CHAT_ID")

    @field_validator("public_address", "dagster_address")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("is not a web address. Write http://host or https://host")
        return value.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in filter(None, value.replace(",", " ").split()):
            ip_network(part, strict=False)
        return value

    @property
    def is_https(self) -> bool:
        """Whether people reach us over TLS: cookies are Secure then."""
        return self.public_address.startswith("https://")

    @property
    def statement_timeout(self) -> timedelta:
        """How long one question to the database may take."""
        return timedelta(seconds=self.statement_seconds)

    @cached_property
    def proxy_networks(self) -> list[IPv4Network | IPv6Network]:
        """The networks whose X-Forwarded-For is believed."""
        return [ip_network(part, strict=False) for part in self.trusted_proxies.replace(",", " ").split()]

    @property
    def alerts(self) -> Literal["telegram", "log_only"]:
        """Whether alerts leave this machine."""
        return "telegram" if self.telegram_token.get_secret_value() and self.telegram_chat else "log_only"
