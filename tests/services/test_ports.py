"""Ports: free, taken, by whom."""

import os
import socket

import pytest

from craveny_cli.services.errors import Problem
from craveny_cli.services.milvus import speaks_http2
from craveny_cli.services.ports import port_answers, port_free, require_port

HOST = "127.0.0.1"


@pytest.fixture(params=[HOST, "0.0.0.0"])  # noqa: S104
def taken(request):
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind((request.param, 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_refused_naming_who_has_it_and_what_to_set(taken):
    assert not port_free(HOST, taken)
    with pytest.raises(Problem, match=rf"Port {taken} is in use by .*\(process {os.getpid()}\)\. Set CRAVENY_API_PORT"):
        require_port(HOST, taken, "CRAVENY_API_PORT")


def test_a_port_is_free_again_once_its_server_has_gone():
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection((HOST, port)):
            server.accept()[0].close()
    assert port_free(HOST, port)
    require_port(HOST, port, "CRAVENY_API_PORT")
    assert not port_answers(HOST, port)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(port):
    with pytest.raises(Problem, match=f"no port {port}"):
        require_port(HOST, port, "CRAVENY_API_PORT")


def test_an_address_of_another_machine_is_a_problem_not_a_traceback():
    with pytest.raises(Problem, match=r"Port 8123 of 192\.0\.2\.1 cannot be used"):
        require_port("192.0.2.1", 8123, "CRAVENY_API_PORT")


def test_a_silent_listener_is_not_taken_for_a_vector_server(taken):
    assert port_answers(HOST, taken)
    assert not speaks_http2(HOST, taken, timeout_seconds=0.2)
