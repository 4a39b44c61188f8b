"""What forecasts would cost, shown before anybody is asked: to people in the Dagster UI, and to runs about to start."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import dagster as dg
from sqlalchemy import Connection, Engine

from craveny_assets.ranges import table
from craveny_domain.clocks import Market
from craveny_domain.typed_answers import FORECAST_SCHEMA
from craveny_store.calendar import sessions_between
from craveny_store.engine import open_engine
from craveny_store.llm_estimates import Estimate, estimate, total
from craveny_store.settings import Settings


class PreviewConfig(dg.Config):
    """Which sessions, from first to last (YYYY-MM-DD), and which models (none: all active language models)."""

    first: str
    last: str
    models: list[str] = []  # noqa: RUF012 - Dagster copies the default


def preview_job(market: Market) -> dg.JobDefinition:
    """Shows what forecasts of a span of days would ask of language models: calls, kept answers, tokens, USD."""

    @dg.op(name=f"{market.code}_preview_cost", description=preview_job.__doc__)
    def preview(context: dg.OpExecutionContext, config: PreviewConfig) -> None:
        engine = open_engine(Settings().database_url, pool_size=1)
        try:
            with engine.connect() as conn:
                days = (date.fromisoformat(config.first), date.fromisoformat(config.last))
                found = estimates(conn, market, *days, config.models)
        finally:
            engine.dispose()
        calls, kept, tokens, usd = total(found)
        shown = {"calls": calls, "kept_answers": kept, "tokens": tokens, "usd": float(usd)}
        context.add_output_metadata({**shown, **({"by_session": table(rows(found))} if found else {})})
        context.log.info(f"{calls} calls, {kept} answers kept, {tokens:,} tokens, about {usd:.4f} USD")

    @dg.job(name=f"{market.code}_preview_cost_job", description=preview_job.__doc__)
    def job() -> None:
        preview()

    return job


def estimates(conn: Connection, market: Market, first: date, last: date, models: Sequence[str] = ()) -> list[Estimate]:
    """By session and model, what forecasts from first to last would ask."""
    return estimate(conn, market, sessions_between(conn, market.code, first, last), FORECAST_SCHEMA, models)


def rows(found: Sequence[Estimate]) -> list[dict[str, object]]:
    """Estimates as a table shows them."""
    return [
        {
            "session": str(e.session_date),
            "model": e.model_name,
            "calls": e.calls,
            "kept": e.kept,
            "tokens": e.tokens,
            "usd": f"{e.usd:.6f}",
            "counted": "frozen questions" if e.is_exact else "estimated",
        }
        for e in found
    ]


def refuse_dear_run(
    engine: Engine, market: Market, days: Sequence[date], models: Sequence[str], max_usd: Decimal | None
) -> None:
    """Raise Failure when the run may cost more than a run may that nobody gave a cap."""
    threshold = Settings().llm_ask_above_usd
    if max_usd is not None or not days:
        return
    with engine.connect() as conn:
        *_, usd = total(estimates(conn, market, min(days), max(days), models))
    if usd > threshold:
        raise dg.Failure(
            f"The run may cost about {usd:.2f} USD, more than {threshold:.2f}. Launch it with a cap in its run config,"
            f" ops: {{{market.code}__prediction: {{config: {{max_usd: {usd:.2f}}}}}}}, or name fewer models or days.",
            allow_retries=False,
        )
