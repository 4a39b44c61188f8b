"""Where Craveny finds its services and markets, read from the environment in this one place."""

import tomllib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from craveny_domain.clocks import Market

DEFAULT_MARKETS = Path(__file__).with_name("markets.toml")
DEFAULT_SOURCES = "sample"


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
    embeddings: Literal["auto", "openai", "keyless"] = Field(default="auto", validation_alias="CRAVENY_EMBEDDINGS")
    """What makes vectors; auto: openai once OPENAI_API_KEY is set, the keyless embedding until then."""
    embedding_dimensions: int = Field(default=512, ge=16, le=1536, validation_alias="CRAVENY_EMBEDDING_DIMENSIONS")
    """Numbers in a vector of openai's; the keyless embedding has its own."""
    markets_file: Path = Field(default=DEFAULT_MARKETS, validation_alias="CRAVENY_MARKETS")
    sources: str = Field(default=DEFAULT_SOURCES, validation_alias="CRAVENY_SOURCES")
    """Which sources are asked: sample, live, or the path of a sources file."""
    fetch_allow: str = Field(default="", validation_alias="CRAVENY_FETCH_ALLOW")
    """Private addresses that sources may be on all the same: host:port or networks, with commas between."""
    fetch_contact: str = Field(default="", validation_alias="CRAVENY_FETCH_CONTACT")
    """An address that servers can write to about our requests; it goes into every one of them."""
    llm_daily_usd: Decimal = Field(default=Decimal(5), ge=0, validation_alias="CRAVENY_LLM_DAILY_USD")
    """What language models may cost on one UTC day, everything together."""
    llm_run_usd: Decimal = Field(default=Decimal(2), ge=0, validation_alias="CRAVENY_LLM_RUN_USD")
    """What they may cost in one run that was given no cap of its own."""
    llm_ask_above_usd: Decimal = Field(default=Decimal(1), ge=0, validation_alias="CRAVENY_LLM_ASK_ABOVE_USD")
    """A run that may cost more starts only with a cap in its run config."""
    llm_in_flight: int = Field(default=8, ge=1, le=200, validation_alias="CRAVENY_LLM_IN_FLIGHT")
    """Requests to one provider at once, of all processes together."""
    llm_per_minute: int = Field(default=0, ge=0, validation_alias="CRAVENY_LLM_PER_MINUTE")
    """Requests to one provider in a minute; 0: as many as it bears."""
    llm_deadline_seconds: float = Field(default=90, gt=0, validation_alias="CRAVENY_LLM_DEADLINE_SECONDS")
    """A request that takes longer is given up."""
    report_priority: int = Field(default=1, ge=0, le=5, validation_alias="CRAVENY_REPORT_PRIORITY")
    """Stocks of this priority or before it are reported on unasked; 0: none is."""

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
