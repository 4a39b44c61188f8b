"""What the members of each ensemble were worth to it among the questions of a settled day."""

from collections.abc import Iterator
from datetime import date
from itertools import product

import numpy as np

from craveny_assets.days.work import Day
from craveny_domain.clocks import cutoff, session_index
from craveny_domain.ensembles import RULES, member_sums
from craveny_domain.forecasts import BOARDS
from craveny_domain.panel import HORIZONS
from craveny_store.model_book import active_models
from craveny_store.settlements import Settled


def members_of(day: Day, settled: Settled) -> Iterator[tuple]:
    """A row of `daily_member`, less market and day, of every horizon, board, ensemble and member with a question.

    Settled late counts nowhere, so that all questions of a horizon are of one session and one set of members. A
    question's board is its ensemble's; a member's word counts whenever it was said.
    """
    rows = settled.rows
    answered = (rows["void"] == 0) & (rows["is_late"] == 0) & (rows["outcome_class"] == 0)
    for horizon in HORIZONS:
        asked = settled.only(answered & (rows["horizon"] == horizon))
        if not len(asked.rows):
            continue
        at = session_index(day.work.sessions, date.fromordinal(int(asked.rows["session"][0])))
        if at is None:
            continue
        active = active_models(day.conn, cutoff(day.work.sessions[at], day.market.lead))
        for ensemble, board in product((m for m in active if m.is_ensemble), range(len(BOARDS))):
            names = [m.model_name for m in ensemble.members_among(active)]
            for name, *told in _of_board(asked, ensemble.model_name, names, board, ensemble.identifier):
                yield (horizon, BOARDS[board], ensemble.model_name, name, *told)


def _of_board(asked: Settled, ensemble: str, members: list[str], board: int, rule: str) -> Iterator[tuple]:
    rows = asked.rows
    its_own = rows[(rows["model"] == asked.models.index(ensemble)) & (rows["is_reconstructed"] == board)]
    # Ascending by stock, as all settled rows are: the order of addition is always the same.
    stocks = its_own["stock_id"]
    probability = np.full((len(stocks), len(members)), np.nan)
    for at, name in enumerate(members):
        said = rows[rows["model"] == asked.models.index(name)]
        _, mine, theirs = np.intersect1d(stocks, said["stock_id"], assume_unique=True, return_indices=True)
        probability[mine, at] = said["probability"][theirs]
    sums = member_sums(RULES[rule], probability, its_own["outcome_return"] > 0)
    columns = (sums.questions, sums.hits, sums.hits_without, sums.brier, sums.brier_without)
    for name, questions, *told in zip(members, *(c.tolist() for c in columns), strict=True):
        if questions:
            yield (name, questions, *told)
