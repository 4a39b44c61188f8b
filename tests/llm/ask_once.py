"""One run's questions as a process of its own, for tests that end it at once or let two of them share what there is.

`python -m tests.llm.ask_once '{"run_id": "a", "first": 0, "count": 500, "limits": {"in_flight": 50}}'`, everything
else from the environment; says how the questions ended.
"""

import json
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from craveny_assets.llm.asking import Asker
from craveny_store.engine import open_engine
from craveny_store.llm_spending import Limits
from craveny_store.settings import Settings
from tests.llm.questions import wish

PLENTY = Limits(Decimal(100), Decimal(100), in_flight=8, per_minute=0, deadline=timedelta(seconds=20))


def ask(run_id: str, first: int, count: int, limits: dict[str, Any]) -> Counter[str]:
    """How many questions ended as which class."""
    engine = open_engine(Settings().database_url)
    money = {name: Decimal(value) for name, value in limits.items() if name.endswith("_usd")}
    asker = Asker(engine, replace(PLENTY, **{**limits, **money}), run_id)
    results = asker.ask([wish(f"S{n:04d}") for n in range(first, first + count)])
    engine.dispose()
    return Counter(result.outcome_class for result in results.values())


if __name__ == "__main__":
    sys.stdout.write(json.dumps(ask(**json.loads(sys.argv[1]))))
