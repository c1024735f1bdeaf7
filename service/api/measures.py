"""Measures: how many requests, how fast, and how long people wait for their mail; as Prometheus reads them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Measures:
    """The counters of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "slagboom_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "slagboom_request_seconds",
            "Seconds from a request to the end of its answer.",
            ["method", "route"],
            registry=self._registry,
            buckets=BUCKETS,
        )
        self._waiting = Gauge("slagboom_outbox_waiting", "Notices that are not sent yet.", registry=self._registry)
        self._oldest = Gauge(
            "slagboom_outbox_oldest_seconds", "Seconds that the oldest of them has waited.", registry=self._registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered. `route` is a template: a value for each case would fill the memory."""
        named = method if method in METHODS else "OTHER"
        self._requests.labels(named, route, status).inc()
        self._seconds.labels(named, route).observe(seconds)

    def outbox(self, waiting: int, oldest_seconds: float) -> None:
        """What waits in the outbox now."""
        self._waiting.set(waiting)
        self._oldest.set(oldest_seconds)

    def text(self) -> bytes:
        """Everything, in the format of Prometheus."""
        return generate_latest(self._registry)
