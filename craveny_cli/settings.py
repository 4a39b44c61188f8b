"""What a person can set for the commands: the data folder, ports, how much sample to fill."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[1]


class CliSettings(BaseSettings):
    """Read from the environment; ports are on 127.0.0.1."""

    model_config = SettingsConfigDict(extra="ignore")

    home: Path = Field(default=Path(".craveny"), validation_alias="CRAVENY_HOME")
    api_port: int = Field(default=8000, validation_alias="CRAVENY_API_PORT")
    web_port: int = Field(default=3000, validation_alias="CRAVENY_WEB_PORT")
    code_port: int = Field(default=4266, validation_alias="CRAVENY_CODE_PORT")
    milvus_port: int = Field(default=19530, validation_alias="CRAVENY_MILVUS_PORT")
    sample_days: int = Field(default=120, ge=0, validation_alias="CRAVENY_SAMPLE_DAYS")
    postgres_user: str = Field(default="nobody", validation_alias="CRAVENY_POSTGRES_USER")
