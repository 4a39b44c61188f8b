"""Vendors of prices played by real local servers: Alpha Vantage, Korea Investment & Securities, Yahoo behind TLS."""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.sources.vendors import Reply, Request, Vendor, reply

Prices = tuple[float, float, float, float, int]
"""Open, high, low, close, volume."""


@dataclass
class AlphaVantage(Vendor):
    """TIME_SERIES_DAILY; 200 whatever happens."""

    key: str = "k" * 16
    days: dict[str, dict[date, Prices]] = field(default_factory=dict)
    quota: int = 1_000

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/query"

    def answer(self, request: Request) -> Reply:
        asked = request.params
        if len(self.requests) > self.quota:
            return reply({"Information": f"We have detected your API key as {self.key} and our standard rate limit."})
        if asked.get("apikey") != self.key or asked["function"] != "TIME_SERIES_DAILY":
            return reply({"Error Message": "the parameter apikey is invalid or missing."})
        if asked["symbol"] not in self.days:
            return reply({"Error Message": "Invalid API call."})
        rows = dict(
            sorted(self.days[asked["symbol"]].items(), reverse=True)[
                : 100 if asked["outputsize"] == "compact" else None
            ]
        )
        names = ("1. open", "2. high", "3. low", "4. close", "5. volume")
        series = {
            str(day): {n: f"{v:.4f}" if n < "5" else str(v) for n, v in zip(names, bar, strict=True)}
            for day, bar in rows.items()
        }
        return reply(
            {"Meta Data": {"2. Symbol": asked["symbol"], "5. Time Zone": "US/Eastern"}, "Time Series (Daily)": series}
        )


@dataclass
class Kis(Vendor):
    """Tokens, one a minute, and daily bars in won."""

    keys: tuple[str, str] = ("an-app-key", "an-app-secret")
    days: dict[str, dict[date, Prices]] = field(default_factory=dict)
    turnover_unit: float = 1.0
    tokens: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, request: Request) -> Reply:
        asked, said = request.params, request.headers
        if request.path == "/oauth2/tokenP":
            if (asked["appkey"], asked["appsecret"]) != self.keys or asked["grant_type"] != "client_credentials":
                return reply({"error_code": "EGW00103", "error_description": "유효하지 않은 AppKey입니다."}, 403)
            self.tokens += 1
            if self.tokens > 1:
                return reply(
                    {"error_code": "EGW00133", "error_description": "접근토큰 발급 잠시 후 다시 시도하세요"}, 403
                )
            return reply({"access_token": "a-token", "token_type": "Bearer", "expires_in": 86_400})
        if said.get("authorization") != "Bearer a-token" or (said.get("appkey"), said.get("appsecret")) != self.keys:
            return reply({"rt_cd": "1", "msg_cd": "EGW00121", "msg1": "유효하지 않은 token 입니다."}, 500)
        is_index = request.path.endswith("inquire-daily-indexchartprice")
        if said["tr_id"] != ("FHKUP03500100" if is_index else "FHKST03010100"):
            return reply({"rt_cd": "1", "msg_cd": "OPSQ0002", "msg1": "없는 서비스 코드 입니다"}, 500)
        if asked["FID_INPUT_ISCD"] not in self.days:
            return reply({"rt_cd": "7", "msg_cd": "KIER2620", "msg1": "종목코드 오류"})
        first, last = asked["FID_INPUT_DATE_1"], asked["FID_INPUT_DATE_2"]
        bars = self.days[asked["FID_INPUT_ISCD"]]
        rows = [
            self.row(day, bars[day], is_index) for day in sorted(bars, reverse=True) if first <= f"{day:%Y%m%d}" <= last
        ]
        return reply({"rt_cd": "0", "msg_cd": "MCA00000", "msg1": "정상", "output1": {}, "output2": rows[:100] or [{}]})

    def row(self, day: date, bar: Prices, is_index: bool) -> dict[str, str]:
        names = ("bstp_nmix_oprc", "bstp_nmix_hgpr", "bstp_nmix_lwpr", "bstp_nmix_prpr") if is_index else (
            "stck_oprc", "stck_hgpr", "stck_lwpr", "stck_clpr")  # fmt: skip
        prices = {name: f"{value:g}" for name, value in zip(names, bar[:4], strict=True)}
        turnover = bar[3] * bar[4] / self.turnover_unit
        return {"stck_bsop_date": f"{day:%Y%m%d}", **prices, "acml_vol": str(bar[4]), "acml_tr_pbmn": f"{turnover:.0f}"}


