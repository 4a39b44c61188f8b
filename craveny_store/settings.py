"""Where Craveny finds its services and markets, read from the environment in this one place."""

import tomllib
from datetime import timedelta
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from craveny_domain.clocks import Market

DEFAULT_MARKETS = Path(__file__).with_name("markets.toml")


class Settings(BaseSettings):
    """The environment: DATABASE_URL, MILVUS_URI and DAGSTER_PG_URL of running services, CRAVENY_MARKETS to replace
    the markets, CRAVENY_SOURCES to choose the sources."""

    model_config = SettingsConfigDict(extra="ignore")

    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    dagster_pg_url: str = Field(default="", validation_alias="DAGSTER_PG_URL")
    dagster_address: str = Field(default="", validation_alias="CRAVENY_DAGSTER_ADDRESS")
    """Where people reach the Dagster UI; links to runs start with it."""
    milvus_uri: str = Field(default="", validation_alias="MILVUS_URI")
    mirror_rows: int = Field(default=50_000, validation_alias="CRAVENY_MIRROR_ROWS")
    markets_file: Path = Field(default=DEFAULT_MARKETS, validation_alias="CRAVENY_MARKETS")
    sources: str = Field(default="sample", validation_alias="CRAVENY_SOURCES")
    """Which sources are asked: sample, live, or the path of a sources file."""
    fetch_allow: str = Field(default="", validation_alias="CRAVENY_FETCH_ALLOW")
    """Private addresses that sources may be on all the same: host:port or networks, with commas between."""
    fetch_contact: str = Field(default="", validation_alias="CRAVENY_FETCH_CONTACT")
    """An address that servers can write to about our requests; it goes into every one of them."""

    @property
    def mirror_share(self) -> int:
        """The newest vectors each market may keep in the mirror."""
        return self.mirror_rows // len(load_markets(self.markets_file))


def load_markets(path: Path = DEFAULT_MARKETS) -> dict[str, Market]:
    """The configured markets by code; a wrong entry raises ValueError naming the file, the market and the field."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ValueError(
            f"The markets file {path} cannot be read: {error}. Correct it or unset CRAVENY_MARKETS."
        ) from error
    return {code: _market(path, code, entry) for code, entry in entries.items()}


def _market(path: Path, code: str, entry: dict) -> Market:
    try:
        return Market(
            code=code,
            exchange=entry["exchange"],
            timezone=entry["timezone"],
            currency=entry["currency"],
            lead=timedelta(minutes=entry["lead_minutes"]),
            first_date=entry["first_date"],
        )
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"{path}: market {code} has no usable field {error}. Compare it with another market."
        ) from error
