"""Search by people: news that is alike, reasons that are alike. Forecasts search for themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.markets import known_market
from craveny_api.pages import Id, Instant
from craveny_api.parameters import given
from craveny_api.prediction_examples import PREDICTION
from craveny_api.problems import Refusal, documented
from craveny_api.routes.news import EXAMPLE as ARTICLE
from craveny_api.schemas import examples
from craveny_api.shaping import article_values, prediction_values
from craveny_domain.embedding import KEYLESS, Embedding, embed
from craveny_store.embeddings import NEWS, REASONS, Collection, embedding_in_force, vector_of
from craveny_store.milvus_search import MilvusSearch
from craveny_store.partitions import database_now
from craveny_store.reads.articles import articles_by_id
from craveny_store.reads.paging import Row
from craveny_store.reads.predictions import predictions_by_id
from craveny_store.search import Served, similar

router = APIRouter(prefix="/api/search", tags=["search"], dependencies=[Depends(Needs("guest"))])
# Who serves depends on more than tables: no answer is kept.
Read = Annotated[Reading, Depends(Reads())]
TELLINGS = 4
"""Vectors looked at for each story that is asked for: most of the nearest ones tell the same."""
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_SERVED = {
    "market": "us", "as_of": "2026-10-16T13:00:00Z", "embedding_model": KEYLESS.name, "served_by": "milvus",
    "note": None,
}  # fmt: skip
NEWS_EXAMPLE = _SERVED | {"items": [{"similarity": 0.83, "article": ARTICLE}]}
REASONS_EXAMPLE = _SERVED | {"items": [{"similarity": 0.83, "prediction": PREDICTION}]}

Words = Annotated[str | None, Query(max_length=2_000, description="what it should be like")]


@dataclass(frozen=True)
class Wanted:
    """Where to search, as of when (now, unless told), and for how many."""

    market: Annotated[schemas.MarketCode, Query()]
    as_of: Annotated[Instant | None, Query(description="nothing that became available later is found")] = None
    limit: Annotated[int, Query(ge=1, le=50)] = 10


AskedFor = Annotated[Wanted, Depends(given(Wanted))]


@router.get(
    "/news",
    responses={200: examples(NEWS_EXAMPLE), **documented(404)},
    summary="News that is alike",
)
def search_news(
    request: Request,
    read: Read,
    wanted: AskedFor,
    text: Words = None,
    news_id: Annotated[Id | None, Query(description="an article to find others like")] = None,
) -> schemas.SimilarNews:
    """The stories nearest to a text or to an article: one of them, not both."""
    with read as conn:
        search = _Search.of(conn, request, wanted, NEWS, text, news_id)
        own = _known(articles_by_id(conn, [] if news_id is None else [news_id]), news_id, "article", "/api/news")
        served = search.nearest(wanted.limit * TELLINGS)
        found = articles_by_id(conn, [hit.id for hit in served.hits])
        told = set() if own is None else {own["story_id"]}
        items = list(_stories(served, found, told))[: wanted.limit]
        return schemas.SimilarNews.model_validate(search.told(served) | {"items": items})


@router.get(
    "/reasons",
    responses={200: examples(REASONS_EXAMPLE), **documented(404)},
    summary="Reasons that are alike",
)
def search_reasons(
    request: Request,
    read: Read,
    wanted: AskedFor,
    text: Words = None,
    prediction_id: Annotated[Id | None, Query(description="a forecast to find others with reasons like its")] = None,
) -> schemas.SimilarReasons:
    """The forecasts whose reasons are nearest to a text or to a forecast's own: one of them, not both.

    Of the horizons that share a reason the shortest is meant.
    """
    with read as conn:
        search = _Search.of(conn, request, wanted, REASONS, text, prediction_id)
        asked = [] if prediction_id is None else [prediction_id]
        _known(predictions_by_id(conn, asked), prediction_id, "forecast", "/api/predictions")
        served = search.nearest(wanted.limit + 1)
        hits = [hit for hit in served.hits if hit.id != prediction_id][: wanted.limit]
        found = predictions_by_id(conn, [hit.id for hit in hits])
        items = [
            {"similarity": hit.similarity, "prediction": prediction_values(found[hit.id])}
            for hit in hits
            if hit.id in found
        ]
        return schemas.SimilarReasons.model_validate(search.told(served) | {"items": items})


def _stories(served: Served, found: Mapping[int, Row], told: set[int]) -> Iterator[dict[str, Any]]:
    for hit in served.hits:
        article = found.get(hit.id)
        if article and article["story_id"] not in told:
            told.add(article["story_id"])
            yield {"similarity": hit.similarity, "article": article_values(article)}


def _known(found: Mapping[int, Row], key: int | None, what: str, where: str) -> Row | None:
    if key is not None and key not in found:
        raise Refusal(404, f"No such {what}", f"There is no {what} {key}. Look for it at {where}.")
    return None if key is None else found[key]


@dataclass(frozen=True)
class _Search:
    """A search as asked: its vector, or why there is none."""

    conn: Connection
    milvus: MilvusSearch | None
    collection: Collection
    embedding: Embedding | None
    market: str
    until: datetime
    question: np.ndarray | None

    @classmethod
    def of(
        cls,
        conn: Connection,
        request: Request,
        wanted: Wanted,
        collection: Collection,
        text: str | None,
        key: int | None,
    ) -> "_Search":
        """422 unless it is asked for exactly one of a text and an id, and for a text that can be embedded here."""
        market = known_market(wanted.market).code
        if (text is None) == (key is None):
            raise Refusal(422, "One thing to be like", f"Give either text or {collection.key}.")
        embedding = embedding_in_force(conn, collection, market)
        until = database_now(conn) if wanted.as_of is None else min(wanted.as_of, database_now(conn))
        question = None
        if embedding and text is not None:
            question = _embedded(embedding, text, collection)
        elif embedding and key is not None:
            question = vector_of(conn, collection, embedding, key)
        milvus = request.app.state.milvus
        return cls(conn, milvus, collection, embedding, market, max(until, _EARLIEST), question)

    def nearest(self, k: int) -> Served:
        """What was found."""
        if self.embedding is None:
            return Served([], "postgres", f"There are no vectors of {self.market} yet.")
        if self.question is None:
            return Served([], "postgres", "What is searched by has no vector of the model in force.")
        return similar(
            self.conn, self.milvus, self.collection, self.embedding, self.market, self.question, k, self.until
        )

    def told(self, served: Served) -> dict[str, Any]:
        """The values of a Search."""
        name = self.embedding.name if self.embedding else None
        who = {"served_by": served.served_by, "note": served.reason}
        return {"market": self.market, "as_of": self.until, "embedding_model": name, **who}


def _embedded(embedding: Embedding, text: str, collection: Collection) -> np.ndarray:
    if embedding != KEYLESS:
        # Keys stay with the code server.
        detail = f"The vectors are {embedding.name}'s, which this process has no key for. Search by {collection.key}."
        raise Refusal(422, "Words cannot be searched by", detail)
    return embed([text])[0]
