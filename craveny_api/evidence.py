"""One forecast in full: the question it answered, what a language model was sent and said, the partitions it came
from, the bars that settled it."""

from collections.abc import Collection

from sqlalchemy import Connection

from craveny_api.language import language_shape, passages, replay_shapes, typed_answer
from craveny_api.schemas import Article, Evidence, EvidenceStory, MemberAnswer, Neighbour, PredictionDetail, RuleCall
from craveny_api.shaping import bar_shape, prediction_values, provenance_shape
from craveny_domain.forecasts import Question
from craveny_domain.panel import HORIZONS
from craveny_domain.prompts import evidence_ids
from craveny_store.reads.articles import articles_by_id
from craveny_store.reads.bars import bars_by_id
from craveny_store.reads.evidence import evidence_of
from craveny_store.reads.language import call_behind, replays_beside
from craveny_store.reads.lineage import provenance
from craveny_store.reads.members import members_behind
from craveny_store.reads.paging import Row


def prediction_detail(conn: Connection, row: Row) -> PredictionDetail:
    """The forecast of a row of `prediction_of`."""
    market, ids = row["market"], (row["entry_price_id"], row["exit_price_id"])
    bars = bars_by_id(conn, row["stock_id"], [i for i in ids if i is not None])
    entry, leaving = (bar_shape(bars[i]) if i in bars else None for i in ids)
    made = provenance(conn, market, "prediction", row["session_date"], row["model"])
    settled = provenance(conn, market, "evaluation_history", row["settle_date"]) if row["settle_date"] else None
    frozen = evidence_of(conn, market, row["session_date"], row["stock_id"])
    members = members_behind(conn, row, frozen["cutoff_at"]) if frozen else []
    call = call_behind(conn, row)
    answer = typed_answer(call, frozen["brief"] if frozen else None)
    return PredictionDetail(
        **prediction_values(row),
        evidence=_evidence(conn, frozen, row["horizon"], answer.evidence if answer else ()) if frozen else None,
        language=language_shape(call, answer) if call else None,
        members=[MemberAnswer.model_validate(said) for said in members],
        replays=replay_shapes(replays_beside(conn, row)),
        made_by=provenance_shape(made, row["run_id"]),
        settled_by=provenance_shape(settled),
        entry_bar=entry,
        exit_bar=leaving,
    )


def _evidence(conn: Connection, frozen: Row, horizon: int, cited: Collection[int]) -> Evidence:
    question, brief = frozen.pop("question"), frozen.pop("brief")
    told = [entry[0] for entry in (*question["news"], *question["neighbours"])]
    read = evidence_ids(brief) if brief else set()
    articles = {i: Article.model_validate(found) for i, found in articles_by_id(conn, [*told, *read]).items()}
    share, n, _ = question["base"].get(str(horizon), (None, None, None))
    return Evidence(
        **frozen,
        base_up_share=share,
        base_n=n,
        returns=question["returns"],
        calls=_calls(question, horizon),
        stories=[
            EvidenceStory(title=title, article=articles.get(news_id), positive=positive, negative=negative)
            for news_id, title, positive, negative in question["news"]
        ],
        neighbours=_neighbours(question, horizon, articles),
        passages=passages(brief, cited, articles),
    )


def _calls(question: Question, horizon: int) -> list[RuleCall]:
    calls = []
    for rule, said in question["calls"].items():
        share, n, days = said["record"].get(str(horizon), (None, None, None))
        calls.append(
            RuleCall.model_validate({"rule": rule, "call": said["call"], "up_share": share, "n": n, "days": days})
        )
    return calls


def _neighbours(question: Question, horizon: int, articles: dict[int, Article]) -> list[Neighbour]:
    at = 2 + HORIZONS.index(horizon)
    return [
        Neighbour(article=articles.get(entry[0]), similarity=entry[1], up_share=entry[at])
        for entry in question["neighbours"]
    ]
