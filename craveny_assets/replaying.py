"""What a model would have said of a past session: `python -m craveny_assets.replaying MARKET DAY MODEL [PROMPT [USD]]`.

From the frozen inputs of that day; a session whose questions nobody briefed a language model on is briefed now, by
what was known at its cut-off, and that is kept. Run as a child process; prints one JSON line.
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import Engine

from craveny_assets.days.language import answers_of, call_of, reader_of, with_briefs
from craveny_assets.days.questions import Reads, prices_at
from craveny_assets.days.work import Day, Options, Work
from craveny_assets.llm.asking import Unanswered, Wish
from craveny_domain.clocks import Market
from craveny_domain.contamination import is_contaminated
from craveny_domain.forecasts import Answer
from craveny_domain.panel import HORIZONS
from craveny_domain.prompts import Prompt
from craveny_store.bulk import Changes
from craveny_store.engine import open_engine
from craveny_store.forecasts import Evidence, freeze_evidence, frozen_evidence
from craveny_store.leases import LeaseHeld, LeaseKeeper, PartitionKey
from craveny_store.llm_calls import freeze_calls
from craveny_store.llm_spending import spent_on
from craveny_store.model_book import Model, first_active_at, model_called, price_of, prompt_of
from craveny_store.partitions import MissingInput
from craveny_store.replays import write_replays
from craveny_store.settings import Settings, load_markets


@dataclass(frozen=True)
class Replayed:
    """What became of a replay: its rows, why questions are left open, with how many, and what it cost, USD."""

    changes: Changes
    pending: Counter[str]
    requests: int
    usd: Decimal
    is_contaminated: bool


NOTHING = [Answer(h, "no_input") for h in HORIZONS]
"""What is said of a stock without news."""


def replay_day(
    engine: Engine, market: Market, day: date, model_name: str, prompt_version: str | None = None,
    max_usd: Decimal | None = None,
) -> Replayed:  # fmt: skip
    """Ask a model about a session as if it were then; LookupError for an unknown model or prompt."""
    work = Work(engine, market, LeaseKeeper(engine, f"replay-{uuid4().hex[:12]}"), options=Options(max_usd=max_usd))
    with work.day(day) as opened:
        model = model_called(opened.conn, model_name)
        if model.is_keyless:
            raise LookupError(f"{model_name} answers by a rule of ours; what it says of a past day stands already.")
        prompt = prompt_of(opened.conn, prompt_version or model.prompt_version)
        evidence = _briefed(opened)
        activated = first_active_at(opened.conn, model_name)
        tainted = is_contaminated(opened.session(), model.knowledge_cutoff_date, activated)
        wishes = _wishes(opened, model, prompt, evidence)
    results = work.asker.ask(list(wishes.values()))
    rows = [
        (market.code, day, stock, said.horizon, model_name, prompt.prompt_version, *_said(said), tainted, said.call_key)
        for stock in evidence
        for said in (answers_of(wishes[stock], results) if stock in wishes else NOTHING)
    ]
    with engine.begin() as conn:
        changes = write_replays(conn, market.code, day, model_name, prompt.prompt_version, rows)
        requests, usd = spent_on(conn, work.keeper.holder, market.code, day)
    pending = Counter(result.detail for result in results.values() if isinstance(result, Unanswered))
    return Replayed(changes, pending, requests, usd, tainted)


def _briefed(day: Day) -> dict[int, Evidence]:
    """The day's frozen questions with their briefs; a brief that nobody needed so far is frozen now."""
    if day.index is None:
        raise LookupError(f"{day.market.code} has no session on {day.day}; choose a trading day.")
    frozen = frozen_evidence(day.conn, day.market.code, day.day)
    if not frozen:
        raise LookupError(f"{day.market.code} {day.day} has no frozen questions; materialize its forecasts first.")
    fence = next(iter(frozen.values())).cutoff_at
    briefed = with_briefs(day, fence, frozen, lambda: prices_at(day, Reads.assert_of(day), fence))
    if briefed != frozen:
        lease = day.work.keeper.take(PartitionKey(day.market.code, "prediction", day.day))
        try:
            with day.work.engine.begin() as conn:
                day.work.keeper.require(lease.key, conn)
                freeze_evidence(conn, day.market.code, day.day, briefed)
        finally:
            day.work.keeper.release(lease)
    return briefed


def _wishes(day: Day, model: Model, prompt: Prompt, evidence: Mapping[int, Evidence]) -> dict[int, Wish]:
    price = price_of(day.conn, model.price_entry, day.now.astimezone(UTC).date())
    calls = {stock: call for stock, item in evidence.items() if (call := call_of(day, model, prompt, item))}
    freeze_calls(day.conn, calls.values())
    about = (model.model_name, day.market.code, day.day)
    briefs = {stock: item.brief for stock, item in evidence.items() if item.brief}
    return {stock: Wish(call, "replay", price, reader_of(briefs[stock]), *about) for stock, call in calls.items()}


def _said(answer: Answer) -> tuple[object, ...]:
    return (answer.outcome_class, answer.probability, answer.direction, answer.expected_move, answer.reasoning)


def main(arguments: Sequence[str]) -> int:
    """Replay the session named on the command line."""
    code, day, model_name = arguments[0], date.fromisoformat(arguments[1]), arguments[2]
    prompt_version = arguments[3] if len(arguments) > 3 and arguments[3] else None
    max_usd = Decimal(arguments[4]) if len(arguments) > 4 else None
    settings = Settings()
    engine = open_engine(settings.database_url)
    try:
        market = load_markets(settings.markets_file)[code]
        done = replay_day(engine, market, day, model_name, prompt_version, max_usd)
    except (LookupError, MissingInput, LeaseHeld) as error:
        sys.stderr.write(f"{error}\n" if isinstance(error, LeaseHeld) else f"{error.args[0]}\n")
        return 1
    finally:
        engine.dispose()
    left = "; ".join(f"{count} left open: {why}" for why, count in done.pending.items())
    known = " The model may have learnt what came of it: marked contaminated." if done.is_contaminated else ""
    sys.stdout.write(
        f"{done.changes.rows} answers replayed with {done.requests} requests for {done.usd:.4f} USD."
        f"{f' {left}.' if left else ''}{known}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
