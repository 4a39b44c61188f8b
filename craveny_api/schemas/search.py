"""What was found near a text, an article or a forecast's reason."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from craveny_api.schemas.building_blocks import MarketCode, Shape
from craveny_api.schemas.forecasts import Prediction
from craveny_api.schemas.news import Article


class Search(Shape):
    """Who searched, among which vectors, and as of when: nothing that became available later is found."""

    market: MarketCode
    as_of: datetime
    embedding_model: str | None = Field(description="what made the vectors; null while there are none")
    served_by: Literal["milvus", "postgres"] = Field(description="milvus: its index; postgres: an exact search")
    note: str | None = Field(description="why it was not milvus, or why nothing could be found, one sentence")


class SimilarArticle(Shape):
    """A story and how near it is."""

    similarity: float = Field(description="cosine, -1 to 1")
    article: Article


class SimilarNews(Search):
    """The nearest stories, the nearest first, each once by its nearest telling."""

    items: list[SimilarArticle]


class SimilarReason(Shape):
    """A forecast whose reason is near; the reason is the model's own words, plain text."""

    similarity: float = Field(description="cosine, -1 to 1")
    prediction: Prediction


class SimilarReasons(Search):
    """The forecasts with the nearest reasons, the nearest first: one per stock, session and model."""

    items: list[SimilarReason]
