"""What answers about forecasts look like, for the API's description."""

from typing import Any

PREDICTION: dict[str, Any] = {
    "prediction_id": 815, "market": "us", "symbol": "ACME", "name": "Acme", "session_date": "2026-10-16",
    "horizon": 1, "model": "nearest_news", "is_floor": False, "outcome_class": "ok", "direction": "up",
    "probability": 0.56, "confidence": 0.56, "climatology": 0.52, "expected_move": None, "reasoning": None,
    "origin": "live", "degraded": [], "issued_at": "2026-10-16T13:01:07Z",
    "settlement": {
        "status": "settled", "settle_date": "2026-10-16", "outcome_return": 0.0132, "tradable_return": 0.0087,
        "target_return": None, "stop_return": None, "target_date": None, "stop_date": None, "first_touch": None,
        "path_return": None, "is_up": True, "is_hit": True, "reason": None, "settled_at": "2026-10-16T20:31:12Z",
    },
    "is_synthetic": True,
}  # fmt: skip
PAGE = {"items": [PREDICTION], "next_cursor": "WyJuZXdlc3QiLCIyMDI2LTEwLTE2IiwibmVhcmVzdF9uZXdzIiw3LDFd"}
COMPARISON = {
    "market": "us", "session_date": "2026-10-16", "horizon": 1, "models": ["nearest_news"],
    "rows": [
        {"symbol": "ACME", "name": "Acme", "is_synthetic": True, "answers": {"nearest_news": PREDICTION}},
    ],
    "next_cursor": None,
}  # fmt: skip
_BAR = {
    "session_date": "2026-10-15", "open": 101.0, "high": 103.2, "low": 100.4, "close": 102.5,
    "adjusted_close": 102.5, "total_return_close": 102.5, "volume": 1200300, "split_ratio": 1.0, "dividend": 0.0,
    "source": "sample", "is_corrected": False,
}  # fmt: skip
DETAIL = PREDICTION | {
    "evidence": {
        "cutoff_at": "2026-10-16T13:00:00Z", "frozen_at": "2026-10-16T13:01:07Z", "is_declared": False,
        "base_up_share": 0.52, "base_n": 9120, "returns": {"last_1": 0.004, "last_5": -0.012},
        "calls": [{"rule": "momentum", "call": "up", "up_share": 0.51, "n": 4480, "days": 240}],
        "stories": [], "neighbours": [{"article": None, "similarity": 0.83, "up_share": 0.6}], "passages": [],
    },
    "language": None, "members": [], "replays": [],
    "made_by": {
        "asset": "prediction", "partition_date": "2026-10-16", "version": 90210,
        "run_id": "0d9f7a52-6c39-4a6e-8a52-1f0f3f3f6a11", "committed_at": "2026-10-16T13:01:09Z",
        "inputs": [
            {"asset": "price", "first_date": "2025-10-16", "last_date": "2026-10-15", "days": 250,
             "newest_version": 90101},
        ],
    },
    "settled_by": None, "entry_bar": _BAR, "exit_bar": _BAR | {"session_date": "2026-10-16", "close": 103.85},
}  # fmt: skip
_ATTEMPT = {
    "attempt_id": 71, "purpose": "forecast", "run_id": "0d9f7a52-6c39-4a6e-8a52-1f0f3f3f6a11",
    "started_at": "2026-10-16T13:00:04Z", "settled_at": "2026-10-16T13:00:05Z", "outcome_class": "ok",
    "detail": None, "usd": 0.00031, "is_estimated": False, "prompt_tokens": 1430, "cached_tokens": 512,
    "completion_tokens": 160, "latency_ms": 1180,
}  # fmt: skip
LANGUAGE = {
    "provider": "openai", "identifier": "gpt-4o-mini", "prompt_version": "forecast-1",
    "parameters": {"temperature": 0.3, "max_tokens": 500}, "schema_version": "forecast/1",
    "messages": [{"role": "system", "content": "You forecast whether a stock will close higher."}],
    "outcome_class": "ok", "detail": None, "answer": '{"symbol": "ACME", "impact": "low"}',
    "typed": {
        "calls": [{"horizon": 1, "direction": "up", "probability_up": 0.56, "expected_move": 0.004}],
        "impact": "low", "reason": "Orders grow.", "risks": ["A weak market."], "cited": [4711],
    },
    "prompt_tokens": 1430, "cached_tokens": 512, "completion_tokens": 160, "usd": 0.00031, "latency_ms": 1180,
    "answered_at": "2026-10-16T13:00:05Z", "attempts": [_ATTEMPT],
}  # fmt: skip
REPLAY = {
    "origin": "replay", "market": "us", "symbol": "ACME", "name": "Acme", "session_date": "2026-10-16",
    "horizon": 1, "model": "gpt-4o-mini", "prompt_version": "forecast-2", "outcome_class": "ok", "direction": "up",
    "probability": 0.58, "confidence": 0.58, "expected_move": 0.005, "reasoning": "Orders grow.",
    "is_contaminated": False, "is_synthetic": True, "replayed_at": "2026-10-20T09:00:00Z",
}  # fmt: skip
TOLD = DETAIL | {"model": "gpt-4o-mini", "expected_move": 0.004, "language": LANGUAGE, "replays": [REPLAY]}
