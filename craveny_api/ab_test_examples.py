"""What answers about A/B tests look like, for the API's description."""

_FIGURE = {"value": 0.53, "low": 0.49, "high": 0.57, "n": 1200, "days": 60}
EVIDENCE = {
    "as_of_date": "2026-10-19", "questions": 600, "days": 30, "difference": 0.012, "better": 1.2, "worse": -0.9,
    "below_edge": 0.3, "above_edge": 1.9, "verdict": "not_shown", "since_date": None, "days_to_go": 45,
    "is_revised": False,
}  # fmt: skip
TEST = {
    "test_id": 3, "name": "prompt-2-against-1", "market": "us", "horizon": 1, "model_a": "gpt-4o-mini",
    "model_b": "gpt-4o-mini-2", "mode": "paired", "share_b": None, "metric": "hit", "edge": 0.02, "alpha": 0.05,
    "starts_on": "2026-09-08", "is_default": True, "created_at": "2026-09-07T20:15:00Z", "stopped_at": None,
    "stop_reason": None, "newest": EVIDENCE,
}  # fmt: skip
DETAIL = TEST | {
    "shown_at": 3.689, "no_difference_at": 2.996, "difference": _FIGURE | {"value": 0.012, "low": -0.01, "high": 0.03},
    "variants": [
        {"model": "gpt-4o-mini", "hit_rate": _FIGURE, "brier": _FIGURE},
        {"model": "gpt-4o-mini-2", "hit_rate": _FIGURE, "brier": _FIGURE},
    ],
    "evidence": [EVIDENCE],
    "history": [
        {"as_of_date": "2026-09-08", "verdict": "not_shown", "days": 1, "is_revised": False,
         "decided_at": "2026-09-08T20:10:00Z", "superseded_at": None},
    ],
}  # fmt: skip
