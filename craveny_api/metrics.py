"""What Prometheus is told: counts by route template and status, times, connections. Nothing that names a person."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The instruments of one application."""

    def __init__(self, engine: Engine) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "craveny_api_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "craveny_api_request_seconds", "Time to answer", ["route"], buckets=BUCKETS, registry=self.registry
        )
        in_use = Gauge("craveny_api_connections_in_use", "Database connections in use", registry=self.registry)
        pool = engine.pool
        in_use.set_function(lambda: pool.checkedout() if isinstance(pool, QueuePool) else 0)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
