"""What answers about models, prompts and prices look like, for the API's description."""

AMOUNTS = {"from_date": "2026-01-01", "input_usd": 0.15, "cached_input_usd": 0.075, "output_usd": 0.6}
MODEL = {
    "model": "gpt-4o-mini", "provider": "openai", "identifier": "gpt-4o-mini", "is_floor": False,
    "parameters": {"temperature": 0.3, "max_tokens": 800}, "prompt_version": "forecast-1",
    "price_entry": "gpt-4o-mini", "price": AMOUNTS, "knowledge_cutoff_date": "2023-10-01", "is_active": True,
    "active_from_at": "2026-10-01T08:00:00Z",
    "activations": [{"active_from_at": "2026-10-01T08:00:00Z", "active_until_at": None}],
    "waits_until_at": None, "waits_because": None,
}  # fmt: skip
ENSEMBLE = MODEL | {
    "model": "two_minds", "provider": "ensemble", "identifier": "mean",
    "parameters": {"members": ["gpt-4o-mini", "nearest_news"]}, "prompt_version": None, "price_entry": None,
    "price": None, "knowledge_cutoff_date": None,
}  # fmt: skip
PROMPT = {
    "prompt_version": "forecast-2", "purpose": "forecast", "instructions": "You forecast whether a stock rises.",
    "question": "{{task}}\n{{stories}}", "note": "Shorter.", "created_at": "2026-10-01T08:00:00Z",
    "models": ["gpt-4o-mini"],
}  # fmt: skip
PRICE = AMOUNTS | {"price_entry": "gpt-4o-mini", "note": "The provider's list price.", "is_in_force": True}
CHANGE = {
    "change_id": 12, "subject": "model", "name": "gpt-4o-mini", "before": {"is_active": False},
    "after": {"is_active": True}, "changed_by": "ana@example.org", "changed_at": "2026-10-01T08:00:00Z",
}  # fmt: skip
PREVIEW = {
    "market": "us", "symbol": "ACME", "session_date": "2026-10-16",
    "messages": [
        {"role": "system", "content": "You forecast whether a stock rises."},
        {"role": "user", "content": '{"market": "us", "session": "2026-10-16", "symbol": "ACME"}\nnone'},
    ],
    "likely_tokens": 62, "most_tokens": 124, "answer_tokens": 1000,
    "estimates": [
        {"price_entry": "gpt-4o-mini", "models": ["gpt-4o-mini"], "likely_usd": 0.0003, "most_usd": 0.0006},
    ],
}  # fmt: skip
