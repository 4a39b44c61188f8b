"""The configured markets, and the one that a request names."""

from functools import cache

from craveny_api.problems import Refusal
from craveny_domain.clocks import Market
from craveny_store.settings import Settings, load_markets


@cache
def configured_markets() -> dict[str, Market]:
    """Every market by its code, as it was when the process started."""
    return load_markets(Settings().markets_file)


def known_market(market: str) -> Market:
    """The market of a code; 404 naming those there are."""
    found = configured_markets().get(market)
    if found is None:
        raise Refusal(
            404, "No such market", f"There is no market {market}. Choose among {', '.join(configured_markets())}."
        )
    return found
