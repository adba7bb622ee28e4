"""What a monitoring system may know of the process: numbers by kind and outcome, nothing of anybody (docs/trust.md, Privacy)."""

from __future__ import annotations

from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, disable_created_metrics, generate_latest

from bot import __version__

disable_created_metrics()  # type: ignore[no-untyped-call]
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """The meters of one process, in a registry of their own; labels are words of the code, never what somebody sent."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        Info("oob_build", "Which program this is.", registry=registry).info({"version": __version__})
        self.entries = Counter("oob_entries", "Entries from Slack.", ("kind", "name", "outcome"), registry=registry)
        self.seconds = Histogram("oob_entry_seconds", "Seconds to answer.", ("kind",), buckets=_SECONDS, registry=registry)
        self.letters = Counter("oob_letters", "Direct messages, by what became of a try.", ("kind", "fate"), registry=registry)
        self.outbox = Gauge("oob_outbox_waiting", "Direct messages still to be sent.", registry=registry)
        self.lag = Gauge("oob_outbox_oldest_seconds", "For how long the oldest of them has waited.", registry=registry)
        self.register = Gauge("oob_register_waiting", "Entries still to be put into the shared Directory.", registry=registry)
        self.unassigned = Gauge("oob_cases_unassigned", "Open cases for which nobody is responsible.", registry=registry)
        self.ready = Gauge("oob_ready", "1 when Slack and the database are connected.", registry=registry)
        self.failed = Gauge("oob_outbox_failed", "Direct messages that were given up.", registry=registry)
        self.last_beat = Gauge("oob_last_beat_timestamp_seconds", "When the heart last beat (Unix time).", registry=registry)

    @property
    def beaten_at(self) -> datetime | None:
        """When the heart of this process last beat."""
        seconds = self._registry.get_sample_value("oob_last_beat_timestamp_seconds")
        return datetime.fromtimestamp(seconds, UTC) if seconds else None

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)
