"""What the judgement routes answer, as their documentation shows it."""

FIGURE = {"value": 0.53, "low": 0.49, "high": 0.57, "n": 1200, "days": 60}
BADGE = {
    "as_of_date": "2026-10-19", "is_earned": False, "floors_beaten": 2, "floors": 5, "candidates": 4, "alpha": 0.0125,
    "days": 60, "hardest_floor": "momentum", "days_to_go": 140, "since_date": None, "is_revised": False,
}  # fmt: skip
EVALUATIONS = {
    "market": "us", "board": "live", "horizon": 1, "window": "90", "sector": None, "symbol": None,
    "first_date": "2026-07-22", "last_date": "2026-10-19",
    "models": [
        {"model": "nearest_news", "provider": "baseline", "is_floor": False, "figures": {"hit_rate": FIGURE},
         "skill": {"climatology": FIGURE}, "outcomes": {"ok": 1200, "no_input": 30}, "void": 2, "contaminated_days": 0,
         "badge": BADGE}
    ],
}  # fmt: skip
DAILY = {
    "model": "nearest_news", "is_floor": False,
    "points": [
        {"settle_date": "2026-10-19", "asked": 20, "answered": 18, "hits": 10, "brier": 0.248,
         "daily_return": 0.0012, "cumulative_return": 0.0012, "drawdown": 0.0, "is_contaminated": False}
    ],
}  # fmt: skip
_STATED = {"bins": [{"bin": 5, "mean_probability": 0.54, "up_share": FIGURE}], "ece": FIGURE, "brier": FIGURE}
RELIABILITY = {"model": "nearest_news", "is_floor": False, **_STATED, "raw": _STATED, "calibrated": _STATED}
VERDICTS = {
    "market": "us", "board": "live", "horizon": 1, "as_of_date": "2026-10-19", "metric": "hit", "edge": 0.02,
    "alpha": 0.0045,
    "pairs": [
        {"model_a": "coin", "model_b": "nearest_news", "questions": 1200, "difference": FIGURE, "better": -0.4,
         "worse": 1.2, "verdict": "not_shown", "since_date": None, "days_to_go": 140, "is_revised": False}
    ],
}  # fmt: skip
VERDICT_DAY = {
    "as_of_date": "2026-10-19", "days": 60, "questions": 1200, "difference": -0.01, "better": -0.4, "worse": 1.2,
    "below_edge": 1.5, "above_edge": 0.1, "alpha": 0.0045, "verdict": "not_shown", "is_revised": False,
    "decided_at": "2026-10-19T20:31:00Z", "superseded_at": None,
}  # fmt: skip