@dataclass
class Yahoo:
    """Yahoo's chart protocol behind TLS, reached through a proxy as its hosts are reached through one at work."""

    charts: dict[str, Mapping[str, object]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    too_often_after: int = 10_000
    is_silent: bool = False
    port: int = 0

    def answer(self, host: str, target: str) -> Reply:
        split = urlsplit(target)
        params = {name: values[-1] for name, values in parse_qs(split.query).items()}
        self.asked.append((host, split.path, params))
        if host == "fc.yahoo.com":
            return 404, {"Content-Type": "text/html"}, b"not found"
        if split.path == "/v1/test/getcrumb":
            return 200, {"Content-Type": "text/plain"}, b"a-crumb"
        if not split.path.startswith("/v8/finance/chart/"):
            return reply({"finance": {"result": None, "error": {"code": "Not Found", "description": "x"}}}, 404)
        if len(self.histories()) > self.too_often_after:
            return 429, {"Content-Type": "text/plain"}, b"Too Many Requests"
        chart = self.charts.get(split.path.rpartition("/")[2].replace("%5E", "^"))
        if chart is None:
            error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
            return reply({"chart": {"result": None, "error": error}}, 404)
        return reply({"chart": {"result": [chart], "error": None}})

    def histories(self) -> list[str]:
        """The symbols whose history was asked for, in order."""
        return [path.rpartition("/")[2] for _, path, params in self.asked if "chart" in path and "period1" in params]

    @contextmanager
    def running(self, folder: Path) -> Iterator[Path]:
        """Runs the server; gives the file of the authority that its hosts' certificate is signed by."""
        authority, context = certificates(folder)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            threading.Thread(target=self._accept, args=(listener, context), daemon=True).start()
            yield authority
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket, context: ssl.SSLContext) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._serve, args=(client, context), daemon=True).start()

    def _serve(self, client: socket.socket, context: ssl.SSLContext) -> None:
        with suppress(OSError), client:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += client.recv(1)
            host = head.split()[1].decode().partition(":")[0]
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with context.wrap_socket(client, server_side=True) as safe, safe.makefile("rb") as lines:
                while line := lines.readline().strip():
                    while lines.readline().strip():
                        pass
                    if self.is_silent:
                        return
                    status, headers, body = self.answer(host, line.split()[1].decode())
                    said = "".join(f"{n}: {v}\r\n" for n, v in {**headers, "Content-Length": len(body)}.items())
                    safe.sendall(f"HTTP/1.1 {status} Told\r\n{said}\r\n".encode() + body)


def chart(
    days: Mapping[date, Prices],
    *,
    splits: Mapping[date, tuple[int, int]] | None = None,
    dividends: Mapping[date, float] | None = None,
    currency: str = "USD",
    zone: str = "America/New_York",
) -> Mapping[str, object]:
    """One symbol's chart as Yahoo writes it; the prices are given as Yahoo has them, divided by later splits."""
    at = {day: int(datetime(day.year, day.month, day.day, 14, 30, tzinfo=UTC).timestamp()) for day in days}
    columns = [list(column) for column in zip(*days.values(), strict=True)]
    quote = dict(zip(("open", "high", "low", "close", "volume"), columns, strict=True))
    events = {
        "splits": {
            str(at[day]): {"date": at[day], "numerator": n, "denominator": d, "splitRatio": f"{n}:{d}"}
            for day, (n, d) in (splits or {}).items()
        },
        "dividends": {str(at[day]): {"amount": cash, "date": at[day]} for day, cash in (dividends or {}).items()},
    }
    meta = {
        "currency": currency, "exchangeTimezoneName": zone, "instrumentType": "EQUITY", "timezone": "EST",
        "gmtoffset": -18000, "dataGranularity": "1d", "range": "", "validRanges": ["1d", "1mo", "max"],
        "firstTradeDate": 345479400, "regularMarketTime": max(at.values()),
    }  # fmt: skip
    indicators = {"quote": [quote], "adjclose": [{"adjclose": quote["close"]}]}
    return {"meta": meta, "timestamp": list(at.values()), "events": events, "indicators": indicators}


def certificates(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """An authority's file, and a server's context with a certificate of Yahoo's hosts signed by it."""
    authority, authority_key = signed("a test's authority", None, [])
    leaf, leaf_key = signed("yahoo.com", (authority, authority_key), ["*.yahoo.com", "*.finance.yahoo.com"])
    pem = serialization.Encoding.PEM
    trusted, mine = folder / "authority.pem", folder / "yahoo.pem"
    trusted.write_bytes(authority.public_bytes(pem))
    secret = leaf_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    mine.write_bytes(leaf.public_bytes(pem) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(mine)
    return trusted, context


def signed(
    name: str, by: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None, hosts: list[str]
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        certificate = certificate.add_extension(names, critical=False)
    return certificate.sign(by[1] if by else key, hashes.SHA256()), key
