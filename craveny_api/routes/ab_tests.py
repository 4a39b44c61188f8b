"""A/B tests: those there are, the evidence of each by day, and what administrators register, stop and choose."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.ab_test_examples import DETAIL, TEST
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.changes import OWN_PAGES, changing
from craveny_api.markets import known_market
from craveny_api.pages import Id
from craveny_api.problems import Refusal, documented
from craveny_api.schemas import examples
from craveny_domain.ab_figures import summarise_test
from craveny_domain.ab_tests import NewTest
from craveny_domain.verdicts import thresholds
from craveny_store import ab_tests as store
from craveny_store.heads import MODEL
from craveny_store.reads import ab_tests as reads
from craveny_store.reads.paging import Row

router = APIRouter(prefix="/api/ab-tests", tags=["ab tests"])
GUEST, ADMIN = [Depends(Needs("guest"))], [Depends(Needs("admin")), *OWN_PAGES]
TestId = Annotated[Id, Path()]
Read = Annotated[Reading, Depends(Reads("model_comparison", "daily_performance", MODEL))]


@router.get(
    "",
    dependencies=GUEST,
    response_model=list[schemas.AbTest],
    responses={200: examples([TEST]), **documented(304, 404)},
    summary="Every A/B test",
)
def list_ab_tests(read: Read, market: Annotated[schemas.MarketCode | None, Query()] = None) -> Response:
    """Every test, those that run before the stopped ones, each with what is known as of its newest day."""
    asked = None if market is None else known_market(market).code
    return read.answer(lambda conn: _with_newest(conn, reads.list_tests(conn, asked)))


@router.get(
    "/{test_id}",
    dependencies=GUEST,
    response_model=schemas.AbTestDetail,
    responses={200: examples(DETAIL), **documented(304, 404)},
    summary="An A/B test with its evidence",
)
def ab_test(read: Read, test_id: TestId) -> Response:
    """One test: how its variants did, what the bets on them were worth as of each day, and every word said of it.

    The intervals are of all settled days; the verdict comes from the bets alone, and may be read every day.
    """
    return read.answer(lambda conn: _detail(conn, test_id))


@router.post(
    "",
    status_code=201,
    dependencies=ADMIN,
    responses={201: examples(TEST), **documented(400, 404, 409, 413)},
    summary="Register an A/B test",
)
def add_ab_test(request: Request, asked: schemas.NewAbTest) -> schemas.AbTest:
    """State what will be compared, by what, from when; a test that has begun can only be stopped."""
    market = known_market(asked.market)
    with changing(request, "ab test registered", name=asked.name) as conn:
        starts_on = asked.starts_on or store.first_start(conn, market)
        given = NewTest(**asked.model_dump(exclude={"starts_on"}), starts_on=starts_on)
        test_id = store.add_test(conn, market, given, _who(request))
        return _test(conn, test_id)


@router.patch(
    "/{test_id}",
    dependencies=ADMIN,
    responses={200: examples(TEST), **documented(400, 404, 413)},
    summary="Choose a default pair",
)
def change_ab_test(request: Request, test_id: TestId, asked: schemas.AbTestChange) -> schemas.AbTest:
    """Let the market's pages open with this test's pair, instead of another's, or no longer."""
    with changing(request, "ab test changed", test_id=test_id, is_default=asked.is_default) as conn:
        store.set_default(conn, test_id, _who(request), is_default=asked.is_default)
        return _test(conn, test_id)


@router.post(
    "/{test_id}/stop",
    dependencies=ADMIN,
    responses={200: examples(TEST), **documented(400, 404, 413)},
    summary="Stop an A/B test",
)
def stop_ab_test(request: Request, test_id: TestId, asked: schemas.AbTestStop) -> schemas.AbTest:
    """End a test: sessions whose cut-off has passed still count. It cannot be taken up again."""
    with changing(request, "ab test stopped", test_id=test_id) as conn:
        store.stop_test(conn, test_id, asked.reason, _who(request))
        return _test(conn, test_id)


def _test(conn: Connection, test_id: int) -> schemas.AbTest:
    (found,) = _with_newest(conn, [_known(conn, test_id)])
    return schemas.AbTest.model_validate(found)


def _known(conn: Connection, test_id: int) -> Row:
    found = reads.one_test(conn, test_id)
    if found is None:
        raise Refusal(404, "No such test", f"There is no test {test_id}. Look at /api/ab-tests.")
    return found


def _with_newest(conn: Connection, tests: Sequence[Row]) -> list[Row]:
    newest = reads.newest_said(conn, [test["test_id"] for test in tests])
    return [test | {"newest": _evidence(newest.get(test["test_id"]))} for test in tests]


def _detail(conn: Connection, test_id: int) -> Row:
    test, said = _known(conn, test_id), reads.all_said(conn, test_id)
    stands = [_evidence(row) for row in said if row["superseded_at"] is None]
    days = [(a, b) for _, a, b in reads.days_of_test(conn, test, known_market(test["market"]).lead)]
    figures = summarise_test(days, test["metric"], test["horizon"], is_split=test["mode"] == "split")
    shown_at, *_, no_difference_at = thresholds(np.array(test["alpha"])).tolist()
    sides = ((test["model_a"], figures.a), (test["model_b"], figures.b))
    return test | {
        "newest": stands[-1] if stands else None,
        "shown_at": shown_at,
        "no_difference_at": no_difference_at,
        "difference": asdict(figures.difference),
        "variants": [{"model": name, **asdict(side)} for name, side in sides],
        "evidence": stands,
        "history": _history(said),
    }


def _evidence(row: Row | None) -> Row | None:
    return None if row is None else {name: row[name] for name in schemas.AbEvidence.model_fields}


def _history(said: Sequence[Row]) -> list[Row]:
    told, word = [], None
    for row in said:
        if row["superseded_at"] is not None or row["verdict"] != word:
            told.append({name: row[name] for name in schemas.AbVerdict.model_fields})
        if row["superseded_at"] is None:
            word = row["verdict"]
    return told


def _who(request: Request) -> int | None:
    return request.state.person.user_id
