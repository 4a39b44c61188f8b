"""A Milvus and its collections through its own client: connecting, loading, replacing what cannot be used.

What is kept in them, and when, belongs to `mirror`.
"""

import logging
import re
from typing import TYPE_CHECKING, Any

from craveny_domain.embedding import Embedding

if TYPE_CHECKING:
    from pymilvus import MilvusClient

TIMEOUT_SECONDS = 10
PAGE = 2_000
NOT_LOADED = 101
# Without a pool of its own a new client inherits the growing back-off of an address that once refused.
GRPC = {"grpc.use_local_subchannel_pool": 1, "grpc.max_reconnect_backoff_ms": 2_000}


class MirrorUnavailable(Exception):  # noqa: N818
    """Milvus does not answer; search falls back to Postgres and the mirror heals at the next sync."""


def vector_field(embedding: Embedding) -> str:
    """The field that holds a model's vectors: of another model's a collection has none, so that no search mixes them.

    Milvus keeps no description of a collection everywhere, but it keeps the names of its fields.
    """
    return "vector_" + re.sub(r"\W", "_", embedding.name)


class Milvus:
    """A client of one Milvus; connects on first use, so that importing it costs nothing."""

    def __init__(self, uri: str, embedding: Embedding) -> None:
        self.uri = uri
        self.embedding = embedding
        self._client: MilvusClient | None = None

    def make_ready(self, name: str) -> bool:
        """Load a collection, made anew where it is missing, of another model or damaged; whether it was."""
        return bool(self._guarded(self._make_ready, name))

    def ask(self, method: str, name: str, **arguments: Any) -> Any:  # noqa: ANN401 - whatever the method gives
        """Call the client about a collection; after a restart of the server it is loaded again first."""
        return self._guarded(self._ask, method, name, **arguments)

    def ids(self, name: str, within: str) -> set[int]:
        """The ids of all rows that a filter lets through."""

        def read() -> set[int]:
            pages = self._ask("query_iterator", name, filter=within, output_fields=["id"], batch_size=PAGE)
            found: set[int] = set()
            while page := pages.next():
                found.update(row["id"] for row in page)
            pages.close()
            return found

        return self._guarded(read)

    def has(self, name: str) -> bool:
        """Whether a collection is there."""
        return bool(self._guarded(lambda: self._connected().has_collection(name)))

    def drop(self, name: str) -> None:
        """Remove a collection, if it is there."""
        self._guarded(lambda: self._connected().drop_collection(name))

    def _guarded(self, call: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        from pymilvus.exceptions import MilvusException

        try:
            return call(*arguments, **named)
        except (MilvusException, OSError) as error:
            self._disconnect()
            raise MirrorUnavailable(f"Milvus at {self.uri} does not answer: {error}") from error

    def _ask(self, method: str, name: str, **arguments: Any) -> Any:  # noqa: ANN401
        from pymilvus.exceptions import MilvusException

        client = self._connected()
        try:
            return getattr(client, method)(collection_name=name, **arguments)
        except MilvusException as error:
            if error.code != NOT_LOADED:
                raise
        client.load_collection(name)
        return getattr(client, method)(collection_name=name, **arguments)

    def _make_ready(self, name: str) -> bool:
        from pymilvus.exceptions import MilvusException

        client = self._connected()
        try:
            if client.has_collection(name) and self._fits(client.describe_collection(name)):
                client.load_collection(name)
                return False
        except MilvusException:
            # The collection is damaged, or nobody is there at all: then this fails too.
            client.get_server_version()
        client.drop_collection(name)
        self._create(client, name)
        client.load_collection(name)
        return True

    def _fits(self, described: Any) -> bool:  # noqa: ANN401 - what its client makes of it
        lengths = {field["name"]: field["params"].get("dim") for field in described["fields"]}
        return int(lengths.get(vector_field(self.embedding)) or 0) == self.embedding.dimensions

    def _create(self, client: "MilvusClient", name: str) -> None:
        from pymilvus import DataType

        schema = client.create_schema(auto_id=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field(vector_field(self.embedding), DataType.FLOAT_VECTOR, dim=self.embedding.dimensions)
        schema.add_field("market", DataType.VARCHAR, max_length=16)
        schema.add_field("local_day", DataType.INT64)
        schema.add_field("available_us", DataType.INT64)
        index = client.prepare_index_params()
        index.add_index(vector_field(self.embedding), index_type="FLAT", metric_type="COSINE")
        client.create_collection(name, schema=schema, index_params=index, consistency_level="Strong")

    def _connected(self) -> "MilvusClient":
        if self._client is None:
            from pymilvus import MilvusClient

            # It logs each failure with its trace; here every one is raised, and told by who asked.
            logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
            self._client = MilvusClient(uri=self.uri, timeout=TIMEOUT_SECONDS, grpc_options=GRPC)
        return self._client

    def _disconnect(self) -> None:
        # The client library shares one connection per address; a broken one left open would be handed out again.
        if self._client is not None:
            self._client.close()
        self._client = None
