"""Verdicts that eleven days of a sample could never show, put straight into the tables as a year would leave them."""

from datetime import date

from sqlalchemy import Engine, text

from tests.dashboard.language_plants import SCRIBE
from tests.dashboard.plants import MARKET

BOARD = {"market": MARKET, "board": "reconstructed", "horizon": 1}
PAIR, WORD, SINCE = ("lexicon", "momentum"), "better", date(2026, 10, 15)
"""The first is called better than the second, from that day on."""
REVISED = date(2026, 10, 14)
"""What was said of PAIR as of that day was said anew."""
KNOWS_UNTIL = date(2026, 10, 8)
"""SCRIBE may have learnt what came up to that day."""
EARNED = "lexicon"

_WORDS = {PAIR: WORD, ("coin", "lexicon"): "worse", ("nearest_news", "reversal"): "no_difference"}

_SAY = """
    UPDATE model_comparison SET
        verdict = CASE WHEN as_of_date < :since THEN 'not_shown' ELSE :word END,
        since_date = CASE WHEN as_of_date < :since THEN NULL ELSE cast(:since AS date) END,
        days_to_go = CASE WHEN as_of_date < :since THEN 12 END,
        better = CASE :word WHEN 'better' THEN days * 0.9 ELSE days * -0.1 END,
        worse = CASE :word WHEN 'worse' THEN days * 0.9 ELSE days * -0.1 END
    WHERE market = :market AND board = :board AND horizon = :horizon AND test_id = 0
        AND model_a = :model_a AND model_b = :model_b"""

_REVISE = (
    """
    INSERT INTO model_comparison (market, as_of_date, board, horizon, model_a, model_b, metric, edge, alpha, questions,
        days, difference, better, worse, below_edge, above_edge, verdict, since_date, days_to_go, is_revised,
        decided_at, superseded_at)
    SELECT market, as_of_date, board, horizon, model_a, model_b, metric, edge, alpha, questions, days, difference,
        0.123, worse, below_edge, above_edge, 'not_shown', NULL, 40, false, decided_at - interval '1 day', decided_at
    FROM model_comparison""",
    "UPDATE model_comparison SET is_revised = true",
)

_HERE = """
    WHERE market = :market AND board = :board AND horizon = :horizon AND test_id = 0 AND as_of_date = :revised
        AND model_a = :model_a AND model_b = :model_b AND superseded_at IS NULL"""

_EARN = """
    UPDATE floor_badge SET is_earned = true, floors_beaten = floors, since_date = :since, days_to_go = NULL,
        is_revised = true
    WHERE market = :market AND board = :board AND horizon = :horizon AND as_of_date >= :since AND model_name = :model"""


def plant_judgement(engine: Engine) -> None:
    """On the reconstructed board of MARKET: one pair of each word, a revised day, a badge, contaminated days."""
    with engine.begin() as conn:
        for (model_a, model_b), word in _WORDS.items():
            said = {"model_a": model_a, "model_b": model_b, "word": word, "since": SINCE}
            assert conn.execute(text(_SAY), BOARD | said).rowcount, f"{model_a} and {model_b} are no pair of the board"
        revised = BOARD | {"model_a": PAIR[0], "model_b": PAIR[1], "revised": REVISED}
        for statement in _REVISE:
            assert conn.execute(text(statement + _HERE), revised).rowcount == 1
        assert conn.execute(text(_EARN), BOARD | {"model": EARNED, "since": SINCE}).rowcount
        learnt = text("UPDATE model SET knowledge_cutoff_date = :until WHERE model_name = :model")
        conn.execute(learnt, {"until": KNOWS_UNTIL, "model": SCRIBE})
