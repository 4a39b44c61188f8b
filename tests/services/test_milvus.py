"""The embedded Milvus, really started and spoken to through its own client."""

import os
import signal
import socket

import psutil
import pytest

from craveny_cli.services.home import Home
from craveny_cli.services.milvus import HOST, STOP_GRACE_SECONDS, milvus_service
from craveny_cli.services.ports import port_free


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@pytest.fixture
def milvus(place, port):
    service = milvus_service(Home(place / "my home").open(), port, os.environ)
    yield service
    service.stop()


def test_it_keeps_its_rows_over_a_stop_and_over_a_kill(milvus, port):
    from pymilvus import MilvusClient

    milvus.start()
    milvus.wait_ready()
    listening = [found for found in psutil.Process(milvus.pid).net_connections() if found.status == psutil.CONN_LISTEN]
    assert {found.laddr.ip.removeprefix("::ffff:") for found in listening} == {HOST}
    assert not port_free(HOST, port)
    client = MilvusClient(f"http://{HOST}:{port}")
    client.create_collection("note", dimension=2)
    client.insert("note", [{"id": 1, "vector": [0.0, 1.0]}])
    client.flush("note")
    client.close()
    milvus.stop(STOP_GRACE_SECONDS)
    assert "Shutting down" in milvus.log_path.read_text()
    milvus.start()
    milvus.wait_ready()
    os.kill(milvus.pid, signal.SIGKILL)
    milvus.stop()
    assert port_free(HOST, port)
    milvus.start()
    milvus.wait_ready()
    client = MilvusClient(f"http://{HOST}:{port}")
    client.load_collection("note")
    assert client.get("note", ids=[1])[0]["id"] == 1
    client.close()
