"""What a list is asked with: which markets, which part of it, and where the next one goes on."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from pydantic import AwareDatetime, Field, TypeAdapter

from craveny_api.markets import configured_markets, known_market
from craveny_api.parameters import PAGE_SIZE, Cursor, Limit, given, read_cursor, write_cursor
from craveny_domain.clocks import Market
from craveny_store.reads.paging import Cut, Found

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
SymbolText = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[^\x00]+$", examples=["ACME"])]
Instant = AwareDatetime


def asked_markets(market: str | None) -> list[Market]:
    """The market that is asked for, or all; 404 for one that is not configured."""
    return list(configured_markets().values()) if market is None else [known_market(market)]


@dataclass(frozen=True)
class Part:
    """Which part of a list is asked for: how long a page, and after which one."""

    limit: Limit = PAGE_SIZE
    cursor: Cursor = None

    def cut(self, shape: TypeAdapter[Any]) -> Cut:
        """The page the cursor stands for, the first without one; 422 unless its values have the shape.

        The shape begins with a Literal of the list's order: a cursor of another order is refused.
        """
        return Cut(self.limit, None if self.cursor is None else read_cursor(self.cursor, shape)[1:])


AskedPart = Annotated[Part, Depends(given(Part))]


def next_cursor(found: Found, order: str) -> str | None:
    """The cursor of the page after this one; None at the end."""
    return None if found.last_key is None else write_cursor([order, *found.last_key])
