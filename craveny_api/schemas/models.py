"""Forecasters."""

from datetime import date, datetime

from pydantic import Field

from craveny_api.schemas.base import ModelName, Shape


class Model(Shape):
    """A forecaster."""

    model: ModelName
    provider: str
    identifier: str
    is_floor: bool
    prompt_version: str | None
    knowledge_cutoff_date: date | None = Field(description="null: unknown")
    is_active: bool
    active_from_at: datetime | None
