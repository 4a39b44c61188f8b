"""TCP ports: whether one is free, who has it, whether something answers there."""

import contextlib
import errno
import socket

import psutil

from craveny_cli.services.errors import Problem


def port_free(host: str, port: int) -> bool:
    """Whether a server of ours could listen on `host`:`port` now."""
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        # As servers do: a port whose connections are still fading is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def require_port(host: str, port: int, setting: str) -> None:
    """Problem naming the port, who listens there if that can be known, and the setting to change, unless it is free."""
    cure = f"Set {setting} to another port"
    if not 1 <= port <= 65535:
        raise Problem(f"There is no port {port}", f"Set {setting} to a number from 1024 to 65535")
    try:
        free = port_free(host, port)
    except OSError as error:
        raise Problem(f"Port {port} of {host} cannot be used: {error.strerror}", cure) from error
    if not free:
        holder = listener(port)
        raise Problem(
            f"Port {port} is in use" + (f" by {holder}" if holder else ""), f"{cure}, or stop what listens there"
        )


def listener(port: int) -> str:
    """Name and process id of who listens on `port`; empty if this user may not know."""
    try:
        sockets = psutil.net_connections(kind="tcp")
    except (psutil.AccessDenied, OSError):
        return ""
    for found in sockets:
        if found.status == psutil.CONN_LISTEN and found.pid and found.laddr and found.laddr.port == port:
            with contextlib.suppress(psutil.Error):
                return f"{psutil.Process(found.pid).name()} (process {found.pid})"
    return ""


def port_answers(host: str, port: int, timeout_seconds: float = 1) -> bool:
    """Whether something accepts connections on `host`:`port`."""
    try:
        socket.create_connection((host, port), timeout_seconds).close()
    except OSError:
        return False
    return True


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
