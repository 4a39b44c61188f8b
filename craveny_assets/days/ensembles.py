"""What ensembles say of a session's questions, made of what their members have said of them so far."""

from collections.abc import Collection
from datetime import datetime

import numpy as np

from craveny_assets.days.work import Day
from craveny_domain.clocks import Session, cutoff
from craveny_domain.ensembles import RULES
from craveny_domain.forecasts import PENDING, Answer
from craveny_domain.launches import RETRY_EVERY
from craveny_domain.panel import HORIZONS
from craveny_store.forecasts import said_by
from craveny_store.model_book import Model, members_at


def combined_answers(day: Day, ensemble: Model, stocks: Collection[int], now: datetime) -> dict[int, list[Answer]]:
    """An ensemble's answer to every question: of the members active at the cut-off, those that answered it.

    While a member has yet to answer and will be asked again before the open, so will the ensemble.
    """
    session = day.session()
    members = [m.model_name for m in members_at(day.conn, ensemble, cutoff(session, day.market.lead))]
    column = {name: at for at, name in enumerate(members)}
    questions = {(stock, horizon): at for at, (stock, horizon) in enumerate((s, h) for s in stocks for h in HORIZONS)}
    probability = np.full((len(questions), len(members)), np.nan)
    pending: set[tuple[int, int]] = set()
    for stock, horizon, name, outcome_class, said in said_by(day.conn, day.market.code, day.day, members):
        if (stock, horizon) not in questions:
            continue
        if outcome_class == "ok":
            probability[questions[stock, horizon], column[name]] = said
        elif outcome_class in PENDING and _is_asked_again(now, session):
            pending.add((stock, horizon))
    together = RULES[ensemble.identifier](probability).tolist()
    answers: dict[int, list[Answer]] = {stock: [] for stock in stocks}
    for (stock, horizon), at in questions.items():
        answers[stock].append(_answer(horizon, together[at], is_pending=(stock, horizon) in pending))
    return answers


def _is_asked_again(now: datetime, session: Session) -> bool:
    # In the last try before the open there is nobody to wait for: a row left open then would expire with theirs.
    return now < session.open_at - RETRY_EVERY


def _answer(horizon: int, probability: float, *, is_pending: bool) -> Answer:
    if is_pending:
        return Answer(horizon, "transient")
    if np.isnan(probability):
        return Answer(horizon, "no_input")
    return Answer(horizon, "ok", probability, "up" if probability > 0.5 else "down")
