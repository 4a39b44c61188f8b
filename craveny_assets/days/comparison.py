"""Verdicts, badges and calibrations as of each session, by evidence carried on from the session before."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from craveny_assets.days.work import NO_SESSION, Day, Written
from craveny_domain.calibration import Outcomes
from craveny_domain.forecasts import BOARDS
from craveny_domain.sayings import Badge, Said, badges, said
from craveny_store.comparisons import cell_rows, write_badges, write_calibrations, write_comparisons
from craveny_store.evidence import READS, evidence_before
from craveny_store.grounds import grounds_of
from craveny_store.partitions import require


def model_comparison_day(day: Day) -> Written:
    """Verdicts between models and floor badges as of the day, from its differences and all before them; and what the
    probabilities that it settled had come to mean when they were stated."""
    if day.index is None:
        return NO_SESSION
    market = day.market.code
    require(day.conn, market, READS, [day.day])
    sessions = day.work.sessions[: day.index + 1]
    read = day.require_since_start(READS, "price", [session.session_date for session in sessions])
    first = read.first if read else day.day
    grounds = grounds_of(day.conn, day.market, day.work.sessions)
    before = evidence_before(day.conn, market, first, day.day, grounds, day.work.evidence.get(market))
    after = day.work.evidence[market] = before.after(day.conn, day.day)
    verdicts, held = said(after.standings, grounds.running_tests(day.day)), badges(after.standings)
    changes = write_comparisons(day.conn, market, day.day, verdicts)
    changes += write_badges(day.conn, market, day.day, held)
    changes += write_calibrations(day.conn, market, day.day, list(_calibrated(day, before.outcomes)))
    return Written(changes, [read], notes=_notes(verdicts), preview=[_shown(badge) for badge in held])


def _calibrated(day: Day, outcomes: Outcomes) -> Iterator[tuple]:
    """What each hundredth that the day settled had come to mean by its session's cut-off."""
    rows, models = cell_rows(day.conn, day.market.code, day.day, day.day)
    known = {}
    for _, model, horizon, board, cell, answered, ups, stated in rows.tolist():
        record = models[model], horizon, BOARDS[board]
        if record not in known:
            known[record] = outcomes.before(record, horizon - 1)
        meaning = float(known[record].meaning[cell])
        calibrated = stated / answered if np.isnan(meaning) else meaning
        yield (*record, cell, answered, ups, stated, calibrated, known[record].fitted_on)


def _notes(verdicts: Sequence[Said]) -> dict[str, object]:
    words = Counter(each.verdict for each in verdicts)
    tests = len({each.test_id for each in verdicts} - {0})
    return {"comparisons": len(verdicts), **words, "tests": tests}


def _shown(badge: Badge) -> dict[str, object]:
    held = f"since {badge.since_date}" if badge.is_earned else "not shown yet"
    return {
        "model": badge.model_name,
        "horizon": badge.horizon,
        "board": badge.board,
        "beats the floors": held,
        "floors beaten": f"{badge.floors_beaten} of {badge.floors}",
        "hardest": badge.hardest_floor,
        "days": badge.days,
        "days to go": badge.days_to_go,
    }
