"""The assets of one market: what each is, what it reads, and the body that makes its days."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import dagster as dg

from craveny_assets.days.comparison import model_comparison_day
from craveny_assets.days.comparison_pictures import comparison_pictures
from craveny_assets.days.embeddings import news_embeddings_day, prediction_embeddings_day
from craveny_assets.days.news import match_day, news_day, raw_news_day
from craveny_assets.days.performance import daily_performance_day
from craveny_assets.days.predictions import prediction_day
from craveny_assets.days.prices import price_day
from craveny_assets.days.reports import stock_report_day
from craveny_assets.days.settling import evaluation_history_day
from craveny_assets.days.work import Options, Work
from craveny_assets.llm.previews import refuse_dear_run
from craveny_assets.partitions import market_days
from craveny_assets.ranges import Body, Pictures, materialize_range
from craveny_assets.resources import Workshop
from craveny_domain.clocks import Market
from craveny_store.embeddings import NEWS, REASONS, Collection
from craveny_store.milvus import MirrorUnavailable

DAYS_PER_RUN = 30
"""A range run loses at most this many days' events when it dies; see BackfillPolicy.multi_run."""


@dataclass(frozen=True)
class AssetPlan:
    """One asset's name, inputs and body; `after` runs once when the run's days are written, `pictures` are shown of the
    newest of them."""

    name: str
    reads: tuple[str, ...]
    body: Body
    after: Callable[[Work], str] | None = None
    pictures: Pictures | None = None


def sync_mirror(work: Work, collection: Collection = NEWS) -> str:
    """Bring the newest vectors to Milvus; forecasts never need it, so its absence is only said."""
    if work.mirror is None:
        return "no Milvus is set, or it is brought up to date when the backfill ends"
    try:
        with work.engine.begin() as conn:
            sent = work.mirror.sync(conn, work.market.code, collection)
            return f"{sent} vectors sent to {collection.name} in Milvus"
    except MirrorUnavailable as error:
        return f"{error}. The next sync makes up for it"


def sync_reasons(work: Work) -> str:
    """The same for the forecasts' reasons."""
    return sync_mirror(work, REASONS)


PLANS: Sequence[AssetPlan] = (
    AssetPlan("raw_news", (), raw_news_day),
    AssetPlan("news", ("raw_news",), news_day),
    AssetPlan("match", ("news",), match_day),
    AssetPlan("news_embeddings", ("news",), news_embeddings_day, sync_mirror),
    AssetPlan("price", (), price_day),
    AssetPlan("prediction", ("match", "news_embeddings", "price"), prediction_day),
    AssetPlan("prediction_embeddings", ("prediction",), prediction_embeddings_day, sync_reasons),
    AssetPlan("evaluation_history", ("prediction", "price"), evaluation_history_day),
    AssetPlan("daily_performance", ("evaluation_history",), daily_performance_day),
    AssetPlan("model_comparison", ("daily_performance",), model_comparison_day, pictures=comparison_pictures),
)
BODIES = {plan.name: plan for plan in PLANS}
REPORTS = AssetPlan("stock_report", ("match", "price", "prediction"), stock_report_day)
"""Reports are of the present and no part of any backfill: they have their own job, sensor and cost."""


class PredictionConfig(dg.Config):
    """What a person may set when launching forecasts: model names (none: all active), fresh questions, and what
    language models may cost in the run, USD (none: as much as any run may)."""

    models: list[str] = []  # noqa: RUF012 - Dagster copies the default
    refresh_inputs: bool = False
    max_usd: float | None = None


def market_assets(market: Market) -> list[dg.AssetsDefinition]:
    """Every asset of a market, keyed and grouped by its code."""
    return [_asset(market, plan) for plan in (*PLANS, REPORTS)]


def _asset(market: Market, plan: AssetPlan) -> dg.AssetsDefinition:
    decorate = dg.asset(
        name=plan.name,
        key_prefix=[market.code],
        group_name=market.code,
        deps=[dg.AssetKey([market.code, name]) for name in plan.reads],
        partitions_def=market_days(market),
        backfill_policy=dg.BackfillPolicy.multi_run(DAYS_PER_RUN),
        output_required=False,
        kinds={"postgres"},
        description=plan.body.__doc__,
    )
    if plan.name == "prediction":

        def forecast(
            context: dg.AssetExecutionContext, workshop: Workshop, config: PredictionConfig
        ) -> Iterator[dg.MaterializeResult]:
            cap = None if config.max_usd is None else Decimal(str(config.max_usd))
            options = Options(tuple(config.models), config.refresh_inputs, cap)
            yield from _materialize(context, workshop, market, plan, options)

        return decorate(forecast)

    def produce(context: dg.AssetExecutionContext, workshop: Workshop) -> Iterator[dg.MaterializeResult]:
        yield from _materialize(context, workshop, market, plan, Options())

    return decorate(produce)


def _materialize(
    context: dg.AssetExecutionContext, workshop: Workshop, market: Market, plan: AssetPlan, options: Options
) -> Iterator[dg.MaterializeResult]:
    with workshop.open(market, context.run, context.instance, options) as work:
        work.say = context.log.info
        if plan.name == "prediction":
            days = [date.fromisoformat(key) for key in context.partition_keys]
            refuse_dear_run(work.engine, market, days, options.models, options.max_usd)
        results = list(materialize_range(context, work, plan.name, plan.body, plan.pictures))
        if plan.after:
            context.log.info(plan.after(work))
        yield from results
