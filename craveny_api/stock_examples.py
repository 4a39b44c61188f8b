"""What answers about stocks look like, for the API's description."""

STOCK = {
    "market": "us", "symbol": "ACME", "name": "Acme", "name_en": "Acme", "kind": "stock", "sector": "Industrials",
    "currency": "USD", "is_synthetic": True, "priority": 3, "is_paused": False,
}  # fmt: skip
ALIAS = {
    "alias_id": 12, "alias": "Acme", "kind": "name", "needs_context": True, "available_at": "2026-10-16T12:00:00Z",
}  # fmt: skip
PAGE = {"items": [STOCK], "next_cursor": "WyJzeW1ib2wiLCJBQ01FIiwidXMiXQ"}
BAR = {
    "session_date": "2026-10-16", "open": 101.0, "high": 103.2, "low": 100.4, "close": 102.5,
    "adjusted_close": 102.5, "total_return_close": 102.5, "volume": 1200300, "split_ratio": 1.0, "dividend": 0.0,
    "source": "sample", "is_corrected": False,
}  # fmt: skip
BARS = {"market": "us", "symbol": "ACME", "currency": "USD", "is_synthetic": True, "items": [BAR]}
DETAIL = STOCK | {
    "aliases": ["ACME", "Acme"],
    "newest_bar": BAR,
    "records": [
        {
            "model": "nearest_news", "is_floor": False, "horizon": 1, "board": "live",
            "figures": {"hit_rate": {"value": 0.53, "low": 0.47, "high": 0.58, "n": 240, "days": 240}},
        },
    ],
}  # fmt: skip
