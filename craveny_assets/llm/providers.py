"""The providers of language models: where each is and with which key. Any server that speaks the protocol works."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from craveny_store.llm_spending import Limits
from craveny_store.settings import Settings

if TYPE_CHECKING:
    from openai import AsyncOpenAI

PROVIDERS = ("openai", "openrouter")
CONNECT_SECONDS = 5.0
LOCAL_KEY = "none"
"""What a server of one's own is sent in place of a key."""


class ProviderSettings(BaseSettings):
    """Keys and addresses of providers, for the processes of the code server alone."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    openai_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_address: str = Field(default="https://api.openai.com/v1", validation_alias="OPENAI_BASE_URL")
    openrouter_key: SecretStr | None = Field(default=None, validation_alias="OPENROUTER_API_KEY")
    openrouter_address: str = Field(default="https://openrouter.ai/api/v1", validation_alias="OPENROUTER_BASE_URL")

    def missing(self, provider: str) -> str | None:
        """Why a provider cannot be asked, one sentence; None when it can."""
        if provider not in PROVIDERS:
            return f"There is no provider {provider}; choose among: {', '.join(PROVIDERS)}."
        if self._key(provider) is None:
            return f"{provider.upper()}_API_KEY is not set; set it, or switch the models of {provider} off."
        return None

    def client(self, provider: str, seconds: float) -> "AsyncOpenAI":
        """The client of a provider; retries are ours, for each of them has its own money."""
        import httpx2
        from openai import AsyncOpenAI

        key = self._key(provider)
        return AsyncOpenAI(
            api_key=key.get_secret_value() if key else LOCAL_KEY,
            base_url=self.openai_address if provider == "openai" else self.openrouter_address,
            max_retries=0,
            timeout=httpx2.Timeout(seconds, connect=CONNECT_SECONDS),
        )

    def without_keys(self, words: str | None) -> str | None:
        """What a provider said, without any key it repeats."""
        for key in (self.openai_key, self.openrouter_key):
            if words and key and key.get_secret_value():
                words = words.replace(key.get_secret_value(), "***")
        return words

    def _key(self, provider: str) -> SecretStr | None:
        return self.openai_key if provider == "openai" else self.openrouter_key


def limits_of(settings: Settings, run_usd: Decimal | None = None) -> Limits:
    """The limits as set; a run's own cap, where it has one, in place of the usual one."""
    return Limits(
        daily_usd=settings.llm_daily_usd,
        run_usd=settings.llm_run_usd if run_usd is None else run_usd,
        in_flight=settings.llm_in_flight,
        per_minute=settings.llm_per_minute,
        deadline=timedelta(seconds=settings.llm_deadline_seconds),
    )
