"""Verdicts, badges, calibration, ensembles' members, A/B tests, and what they count."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

PERFORMANCE = """
    INSERT INTO daily_performance (
        market, settle_date, model_name, horizon, board, sector, asked, answered, true_up, false_up, true_down,
        false_down, ties, void, scored_hits, no_input, refusal, invalid_output, truncated, filtered, quota, transient,
        provider_bug, brier_sum, log_score_sum, return_sum, returns, targets, target_reached, stop_breached)
    SELECT e.market, settle_date, model_name, horizon,
        CASE origin WHEN 'live' THEN 'live' ELSE 'reconstructed' END, {sector},
        count(*) FILTER (WHERE status = 'settled'), count(is_hit),
        count(*) FILTER (WHERE is_hit AND is_up), count(*) FILTER (WHERE NOT is_hit AND NOT is_up),
        count(*) FILTER (WHERE is_hit AND NOT is_up), count(*) FILTER (WHERE NOT is_hit AND is_up),
        count(*) FILTER (WHERE is_tie), count(*) FILTER (WHERE status = 'void'),
        count(*) FILTER (WHERE coalesce(is_hit, (scored_probability > 0.5) = is_up)),
        count(*) FILTER (WHERE status = 'settled' AND outcome_class = 'no_input'),
        count(*) FILTER (WHERE status = 'settled' AND outcome_class = 'refusal'),
        count(*) FILTER (WHERE status = 'settled' AND outcome_class = 'invalid_output'),
        count(*) FILTER (WHERE status = 'settled' AND outcome_class = 'truncated'),
        count(*) FILTER (WHERE status = 'settled' AND outcome_class = 'filtered'),
        count(*) FILTER (WHERE status = 'settled' AND outcome_class = 'quota'),
        count(*) FILTER (WHERE status = 'settled' AND outcome_class = 'transient'),
        count(*) FILTER (WHERE status = 'settled' AND outcome_class = 'provider_bug'),
        coalesce(sum((scored_probability - is_up::int) ^ 2) FILTER (WHERE status = 'settled'), 0),
        coalesce(sum(ln(least(0.99, greatest(0.01, CASE WHEN is_up THEN scored_probability
            ELSE 1 - scored_probability END)))) FILTER (WHERE status = 'settled'), 0),
        coalesce(sum(CASE WHEN is_hit = is_up THEN tradable_return ELSE -tradable_return END)
            FILTER (WHERE is_hit IS NOT NULL AND tradable_return IS NOT NULL), 0),
        count(*) FILTER (WHERE is_hit IS NOT NULL AND tradable_return IS NOT NULL), 0, 0, 0
    FROM evaluation_history e {stocks}
    WHERE superseded_at IS NULL AND {sector} IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6"""
RELIABILITY = """
    INSERT INTO daily_reliability (
        market, settle_date, model_name, horizon, board, is_late, cell, answered, ups, probability_sum)
    SELECT market, settle_date, model_name, horizon, CASE origin WHEN 'live' THEN 'live' ELSE 'reconstructed' END,
        reason IS NOT NULL, least(99, floor(scored_probability::numeric * 100)), count(*),
        count(*) FILTER (WHERE is_up),
        sum(scored_probability)
    FROM evaluation_history WHERE superseded_at IS NULL AND is_hit IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6, 7"""


def upgrade() -> None:
    """Verdicts, badges, calibration, ensembles' members, A/B tests, and what they count."""
    op.create_table(
        "daily_calibration",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("settle_date", sa.Date(), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("horizon", sa.SmallInteger(), nullable=False, comment="sessions"),
        sa.Column("board", sa.Text(), nullable=False, comment="live or reconstructed"),
        sa.Column(
            "cell",
            sa.SmallInteger(),
            nullable=False,
            comment="hundredths of stated probability, as in daily_reliability",
        ),
        sa.Column("answered", sa.Integer(), nullable=False, comment="ok forecasts of the cell settled on time"),
        sa.Column("ups", sa.Integer(), nullable=False, comment="of them, those that rose"),
        sa.Column("probability_sum", sa.Double(), nullable=False, comment="as stated, over answered"),
        sa.Column(
            "calibrated",
            sa.Double(),
            nullable=False,
            comment="what the stated probability had come to mean by the cut-off",
        ),
        sa.Column(
            "fitted_on", sa.BigInteger(), nullable=False, comment="outcomes closed before the cut-off it was fitted on"
        ),
        sa.PrimaryKeyConstraint(
            "market", "settle_date", "model_name", "horizon", "board", "cell", name=op.f("daily_calibration_pkey")
        ),
        comment="Stated probabilities beside what walk-forward isotonic regression makes of them",
    )
    op.create_table(
        "daily_member",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("settle_date", sa.Date(), nullable=False),
        sa.Column("horizon", sa.SmallInteger(), nullable=False, comment="sessions"),
        sa.Column("board", sa.Text(), nullable=False, comment="live or reconstructed"),
        sa.Column("ensemble", sa.Text(), nullable=False, comment="model name"),
        sa.Column("member", sa.Text(), nullable=False, comment="model name"),
        sa.Column(
            "questions", sa.Integer(), nullable=False, comment="settled ones the ensemble had other members for, too"
        ),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("hits_without", sa.Integer(), nullable=False, comment="had the member not been in it"),
        sa.Column("brier_sum", sa.Double(), nullable=False, comment="over questions"),
        sa.Column("brier_sum_without", sa.Double(), nullable=False, comment="had the member not been in it"),
        sa.PrimaryKeyConstraint(
            "market", "settle_date", "horizon", "board", "ensemble", "member", name=op.f("daily_member_pkey")
        ),
        comment="What an ensemble's day would have been without each of its members",
    )
    op.create_table(
        "daily_pair",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("settle_date", sa.Date(), nullable=False),
        sa.Column("horizon", sa.SmallInteger(), nullable=False, comment="sessions"),
        sa.Column("board", sa.Text(), nullable=False, comment="live or reconstructed"),
        sa.Column("model_a", sa.Text(), nullable=False),
        sa.Column("model_b", sa.Text(), nullable=False),
        sa.Column(
            "test_id",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="a split A/B test's; 0: same questions",
        ),
        sa.Column(
            "session_date", sa.Date(), nullable=False, comment="the session forecast; late settlements are left out"
        ),
        sa.Column("questions_a", sa.Integer(), nullable=False, comment="settled, every outcome class"),
        sa.Column(
            "questions_b", sa.Integer(), nullable=False, comment="the same ones, unless a split gave them others"
        ),
        sa.Column("hits_a", sa.Integer(), nullable=False, comment="unanswered ones called as the climatology does"),
        sa.Column("hits_b", sa.Integer(), nullable=False),
        sa.Column("brier_a", sa.Double(), nullable=False, comment="sum over questions_a"),
        sa.Column("brier_b", sa.Double(), nullable=False, comment="sum over questions_b"),
        sa.PrimaryKeyConstraint(
            "market", "settle_date", "horizon", "board", "model_a", "model_b", "test_id", name=op.f("daily_pair_pkey")
        ),
        comment="Two models on one day's questions; what verdicts are made of",
    )
    op.create_table(
        "floor_badge",
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("as_of_date", sa.Date(), nullable=False),
        sa.Column("board", sa.Text(), nullable=False, comment="live or reconstructed"),
        sa.Column("horizon", sa.SmallInteger(), nullable=False, comment="sessions"),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("is_earned", sa.Boolean(), nullable=False, comment="better than every floor"),
        sa.Column("floors_beaten", sa.Integer(), nullable=False),
        sa.Column("floors", sa.Integer(), nullable=False),
        sa.Column(
            "candidates",
            sa.Integer(),
            nullable=False,
            comment="models without a floor's rank that ever were on the board",
        ),
        sa.Column("alpha", sa.Double(), nullable=False, comment="the board's, shared over the candidates"),
        sa.Column(
            "days", sa.Integer(), nullable=False, comment="days bet on against the floor that is hardest to beat"
        ),
        sa.Column(
            "hardest_floor", sa.Text(), nullable=True, comment="against which the evidence is weakest; null: no day yet"
        ),
        sa.Column(
            "days_to_go",
            sa.Integer(),
            nullable=True,
            comment="about how many more days against it; null: cannot be said",
        ),
        sa.Column("since_date", sa.Date(), nullable=True, comment="the day from which it is earned; null: not earned"),
        sa.PrimaryKeyConstraint(
            "market", "as_of_date", "board", "horizon", "model_name", name=op.f("floor_badge_pkey")
        ),
        comment="Which models have shown as of each day that they beat every floor",
    )
    op.create_table(
        "model_comparison",
        sa.Column("comparison_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("as_of_date", sa.Date(), nullable=False, comment="the last settling session it counts"),
        sa.Column("board", sa.Text(), nullable=False, comment="live or reconstructed"),
        sa.Column("horizon", sa.SmallInteger(), nullable=False, comment="sessions"),
        sa.Column("model_a", sa.Text(), nullable=False),
        sa.Column("model_b", sa.Text(), nullable=False),
        sa.Column(
            "test_id",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="in ab_test_config; 0: the board's pair",
        ),
        sa.Column("metric", sa.Text(), nullable=False, comment="hit or brier, chosen beforehand"),
        sa.Column("edge", sa.Double(), nullable=False, comment="the difference that would matter, stated beforehand"),
        sa.Column("alpha", sa.Double(), nullable=False, comment="how often a false winner is accepted, after sharing"),
        sa.Column(
            "questions", sa.BigInteger(), nullable=False, comment="of both models together when split, else of either"
        ),
        sa.Column("days", sa.Integer(), nullable=False, comment="days that were bet on"),
        sa.Column(
            "difference", sa.Double(), nullable=True, comment="mean of the daily differences, a above b; null: no day"
        ),
        sa.Column(
            "better", sa.Double(), nullable=False, comment="natural log of the wealth of betting that a is better"
        ),
        sa.Column("worse", sa.Double(), nullable=False),
        sa.Column("below_edge", sa.Double(), nullable=False, comment="of betting that a is not better by the edge"),
        sa.Column("above_edge", sa.Double(), nullable=False, comment="of betting that a is not worse by the edge"),
        sa.Column("verdict", sa.Text(), nullable=False, comment="better, worse, no_difference or not_shown"),
        sa.Column(
            "since_date", sa.Date(), nullable=True, comment="the day from which the verdict stands; null: not shown"
        ),
        sa.Column(
            "days_to_go",
            sa.Integer(),
            nullable=True,
            comment="about how many more days, at what was seen so far; null: cannot be said",
        ),
        sa.Column("is_revised", sa.Boolean(), nullable=False, comment="a correction of the past changed it"),
        sa.Column(
            "decided_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "superseded_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="a revision replaced it then; null: current",
        ),
        sa.CheckConstraint("metric IN ('hit', 'brier')", name=op.f("model_comparison_metric_check")),
        sa.CheckConstraint(
            "verdict IN ('better', 'worse', 'no_difference', 'not_shown')", name=op.f("model_comparison_verdict_check")
        ),
        sa.PrimaryKeyConstraint("comparison_id", name=op.f("model_comparison_pkey")),
        comment="Which of two models is better as of each day; append-only, a revised past keeps what was said",
    )
    op.create_index(
        "model_comparison_current_key",
        "model_comparison",
        ["market", "board", "horizon", "as_of_date", "model_a", "model_b", "test_id"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "model_comparison_test_idx",
        "model_comparison",
        ["test_id", "as_of_date"],
        unique=False,
        postgresql_where=sa.text("test_id <> 0"),
    )
    op.create_table(
        "ab_test_config",
        sa.Column("test_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("market", sa.Text(), nullable=False, comment="market code, e.g. krx"),
        sa.Column("horizon", sa.SmallInteger(), nullable=False, comment="sessions"),
        sa.Column("model_a", sa.Text(), nullable=False),
        sa.Column("model_b", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False, comment="paired: both answer everything; split: each its share"),
        sa.Column(
            "share_b", sa.Double(), nullable=True, comment="of the questions that go to model_b, 0 to 1; null: paired"
        ),
        sa.Column("metric", sa.Text(), nullable=False, comment="hit or brier"),
        sa.Column("edge", sa.Double(), nullable=False, comment="the difference that would matter, fraction"),
        sa.Column("alpha", sa.Double(), nullable=False, comment="how often a false winner is accepted"),
        sa.Column("starts_on", sa.Date(), nullable=False, comment="first session that counts; later than its creation"),
        sa.Column(
            "is_default", sa.Boolean(), nullable=False, comment="the market's pair that the dashboard opens with"
        ),
        sa.Column("created_by", sa.BigInteger(), nullable=True, comment="null: from the command line"),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "stopped_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="from the next session on it counts no more; null: runs",
        ),
        sa.Column("stopped_by", sa.BigInteger(), nullable=True),
        sa.Column("stop_reason", sa.Text(), nullable=True, comment="one sentence"),
        sa.CheckConstraint("(mode = 'split') = (share_b IS NOT NULL)", name=op.f("ab_test_config_share_check")),
        sa.CheckConstraint("metric IN ('hit', 'brier')", name=op.f("ab_test_config_metric_check")),
        sa.CheckConstraint("mode IN ('paired', 'split')", name=op.f("ab_test_config_mode_check")),
        sa.CheckConstraint("edge > 0 AND edge < 1 AND alpha > 0 AND alpha < 1", name=op.f("ab_test_config_rule_check")),
        sa.CheckConstraint("model_a <> model_b", name=op.f("ab_test_config_pair_check")),
        sa.CheckConstraint("share_b > 0 AND share_b < 1", name=op.f("ab_test_config_share_b_check")),
        sa.ForeignKeyConstraint(["created_by"], ["user.user_id"], name=op.f("ab_test_config_created_by_fkey")),
        sa.ForeignKeyConstraint(["model_a"], ["model.model_name"], name=op.f("ab_test_config_model_a_fkey")),
        sa.ForeignKeyConstraint(["model_b"], ["model.model_name"], name=op.f("ab_test_config_model_b_fkey")),
        sa.ForeignKeyConstraint(["stopped_by"], ["user.user_id"], name=op.f("ab_test_config_stopped_by_fkey")),
        sa.PrimaryKeyConstraint("test_id", name=op.f("ab_test_config_pkey")),
        sa.UniqueConstraint("name", name=op.f("ab_test_config_name_key")),
        comment="Comparisons registered before they began: what is compared, by what, from when",
    )
    op.create_index(
        "ab_test_config_default_key",
        "ab_test_config",
        ["market"],
        unique=True,
        postgresql_where=sa.text("is_default AND stopped_at IS NULL"),
    )
    op.alter_column(
        "change_log",
        "subject",
        existing_type=sa.TEXT(),
        comment="model, prompt, price or ab_test",
        existing_comment="model, prompt or price",
        existing_nullable=False,
    )
    op.alter_column(
        "change_log",
        "name",
        existing_type=sa.TEXT(),
        comment="of the model, prompt, price entry or test",
        existing_comment="of the model, prompt or price entry",
        existing_nullable=False,
    )
    op.create_table_comment(
        "change_log",
        "Who changed which model, prompt, price or test; append-only",
        existing_comment="Who changed which model, prompt or price; append-only",
        schema=None,
    )
    op.add_column("evaluation_history", sa.Column("outcome_class", sa.Text(), comment="of the forecast"))
    op.execute("""
        UPDATE evaluation_history e SET outcome_class = p.outcome_class
        FROM prediction p WHERE p.prediction_id = e.prediction_id""")
    op.alter_column("evaluation_history", "outcome_class", nullable=False)
    # Both are made again from the settlements below, as they are counted now.
    op.execute("TRUNCATE daily_performance, daily_reliability")
    op.drop_constraint("daily_performance_pkey", "daily_performance")
    op.drop_constraint("daily_reliability_pkey", "daily_reliability")
    op.drop_constraint("daily_reliability_bin_check", "daily_reliability")
    op.add_column(
        "daily_performance",
        sa.Column(
            "sector", sa.Text(), server_default="", nullable=False, comment="of the stocks counted; empty: all stocks"
        ),
    )
    op.add_column(
        "daily_performance",
        sa.Column(
            "scored_hits",
            sa.Integer(),
            nullable=False,
            comment="of asked; unanswered ones called as the climatology does",
        ),
    )
    op.add_column(
        "daily_performance", sa.Column("no_input", sa.Integer(), nullable=False, comment="of asked, by outcome class")
    )
    op.add_column("daily_performance", sa.Column("refusal", sa.Integer(), nullable=False))
    op.add_column("daily_performance", sa.Column("invalid_output", sa.Integer(), nullable=False))
    op.add_column("daily_performance", sa.Column("truncated", sa.Integer(), nullable=False))
    op.add_column("daily_performance", sa.Column("filtered", sa.Integer(), nullable=False))
    op.add_column("daily_performance", sa.Column("quota", sa.Integer(), nullable=False))
    op.add_column("daily_performance", sa.Column("transient", sa.Integer(), nullable=False))
    op.add_column("daily_performance", sa.Column("provider_bug", sa.Integer(), nullable=False))
    op.add_column(
        "daily_performance",
        sa.Column("targets", sa.Integer(), nullable=False, comment="answered questions that name a target"),
    )
    op.add_column(
        "daily_performance",
        sa.Column("target_reached", sa.Integer(), nullable=False, comment="of targets, before any stop"),
    )
    op.add_column(
        "daily_performance",
        sa.Column(
            "stop_breached", sa.Integer(), nullable=False, comment="of targets, before the target or in the same bar"
        ),
    )
    op.add_column(
        "daily_reliability",
        sa.Column(
            "is_late", sa.Boolean(), nullable=False, comment="settled after its horizon ended: no verdict counts it"
        ),
    )
    op.add_column(
        "daily_reliability",
        sa.Column(
            "cell", sa.SmallInteger(), nullable=False, comment="hundredths of stated probability: 0 is up to 0.01"
        ),
    )
    op.alter_column(
        "daily_reliability",
        "answered",
        existing_type=sa.INTEGER(),
        comment="settled ok forecasts in the cell",
        existing_comment="settled ok forecasts in the bin",
        existing_nullable=False,
    )
    op.create_table_comment(
        "daily_reliability",
        "One day's stated probabilities against what came, in hundredths; summed on reading",
        existing_comment="One day's stated probabilities against what came, in tenths; summed on reading",
        schema=None,
    )
    op.drop_column("daily_reliability", "bin")
    op.add_column(
        "evaluation_history",
        sa.Column(
            "target_return",
            sa.Double(),
            nullable=True,
            comment="from the entry close, fraction; null: the forecast names no target",
        ),
    )
    op.add_column(
        "evaluation_history",
        sa.Column(
            "stop_return",
            sa.Double(),
            nullable=True,
            comment="from the entry close, fraction; as far as the target, the other way",
        ),
    )
    op.add_column(
        "evaluation_history",
        sa.Column(
            "target_date",
            sa.Date(),
            nullable=True,
            comment="first session whose path reached the target; null: none did",
        ),
    )
    op.add_column(
        "evaluation_history",
        sa.Column(
            "stop_date", sa.Date(), nullable=True, comment="first session whose path breached the stop; null: none did"
        ),
    )
    op.add_column(
        "evaluation_history",
        sa.Column(
            "first_touch",
            sa.Text(),
            nullable=True,
            comment="target or stop, whichever came first; in one bar the stop; null: neither",
        ),
    )
    op.add_column(
        "evaluation_history",
        sa.Column(
            "path_return",
            sa.Double(),
            nullable=True,
            comment="session's open to the target, stop or settling close, fraction",
        ),
    )
    op.create_index(
        "evaluation_history_stock_idx",
        "evaluation_history",
        ["stock_id", "horizon", "settle_date"],
        unique=False,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.alter_column(
        "model",
        "provider",
        existing_type=sa.TEXT(),
        comment="baseline, ensemble, openai or openrouter",
        existing_comment="baseline, openai, openrouter",
        existing_nullable=False,
    )
    key = ["market", "settle_date", "model_name", "horizon", "board"]
    op.create_primary_key("daily_performance_pkey", "daily_performance", [*key, "sector"])
    op.create_index(
        "daily_performance_board_idx", "daily_performance", ["market", "sector", "board", "horizon", "settle_date"]
    )
    op.create_primary_key("daily_reliability_pkey", "daily_reliability", [*key, "is_late", "cell"])
    op.create_check_constraint(op.f("daily_reliability_cell_check"), "daily_reliability", "cell BETWEEN 0 AND 99")
    op.create_check_constraint(
        op.f("evaluation_history_first_touch_check"), "evaluation_history", "first_touch IN ('target', 'stop')"
    )
    op.drop_constraint("change_log_subject_check", "change_log")
    op.create_check_constraint(
        op.f("change_log_subject_check"), "change_log", "subject IN ('model', 'prompt', 'price', 'ab_test')"
    )
    op.execute(PERFORMANCE.format(sector="''", stocks=""))
    op.execute(PERFORMANCE.format(sector="s.sector", stocks="JOIN stock s USING (stock_id)"))
    op.execute(RELIABILITY)
