"""What language models cost and would cost, as tables on the terminal."""

from datetime import date

from rich.table import Table
from sqlalchemy import Engine

from craveny_cli.narrator import Narrator, answer
from craveny_domain.clocks import Market
from craveny_domain.typed_answers import FORECAST_SCHEMA
from craveny_store.calendar import sessions_between
from craveny_store.llm_estimates import Estimate, estimate, total


def show_estimate(narrator: Narrator, engine: Engine, market: Market, span: tuple[date, date]) -> None:
    """What a backfill would ask of language models: by model, and in one line altogether."""
    with engine.connect() as conn:
        found = estimate(conn, market, sessions_between(conn, market.code, *span), FORECAST_SCHEMA)
    table = Table(title=f"{market.code} {span[0]}..{span[1]}", title_justify="left")
    for column in ("model", "sessions", "calls", "kept answers", "tokens", "USD"):
        table.add_column(column, justify="left" if column == "model" else "right")
    for name in sorted({one.model_name for one in found}):
        own = [one for one in found if one.model_name == name]
        table.add_row(name, f"{len(own):,}", *_shown(own))
    if found:
        narrator.results.print(table)
    else:
        narrator.say("no language model was active at these cut-offs; `craveny replay` asks one about a past session")
    calls, kept, tokens, usd = _shown(found)
    guessed = sum(not one.is_exact for one in found)
    how = f"; {guessed} of {len(found)} by what such questions usually are" if guessed else ""
    answer(f"{calls} calls, {kept} answers kept, {tokens} tokens, about {usd} USD{how}; nothing was asked")


def _shown(found: list[Estimate]) -> list[str]:
    calls, kept, tokens, usd = total(found)
    return [f"{calls:,}", f"{kept:,}", f"{tokens:,}", f"{usd:.4f}"]
