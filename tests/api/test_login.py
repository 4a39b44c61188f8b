"""Logging in, staying logged in, being logged out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from craveny_api.auth.passwords import hash_password
from craveny_api.routes.auth import ATTEMPTS_PER_EMAIL, ATTEMPTS_PER_NETWORK, COOKIE
from craveny_store.users import add_user, admit_attempt, begin_family, disable_user, exchange_token, revoke_family
from tests.api.conftest import Bearer, Serving

EMAIL, PASSWORD = "ana@example.org", "correct horse battery"
HASH = hash_password(PASSWORD)
LIFETIME = timedelta(days=1)


@pytest.fixture
def ana(engine: Engine) -> int:
    """A person who can log in, by id."""
    with engine.begin() as conn:
        add_user(conn, EMAIL, HASH, "operator")
        return conn.execute(text('SELECT user_id FROM "user"')).scalar_one()


def login(client: TestClient, email: str = EMAIL, password: str = PASSWORD, **headers: str):
    return client.post("/api/auth/login", json={"email": email, "password": password}, headers=headers)


@pytest.mark.usefixtures("ana")
def test_a_person_logs_in_refreshes_and_logs_out(client: TestClient) -> None:
    session = login(client, "Ana@Example.org")
    assert session.status_code == 200, session.text
    assert session.json()["user"] == {"email": EMAIL, "role": "operator"}
    assert session.headers["Cache-Control"] == "no-store"
    cookie = session.headers["Set-Cookie"]
    for said in ("HttpOnly", "Path=/api/auth", "SameSite=strict", f"{COOKIE}="):
        assert said in cookie
    assert "Secure" not in cookie
    header = {"Authorization": f"Bearer {session.json()['access_token']}"}
    assert client.get("/api/auth/me", headers=header).json() == {"email": EMAIL, "role": "operator"}
    refreshed = client.post("/api/auth/refresh")
    assert refreshed.status_code == 200, refreshed.text
    assert client.cookies[COOKIE] not in cookie
    kept = client.cookies[COOKIE]
    assert client.post("/api/auth/logout").status_code == 204
    assert COOKIE not in client.cookies
    assert client.post("/api/auth/refresh", headers={"Cookie": f"{COOKIE}={kept}"}).status_code == 401


@pytest.mark.usefixtures("ana")
def test_behind_tls_the_cookie_is_secure(engine: Engine, serving: Serving) -> None:
    with serving(engine, public_address="https://craveny.example") as client:
        assert "Secure" in login(client).headers["Set-Cookie"]


def test_without_a_token_one_is_a_guest(client: TestClient) -> None:
    assert client.get("/api/auth/me").json() == {"email": None, "role": "guest"}
    assert client.get("/api/auth/me", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert client.post("/api/auth/refresh").status_code == 401
    assert client.post("/api/auth/logout").status_code == 204


@pytest.mark.usefixtures("ana")
def test_wrong_unknown_and_disabled_look_the_same(client: TestClient, engine: Engine) -> None:
    answers = [login(client, password="wrong"), login(client, "nobody@example.org")]
    with engine.begin() as conn:
        assert disable_user(conn, EMAIL)
    answers.append(login(client))
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert not client.cookies


@pytest.mark.usefixtures("ana")
def test_a_disabled_person_cannot_refresh_and_is_nobody_to_me(client: TestClient, engine: Engine) -> None:
    token = login(client).json()["access_token"]
    with engine.begin() as conn:
        disable_user(conn, EMAIL)
    assert client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert client.post("/api/auth/refresh").status_code == 401


@pytest.mark.usefixtures("ana")
def test_a_refresh_token_used_twice_ends_the_whole_login(client: TestClient) -> None:
    login(client)
    stolen = client.cookies[COOKIE]
    assert client.post("/api/auth/refresh").status_code == 200
    newest = client.cookies[COOKIE]
    client.cookies.clear()
    assert client.post("/api/auth/refresh", headers={"Cookie": f"{COOKIE}={stolen}"}).status_code == 401
    assert client.post("/api/auth/refresh", headers={"Cookie": f"{COOKIE}={newest}"}).status_code == 401


def test_of_many_at_once_one_exchanges_a_refresh_token_and_none_keeps_the_login(engine: Engine, ana: int) -> None:
    for family in range(10):
        first = f"first {family}".encode()
        with engine.begin() as conn:
            begin_family(conn, ana, first, LIFETIME)

        def exchange(number: int, token: bytes = first, family: int = family) -> int | None:
            with engine.begin() as conn:
                return exchange_token(conn, token, f"next {family} {number}".encode(), LIFETIME)

        with ThreadPoolExecutor(6) as pool:
            done = list(pool.map(exchange, range(6)))
        assert done.count(ana) == 1, done
        with engine.connect() as conn:
            usable = text("SELECT count(*) FROM refresh_token WHERE used_at IS NULL AND revoked_at IS NULL")
            assert conn.execute(usable).scalar_one() == 0


def test_a_login_revoked_while_it_is_refreshed_leaves_no_usable_token(engine: Engine, ana: int) -> None:
    for family in range(10):
        token = f"token {family}".encode()
        with engine.begin() as conn:
            begin_family(conn, ana, token, LIFETIME)

        def act(number: int, token: bytes = token, family: int = family) -> None:
            with engine.begin() as conn:
                if number:
                    revoke_family(conn, token)
                else:
                    exchange_token(conn, token, f"after {family}".encode(), LIFETIME)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(act, (family % 2, 1 - family % 2)))
        with engine.connect() as conn:
            usable = text("SELECT count(*) FROM refresh_token WHERE used_at IS NULL AND revoked_at IS NULL")
            assert conn.execute(usable).scalar_one() == 0


def test_an_expired_refresh_token_is_refused_and_ends_nothing(engine: Engine, ana: int) -> None:
    with engine.begin() as conn:
        begin_family(conn, ana, b"old", timedelta(seconds=-1))
        assert exchange_token(conn, b"old", b"new", LIFETIME) is None
        assert conn.execute(text("SELECT count(*) FROM refresh_token WHERE revoked_at IS NOT NULL")).scalar_one() == 0


@pytest.mark.usefixtures("ana")
def test_only_a_hash_of_the_refresh_token_is_kept(client: TestClient, engine: Engine) -> None:
    login(client)
    token = client.cookies[COOKIE]
    with engine.connect() as conn:
        rows = conn.execute(text("SELECT t::text FROM refresh_token t")).scalars().all()
    assert rows and all(token not in row and token.encode().hex() not in row for row in rows)


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize("path", ["login", "refresh", "logout"])
def test_a_page_of_another_site_cannot_use_the_cookie(client: TestClient, path: str) -> None:
    login(client)
    body = {"email": EMAIL, "password": PASSWORD} if path == "login" else None
    for origin in ("https://evil.example", "null", "http://testserver.evil.example", "http://testserver:81"):
        assert client.post(f"/api/auth/{path}", json=body, headers={"Origin": origin}).status_code == 403, origin
    assert client.post(f"/api/auth/{path}", json=body, headers={"Origin": "http://testserver"}).status_code < 300


def test_attempts_on_one_address_are_limited_whether_it_is_known_or_not(client: TestClient) -> None:
    refused = [login(client, "nobody@example.org") for _ in range(ATTEMPTS_PER_EMAIL + 1)]
    assert [answer.status_code for answer in refused] == [401] * ATTEMPTS_PER_EMAIL + [429]
    assert 0 < int(refused[-1].headers["Retry-After"]) <= 900
    assert login(client, "somebody@example.org").status_code == 401


def test_attempts_from_one_network_are_limited_by_the_address_a_trusted_proxy_saw(
    engine: Engine, serving: Serving
) -> None:
    spent = {"net:203.0.113.0/24": ATTEMPTS_PER_NETWORK, "net:2001:db8:1:2::/64": ATTEMPTS_PER_NETWORK}
    with engine.begin() as conn:
        for _ in range(ATTEMPTS_PER_NETWORK):
            assert admit_attempt(conn, spent, timedelta(minutes=15)) is None

    def tried(client: TestClient, forwarded: str) -> int:
        return login(client, f"{abs(hash(forwarded))}@example.org", **{"X-Forwarded-For": forwarded}).status_code

    with serving(engine, trusted_proxies="10.0.0.0/8 127.0.0.1") as client:
        client = TestClient(client.app, client=("127.0.0.1", 5000))
        assert tried(client, "203.0.113.77") == 429
        assert tried(client, "1.2.3.4, 203.0.113.9, 10.1.1.1") == 429
        assert tried(client, "2001:db8:1:2:3::4") == 429
        assert tried(client, "::ffff:203.0.113.5") == 429
        assert tried(client, "203.0.113.9, 198.51.100.1") == 401
        assert tried(client, "nonsense") == 401
    with serving(engine) as client:
        client = TestClient(client.app, client=("192.0.2.1", 5000))
        assert tried(client, "203.0.113.77") == 401


def test_the_limit_holds_when_attempts_come_at_once(engine: Engine) -> None:
    def attempt(_: int) -> int | None:
        with engine.begin() as conn:
            return admit_attempt(conn, {"email:x": 5, "net:y": 100}, timedelta(minutes=1))

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(attempt, range(24)))
    assert waits.count(None) == 5
    assert all(wait is None or 0 < wait <= 60 for wait in waits)


@pytest.mark.usefixtures("ana")
def test_a_right_password_gives_the_address_its_limit_back(client: TestClient) -> None:
    for _ in range(2):
        for _ in range(ATTEMPTS_PER_EMAIL - 1):
            assert login(client, password="wrong").status_code == 401
        assert login(client).status_code == 200


def test_what_is_unknown_in_a_login_is_refused(client: TestClient) -> None:
    body = {"email": EMAIL, "password": PASSWORD, "role": "admin"}
    assert client.post("/api/auth/login", json=body).status_code == 422
    assert client.post("/api/auth/login", content=b"{").status_code == 422


def test_where_a_login_is_required_guests_see_settings_and_login_only(
    engine: Engine, serving: Serving, bearer: Bearer
) -> None:
    with serving(engine, login_required=True) as client:
        assert client.get("/api/settings").json()["login_required"] is True
        refused = client.get("/api/markets")
        assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert client.get("/api/markets", headers=bearer("investor")).status_code == 200


def test_an_operators_page_is_for_operators(client: TestClient, bearer: Bearer) -> None:
    path = "/api/operations/notifications"
    assert client.get(path).status_code == 401
    assert client.get(path, headers=bearer("investor")).status_code == 403
    assert client.get(path, headers=bearer("operator")).status_code == 200
    assert client.get(path, headers=bearer("admin")).status_code == 200
