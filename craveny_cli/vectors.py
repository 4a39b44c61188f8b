"""`craveny vectors`: the Milvus mirror filled anew, or held against Postgres."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer
from rich.table import Table
from sqlalchemy import Connection

from craveny_cli.connection import connected
from craveny_cli.narrator import Narrator, answer
from craveny_cli.problems import problems_shown, stack_of
from craveny_cli.services.errors import Problem
from craveny_domain.embedding import KEYLESS
from craveny_store.embeddings import newest_embedding
from craveny_store.milvus import MirrorUnavailable
from craveny_store.mirror import Mirror
from craveny_store.mirror_check import Verified, verify
from craveny_store.settings import Settings, load_markets

vectors_app = typer.Typer(help="The Milvus mirror of the newest vectors.", no_args_is_help=True)


@vectors_app.command("rebuild")
def rebuild() -> None:
    """Fill the Milvus mirror again from Postgres."""
    with problems_shown() as narrator, _mirror(narrator, "rebuilding the mirror") as (conn, mirror, markets):
        sent = mirror.rebuild(conn, markets)
        narrator.rest()
        answer("vectors sent to Milvus: " + ", ".join(f"{count:,} of {name}" for name, count in sent.items()))


@vectors_app.command("verify")
def check() -> None:
    """Compare the Milvus mirror with Postgres: ids, and what is found against an exact search."""
    with problems_shown() as narrator:
        with _mirror(narrator, "comparing the mirror with Postgres") as (conn, mirror, markets):
            found = verify(conn, mirror, markets)
        narrator.rest()
        narrator.results.print(_table(found, mirror.embedding.name))
        if not all(one.is_fine for one in found):
            raise Problem("Milvus and Postgres hold different vectors", "Run `craveny vectors rebuild`")


@contextmanager
def _mirror(narrator: Narrator, doing: str) -> Iterator[tuple[Connection, Mirror, list[str]]]:
    settings = Settings()
    with connected(stack_of(narrator), narrator) as store:
        uri = store.environment.get("MILVUS_URI")
        if not uri:
            raise Problem("MILVUS_URI is not set beside DATABASE_URL", "Name the Milvus, e.g. http://127.0.0.1:19530")
        narrator.waiting(doing)
        try:
            with store.engine.begin() as conn:
                mirror = Mirror(uri, settings.mirror_share, newest_embedding(conn) or KEYLESS)
                yield conn, mirror, list(load_markets(settings.markets_file))
        except MirrorUnavailable as error:
            raise Problem(str(error).split("\n")[0], "Start it with `make up`, then run this again") from error


def _table(found: Sequence[Verified], model: str) -> Table:
    table = Table(title=f"vectors of {model}", title_justify="left")
    for column in ("collection", "market", "Postgres", "Milvus", "missing", "extra", "recall@10"):
        table.add_column(column, justify="left" if column in ("collection", "market") else "right", no_wrap=True)
    for one in found:
        counts = (one.stored, one.mirrored, one.missing, one.extra)
        recall = "–" if one.recall is None else f"{one.recall:.3f}"
        table.add_row(one.collection, one.market, *(f"{count:,}" for count in counts), recall)
    return table
