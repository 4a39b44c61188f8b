"""An imported archive as a source: its rows come from the store, by day, with the clock the import declared."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from craveny_assets.sources import Answer, Asked
from craveny_domain.clocks import Session
from craveny_domain.facts import Bar, RawItem
from craveny_store.sources import SourceRow, archived_items


@dataclass(frozen=True)
class ImportedArchive:
    """Reads one imported archive of a market."""

    conn: Connection
    row: SourceRow

    @property
    def name(self) -> str:
        """The archive's name."""
        return self.row.name

    @property
    def synthetic(self) -> bool:
        """Whether the archive holds invented data."""
        return self.row.is_synthetic

    @property
    def answers_past_days(self) -> bool:
        """An archive holds nothing else."""
        return True

    def news(self, asked: Asked) -> Answer:
        """The archive's items of the day, none later than now."""
        items = archived_items(self.conn, self.row.market, self.name, "news", asked.day)
        return Answer(
            [
                RawItem(item["item_key"], item["payload"], item["available_at"], "declared")
                for item in items
                if item["available_at"] <= asked.now
            ]
        )

    def bars(self, session: Session, now: datetime) -> Iterator[Bar]:
        """The archive's bars of a session, none later than now."""
        for item in archived_items(self.conn, self.row.market, self.name, "price", session.session_date):
            if item["available_at"] <= now:
                values = json.loads(item["payload"])
                yield Bar(
                    **values, session_date=session.session_date, available_at=item["available_at"], basis="declared"
                )
