"""nginx as the image starts it, without root, with real TLS in front of the real API."""

import http.client
import json
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from craveny_cli.services.postgres import EmbeddedPostgres
from tests.compose.conftest import ROOT, needed
from tests.conftest import copied_database, wait_until
from tests.stack.conftest import free_ports

USER, PASSWORD = "operator", "only for this test: ä"


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True)
class Proxy:
    """A running nginx: where it listens, and its folder."""

    http_port: int
    https_port: int
    place: Path

    def plain(self, path: str) -> Reply:
        """Ask without TLS."""
        return _ask(http.client.HTTPConnection("localhost", self.http_port, timeout=20), "GET", path, None, {})

    def ask(self, path: str, *, method: str = "GET", body: object = None, **headers: str) -> Reply:
        """Ask over TLS as a client that verifies the certificate; underscores of header names stand for dashes."""
        context = ssl.create_default_context(cafile=str(self.place / "certificates" / "fullchain.pem"))
        connection = http.client.HTTPSConnection("localhost", self.https_port, timeout=20, context=context)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return _ask(connection, method, path, None if body is None else json.dumps(body), given)


def _ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: str | None, headers: dict[str, str]
) -> Reply:
    connection.request(method, path, body, {"Content-Type": "application/json", **headers} if body else headers)
    with connection.getresponse() as reply:
        found = Reply(reply.status, reply.headers, reply.read())
    connection.close()
    return found


