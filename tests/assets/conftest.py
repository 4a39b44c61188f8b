"""Fixtures of the asset tests: the filled us market under Dagster."""

from collections.abc import Iterator

import dagster as dg
import pytest
from sqlalchemy import Engine

from craveny_domain.clocks import Market
from tests.assets.dagster_bench import DagsterBench


@pytest.fixture
def bench(filled_engine: Engine, markets: dict[str, Market], request: pytest.FixtureRequest) -> Iterator[DagsterBench]:
    """A test's own filled us market, with a Dagster instance that knows nothing of it yet.

    Where the test is about reasons, somebody gave some.
    """
    with dg.DagsterInstance.ephemeral() as instance:
        opened = DagsterBench(filled_engine, markets["us"], instance)
        if "prediction_embeddings" in getattr(getattr(request.node, "callspec", None), "params", {}).values():
            opened.give_reasons()
        yield opened
