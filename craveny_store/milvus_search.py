"""Searching a Milvus over its own protocol, without its client library: that brings pandas and 90 MiB into a process
that only asks, the messages it is generated from 20. Writing is the client's, in `milvus`.
"""

import importlib
import sys
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from craveny_domain.embedding import Embedding
from craveny_store.embeddings import Hit
from craveny_store.milvus import GRPC, NOT_LOADED, MirrorUnavailable, vector_field

TIMEOUT_SECONDS = 2.0
REST_SECONDS = 5.0
"""How long one that did not answer is not asked again: who searches then does not wait for it."""
_PROTOCOL = "craveny_milvus_protocol"


class MilvusSearch:
    """Asks one Milvus for the nearest vectors of collections; any number of threads may share it."""

    def __init__(self, uri: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self.uri = uri
        self._timeout = timeout
        self._stub: Any = None
        self._lock = Lock()
        self._rests_until = 0.0

    def nearest(self, name: str, embedding: Embedding, question: np.ndarray, k: int, within: str) -> list[Hit]:
        """The k nearest rows of a collection that a filter lets through; raises MirrorUnavailable."""
        if time.monotonic() < self._rests_until:
            raise MirrorUnavailable(f"Milvus at {self.uri} did not answer a moment ago.")
        import grpc

        try:
            return self._nearest(name, embedding, question, k, within)
        except (grpc.RpcError, _Refused) as error:
            if isinstance(error, grpc.RpcError):
                self._rests_until = time.monotonic() + REST_SECONDS
            reason = error.details() if isinstance(error, grpc.Call) else error
            raise MirrorUnavailable(f"Milvus at {self.uri} does not answer: {reason}") from error

    def _nearest(self, name: str, embedding: Embedding, question: np.ndarray, k: int, within: str) -> list[Hit]:
        messages = _protocol("milvus_pb2")
        request = _request(name, embedding, question, k, within)
        answer = self._connected().Search(request, timeout=self._timeout)
        if answer.status.code == NOT_LOADED:
            # It was restarted: collections are loaded by whoever asks first.
            loading = messages.LoadCollectionRequest(collection_name=name)
            _check(self._connected().LoadCollection(loading, timeout=self._timeout))
            answer = self._connected().Search(request, timeout=self._timeout)
        _check(answer.status)
        found: Sequence[int] = answer.results.ids.int_id.data
        hits = [Hit(int(i), round(float(score), 6)) for i, score in zip(found, answer.results.scores, strict=True)]
        return sorted(hits, key=lambda hit: (-hit.similarity, hit.id))

    def _connected(self) -> Any:  # noqa: ANN401 - a generated class
        import grpc

        with self._lock:
            if self._stub is None:
                address = urlsplit(self.uri)
                options = list(GRPC.items())
                channel = (
                    grpc.secure_channel(address.netloc, grpc.ssl_channel_credentials(), options)
                    if address.scheme == "https"
                    else grpc.insecure_channel(address.netloc, options)
                )
                self._stub = _protocol("milvus_pb2_grpc").MilvusServiceStub(channel)
            return self._stub


class _Refused(Exception):  # noqa: N818
    """Milvus answered that it cannot; says why."""


def _check(status: Any) -> None:  # noqa: ANN401 - a generated class
    if status.code or status.error_code:
        raise _Refused(status.reason)


def _request(name: str, embedding: Embedding, question: np.ndarray, k: int, within: str) -> Any:  # noqa: ANN401
    common, messages = _protocol("common_pb2"), _protocol("milvus_pb2")
    values = [question.astype("<f4").tobytes()]
    asked = common.PlaceholderValue(tag="$0", type=common.PlaceholderType.FloatVector, values=values)
    how = {"anns_field": vector_field(embedding), "topk": k, "metric_type": "COSINE", "params": "{}"}
    return messages.SearchRequest(
        collection_name=name,
        dsl=within,
        dsl_type=common.DslType.BoolExprV1,
        placeholder_group=common.PlaceholderGroup(placeholders=[asked]).SerializeToString(),
        search_params=[common.KeyValuePair(key=key, value=str(value)) for key, value in how.items()],
        nq=1,
        use_default_consistency=True,
    )


_loading = Lock()


def _protocol(module: str) -> Any:  # noqa: ANN401 - a generated module
    """One of the modules that pymilvus was given for Milvus's protocol, without pymilvus itself."""
    with _loading:
        if _PROTOCOL not in sys.modules:
            client = find_spec("pymilvus")
            assert client and client.submodule_search_locations  # noqa: S101 - it is installed with Craveny
            folder = Path(client.submodule_search_locations[0]) / "grpc_gen"
            found = spec_from_file_location(_PROTOCOL, folder / "__init__.py", submodule_search_locations=[str(folder)])
            assert isinstance(found, ModuleSpec) and found.loader  # noqa: S101
            package = sys.modules[_PROTOCOL] = module_from_spec(found)
            found.loader.exec_module(package)
    return importlib.import_module(f"{_PROTOCOL}.{module}")