class Echo(BaseHTTPRequestHandler):
    """Stands behind the login: answers with the headers that reached it."""

    def do_GET(self) -> None:
        body = json.dumps({"path": self.path, **dict(self.headers)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def behind_the_login() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def api(postgres: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """`python -m craveny_api` over a store made ready, as the image starts it."""
    (port,) = free_ports(1)
    folder = tmp_path_factory.mktemp("api")
    with copied_database(postgres, template) as url, (folder / "log").open("wb") as out:
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "CRAVENY_API_PORT": str(port),
            "CRAVENY_PUBLIC_ADDRESS": "https://localhost",
            "CRAVENY_TRUSTED_PROXIES": "127.0.0.1",
            "CRAVENY_SIGNING_KEYS": str(folder / "keys"),
        }
        argv = [sys.executable, "-m", "craveny_api"]
        process = subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=out, stderr=out)
        with ended(process):
            wait_until(lambda: process.poll() is not None or listens(port), "the API listens")
            assert process.poll() is None, (folder / "log").read_text("utf-8")
            yield port


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for nginx that its user owns, with the files of the image."""
    with nginx_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def proxy(api: int, behind_the_login: int) -> Iterator[Proxy]:
    http_port, https_port = free_ports(2)
    with nginx_folder() as place:
        process = start(place, settings(place, http_port, https_port, api, behind_the_login))
        with ended(process):
            wait_until(lambda: process.poll() is not None or listens(https_port), "nginx listens")
            assert process.poll() is None, (place / "log").read_text("utf-8")
            yield Proxy(http_port, https_port, place)


@contextmanager
def nginx_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="craveny-nginx-", dir="/tmp"))
    shutil.copytree(ROOT / "infrastructure" / "nginx", folder / "nginx")
    (folder / "certificates").mkdir()
    (folder / "log").touch()
    for path in (folder, *folder.rglob("*")):
        if os.getuid() == 0:
            os.chown(path, *_unprivileged())
        path.chmod(0o700)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def ended(process: subprocess.Popen) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def start(place: Path, environment: dict[str, str], *options: str) -> subprocess.Popen:
    """The image's own start; what it says goes to `log`. Root gives way to a user without rights, as the image does."""
    user = {}
    if os.getuid() == 0:
        uid, gid = _unprivileged()
        user = {"user": uid, "group": gid, "extra_groups": []}
    with (place / "log").open("ab") as out:
        return subprocess.Popen([place / "nginx" / "start", *options], env=environment, stdout=out, stderr=out, **user)


def settings(place: Path, http_port: int, https_port: int, api: int, dagster: int) -> dict[str, str]:
    needed("openssl", "openssl")
    program = Path(needed("nginx", "nginx-light"))
    return {
        "PATH": f"{program.parent}:/usr/bin:/bin",
        "NGINX_FOLDER": str(place / "nginx"),
        "NGINX_STATE": str(place / "state"),
        "NGINX_CERTIFICATES": str(place / "certificates"),
        "NGINX_HTTP_PORT": str(http_port),
        "NGINX_HTTPS_PORT": str(https_port),
        "NGINX_API": f"127.0.0.1:{api}",
        "NGINX_DAGSTER": f"127.0.0.1:{dagster}",
        "DAGSTER_USER": USER,
        "DAGSTER_PASSWORD": PASSWORD,
    }


def _unprivileged() -> tuple[int, int]:
    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def listens(port: int) -> bool:
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    return False


def login(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def test_nginx_accepts_the_configuration_without_a_warning(place: Path) -> None:
    assert start(place, settings(place, 8080, 8443, 1, 2), "-t").wait(30) == 0
    said = (place / "log").read_text("utf-8")
    assert "test is successful" in said
    assert "warn" not in said.lower().replace("browsers will warn", "")


@pytest.mark.parametrize(("name", "value", "says"), [
    ("DAGSTER_PASSWORD", "", "Choose the password"), ("DAGSTER_USER", "", "Choose who"),
    ("DAGSTER_USER", "a:b", "without one"),
])  # fmt: skip
def test_without_a_login_for_dagster_it_does_not_start(place: Path, name: str, value: str, says: str) -> None:
    assert start(place, settings(place, 8080, 8443, 1, 2) | {name: value}, "-t").wait(30) != 0
    assert says in (place / "log").read_text("utf-8")


def test_the_password_is_kept_as_a_hash_that_only_nginx_can_read(proxy: Proxy) -> None:
    kept = proxy.place / "state" / "dagster.htpasswd"
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.read_text("utf-8").startswith(f"{USER}:$6$")
    assert (proxy.place / "certificates" / "privkey.pem").stat().st_mode & 0o077 == 0
    assert proxy.ask("/health").status == 200


def test_the_sample_is_served_over_tls_that_browsers_will_insist_on(proxy: Proxy) -> None:
    markets = proxy.ask("/api/markets")
    assert markets.status == 200
    assert "us" in {market["market"] for market in json.loads(markets.body)}
    assert markets.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
    assert markets.headers["Server"] == "nginx"


def test_a_client_that_does_not_know_the_certificate_refuses(proxy: Proxy) -> None:
    connection = http.client.HTTPSConnection("localhost", proxy.https_port, timeout=20)
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.request("GET", "/health")


def test_without_tls_there_is_only_the_way_to_tls(proxy: Proxy) -> None:
    reply = proxy.plain("/stocks/us/ACME?board=live")
    assert (reply.status, reply.headers["Location"]) == (308, "https://localhost/stocks/us/ACME?board=live")


def test_measurements_are_not_public(proxy: Proxy, api: int) -> None:
    assert _ask(http.client.HTTPConnection("127.0.0.1", api), "GET", "/metrics", None, {}).status == 200
    assert proxy.ask("/metrics").status == 404
    assert proxy.ask("/%6detrics").status == 404
    assert proxy.ask("//metrics").status == 404


@pytest.mark.parametrize(
    "path", ["/dagster/", "/dagster/graphql", "/dagster/server_info", "/dagster/report_asset_check/x"]
)
def test_dagster_asks_for_the_login(proxy: Proxy, path: str) -> None:
    assert proxy.ask(path).status == 401
    assert proxy.ask(path, Authorization=login(USER, "wrong")).status == 401
    assert proxy.ask(path, Authorization=login("", "")).status == 401
    assert proxy.ask(path, Authorization=login(USER, PASSWORD)).status == 200


def test_what_stands_behind_learns_who_asks_and_nothing_a_client_claims(proxy: Proxy) -> None:
    claims = {"X_Forwarded_For": "203.0.113.9", "X_Forwarded_Proto": "http", "Forwarded": "for=203.0.113.9"}
    reply = proxy.ask("/dagster/x", Authorization=login(USER, PASSWORD), **claims)
    told = json.loads(reply.body)
    assert told["path"] == "/dagster/x"
    assert told["X-Forwarded-For"] == "127.0.0.1"
    assert told["X-Forwarded-Proto"] == "https"
    assert told.keys().isdisjoint({"Forwarded", "Authorization"})


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200)])
def test_another_site_cannot_use_the_login_that_a_browser_remembers(proxy: Proxy, site: str, status: int) -> None:
    asked = {"Authorization": login(USER, PASSWORD), "Sec_Fetch_Site": site}
    assert proxy.ask("/dagster/graphql", method="POST", body={}, **asked).status == status
    assert proxy.ask("/dagster/runs/1", **asked).status == 200, "a link from an alert must work"


def test_passwords_cannot_be_tried_without_end(proxy: Proxy) -> None:
    tried = {"email": "ana@example.org", "password": "wrong"}
    replies = [proxy.ask("/api/auth/login", method="POST", body=tried) for _ in range(12)]
    assert replies[0].status in (401, 403)
    stopped = replies[-1]
    assert stopped.status == 429
    assert stopped.headers["Content-Type"] == "application/problem+json"
    assert stopped.headers["Retry-After"] == "30"
    assert json.loads(stopped.body)["detail"].startswith("Too many requests from this address.")
    assert stopped.headers["Strict-Transport-Security"]
    assert proxy.ask("/api/markets").status == 200


def test_a_body_no_route_takes_ends_at_the_proxy(proxy: Proxy) -> None:
    assert proxy.ask("/api/auth/login", method="POST", body="x" * 2_000_000).status == 413
