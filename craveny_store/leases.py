"""Leases: who may write a partition now. A write must name the current epoch and come before the expiry.

Time is the database's. A keeper thread renews what this process holds, and only while the holder is still
wanted (`is_wanted`: has the orchestrator given the run up?).
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, Engine, text

LEASE_SECONDS = 30
WAIT_SECONDS = 60.0


class LeaseHeld(Exception):  # noqa: N818
    """Another run is writing the partition; `holder` is its run id."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"held by run {holder}")
        self.holder = holder


class LeaseLost(Exception):  # noqa: N818
    """The lease expired, went to another run, or its run was given up: nothing was written."""


@dataclass(frozen=True, order=True)
class PartitionKey:
    """What a lease covers and a state describes: an asset's day in a market, or one model's part of it."""

    market: str
    asset: str
    day: date
    model: str = ""

    def columns(self) -> dict[str, object]:
        """The key as column values."""
        return {"market": self.market, "asset": self.asset, "partition_date": self.day, "model_name": self.model}

    def __str__(self) -> str:
        return f"{self.market}/{self.asset} {self.day}" + (f" [{self.model}]" if self.model else "")


@dataclass(frozen=True)
class Lease:
    """A held lease."""

    key: PartitionKey
    holder: str
    epoch: int


_KEY = "market = :market AND asset = :asset AND partition_date = :partition_date AND model_name = :model_name"

_TAKE = text("""
    INSERT INTO lease (market, asset, partition_date, model_name, holder, epoch, expires_at)
    VALUES (:market, :asset, :partition_date, :model_name, :holder, 1,
        clock_timestamp() + :seconds * interval '1 second')
    ON CONFLICT (market, asset, partition_date, model_name) DO UPDATE
    SET holder = excluded.holder, epoch = lease.epoch + 1, expires_at = excluded.expires_at
    WHERE lease.expires_at <= clock_timestamp() OR lease.holder = excluded.holder
    RETURNING epoch""")
_HOLDER = text(f"SELECT holder FROM lease WHERE {_KEY}")  # noqa: S608
_RENEW = text(f"""
    UPDATE lease SET expires_at = clock_timestamp() + :seconds * interval '1 second'
    WHERE {_KEY} AND holder = :holder AND epoch = :epoch AND expires_at > clock_timestamp()""")  # noqa: S608
_STILL_OURS = text(f"""
    SELECT 1 FROM lease WHERE {_KEY} AND holder = :holder AND epoch = :epoch AND expires_at > clock_timestamp()
    FOR SHARE""")  # noqa: S608
_CLOSE = text(f"""
    UPDATE lease SET expires_at = clock_timestamp()
    WHERE {_KEY} AND holder = :holder AND epoch = :epoch AND expires_at > clock_timestamp()""")  # noqa: S608


@dataclass
class LeaseKeeper:
    """Takes leases for one run and renews them in the background until they are closed."""

    engine: Engine
    holder: str
    is_wanted: Callable[[], bool] = lambda: True
    seconds: float = LEASE_SECONDS
    wait_seconds: float = WAIT_SECONDS
    _held: dict[PartitionKey, Lease] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None
    _stop: threading.Event = field(default_factory=threading.Event)

    def take(self, key: PartitionKey) -> Lease:
        """The lease on a partition, waiting for another holder's to end; raises LeaseHeld after `wait_seconds`."""
        deadline = time.monotonic() + self.wait_seconds
        while (epoch := self._try(key)) is None:
            if time.monotonic() >= deadline:
                raise LeaseHeld(self._holder_of(key))
            time.sleep(min(0.5, self.wait_seconds))
        lease = Lease(key, self.holder, epoch)
        with self._lock:
            self._held[key] = lease
            if self._thread is None:
                self._thread = threading.Thread(target=self._renew_for_ever, name="lease-keeper", daemon=True)
                self._thread.start()
        return lease

    def require(self, key: PartitionKey, conn: Connection) -> None:
        """Hold on to a partition's lease until the transaction ends; raises LeaseLost unless it is still ours."""
        with self._lock:
            lease = self._held.get(key)
        if lease is None or conn.execute(_STILL_OURS, _parameters(lease)).first() is None:
            raise LeaseLost(f"{key}: the lease of run {self.holder} is gone, nothing was written.")

    def close(self, lease: Lease, conn: Connection) -> None:
        """End a lease inside the transaction that writes under it; raises LeaseLost unless it is still ours."""
        self.forget(lease)
        if not self.is_wanted():
            raise LeaseLost(f"{lease.key}: the run {lease.holder} was given up, nothing was written.")
        if conn.execute(_CLOSE, _parameters(lease)).rowcount != 1:
            raise LeaseLost(f"{lease.key}: the lease of run {lease.holder} is gone, nothing was written.")

    def forget(self, lease: Lease) -> None:
        """Stop renewing a lease."""
        with self._lock:
            self._held.pop(lease.key, None)

    def release(self, lease: Lease) -> bool:
        """Give a lease back without having written; False when it was no longer ours."""
        self.forget(lease)
        with self.engine.begin() as conn:
            return conn.execute(_CLOSE, _parameters(lease)).rowcount == 1

    def shutdown(self) -> None:
        """Stop the renewing thread."""
        self._stop.set()

    def _try(self, key: PartitionKey) -> int | None:
        with self.engine.begin() as conn:
            return conn.execute(_TAKE, {**key.columns(), "holder": self.holder, "seconds": self.seconds}).scalar()

    def _holder_of(self, key: PartitionKey) -> str:
        with self.engine.connect() as conn:
            return conn.execute(_HOLDER, key.columns()).scalar() or "unknown"

    def _renew_for_ever(self) -> None:
        while not self._stop.wait(self.seconds / 3):
            # A database that is away for a moment must not end the renewing; one that stays away ends the lease.
            with suppress(Exception):
                self._renew()

    def _renew(self) -> None:
        with self._lock:
            held = list(self._held.values())
        if held and self.is_wanted():
            with self.engine.begin() as conn:
                conn.execute(_RENEW, [{**_parameters(lease), "seconds": self.seconds} for lease in held])


def _parameters(lease: Lease) -> dict[str, object]:
    return {**lease.key.columns(), "holder": lease.holder, "epoch": lease.epoch}
