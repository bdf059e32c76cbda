"""The figures for Prometheus, read from the database when they are asked for: every process gives the same."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.db.models import FigureMark, InboxEntry, InboxState, Tier
from bot.outbox.health import OutboxHealth, outbox_health
from bot.outbox.late import extra_messages_deleted, messages_unsearched
from bot.outbox.refusals import refusals
from bot.stats.bins import merged, number_within
from bot.stats.cells import MARKS_READ, ever
from bot.stats.counting import CLAIM, CLAIMED, RECEIVED, RESPONSE, Sums
from bot.web.lateness import due_late, undecided

MINUTES = (2, 4, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880)
"""Bounds of the histograms: the ladder's steps (D1), the bands of first responses (R12), then hours and days."""


class Figures(Collector):
    """Inbox, outbox, lateness, leads, claims and first responses, as they stand."""

    def __init__(
        self,
        database: Database,
        business_now: Clock,
        machine_now: Clock,
        socket_connected: Callable[[], bool] | None = None,
    ) -> None:
        """`socket_connected`: whether this process's socket is, in Socket Mode."""
        self._database, self._business_now, self._machine_now = database, business_now, machine_now
        self._socket_connected = socket_connected

    def describe(self) -> Iterable[Metric]:
        # Without it registering would ask the database, which may not be there yet.
        return ()

    def collect(self) -> Iterable[Metric]:
        business_now, machine_now = self._business_now(), self._machine_now()
        with self._database.snapshot() as session:
            outbox = outbox_health(session, machine_now)
            figures = [
                *_inbox(session, business_now),
                *_outbox(outbox),
                *_slack(session),
                *_late(session, business_now),
                *_leads(session),
            ]
        return [*figures, *self._socket()]

    def _socket(self) -> Iterable[Metric]:
        if self._socket_connected:
            what = "Whether this process's Socket Mode connection stands: clicks and commands come in by it."
            yield GaugeMetricFamily("followup_socket_connected", what, int(self._socket_connected()))


def _inbox(session: Session, now: datetime) -> Iterable[Metric]:
    waiting = undecided(session, now)
    yield GaugeMetricFamily("followup_inbox_waiting", "Deliveries not decided yet.", waiting.count)
    help_text = "Age of the oldest delivery not decided yet."
    yield GaugeMetricFamily("followup_inbox_oldest_seconds", help_text, waiting.seconds)
    failed = session.scalar(select(func.count()).where(InboxEntry.state == InboxState.FAILED))
    yield GaugeMetricFamily("followup_inbox_failed", "Deliveries that nobody could read.", failed or 0)


def _outbox(health: OutboxHealth) -> Iterable[Metric]:
    yield GaugeMetricFamily("followup_outbox_depth", "Messages not shown in Slack as wanted.", health.depth)
    help_text = "For how long the oldest of them has not been shown as wanted."
    yield GaugeMetricFamily("followup_outbox_oldest_seconds", help_text, health.oldest_seconds or 0)
    yield GaugeMetricFamily("followup_outbox_dead", "Messages given up.", health.dead)
    pauses = GaugeMetricFamily(
        "followup_outbox_pauses", "Scopes that Slack refuses.", labels=["scope", "error"]
    )
    for (scope, error), count in sorted(Counter((each.scope, each.error) for each in health.pauses).items()):
        pauses.add_metric([scope, error], count)
    yield pauses
    refused = GaugeMetricFamily(
        "followup_outbox_refused",
        "Messages whose last try failed, by what Slack or the network said; dead ones are given up.",
        labels=["error", "state"],
    )
    for state, errors in (("waiting", health.failing), ("dead", health.given_up)):
        for error, count in sorted(errors.items()):
            refused.add_metric([error, state], count)
    yield refused


def _slack(session: Session) -> Iterable[Metric]:
    errors = CounterMetricFamily(
        "followup_slack_errors",
        "Calls of Slack that failed, by method and what Slack or the network said.",
        labels=["method", "error"],
    )
    for (method, error), times in sorted(refusals(session).items()):
        errors.add_metric([method, error], times)
    yield errors
    yield CounterMetricFamily(
        "followup_extra_messages_deleted",
        "Messages that stood twice in Slack and were taken back.",
        extra_messages_deleted(session),
    )
    yield CounterMetricFamily(
        "followup_unsearched_messages",
        "Messages in doubt that nobody could look for in Slack: they may stand twice, or be out of date.",
        messages_unsearched(session),
    )


def _late(session: Session, now: datetime) -> Iterable[Metric]:
    late = GaugeMetricFamily("followup_due_late", "Rows due and not fired yet.", labels=["kind"])
    oldest = GaugeMetricFamily(
        "followup_due_late_seconds", "How late the oldest of them is.", labels=["kind"]
    )
    for kind, waiting in sorted(due_late(session, now).items()):
        late.add_metric([kind], waiting.count)
        oldest.add_metric([kind], waiting.seconds)
    return [late, oldest]


def _leads(session: Session) -> Iterable[Metric]:
    """From sums, which cost the same however many leads there ever were."""
    pools = ever(session)
    received = CounterMetricFamily(
        "followup_leads_received", "Leads, by pool and tier.", labels=["pool", "tier"]
    )
    claimed = CounterMetricFamily(
        "followup_leads_claimed", "Leads that somebody claimed.", labels=["pool", "tier"]
    )
    for pool, sums in sorted(pools.items()):
        for tier in sorted(tier for tier in Tier if sums.numbers[f"{RECEIVED}:{tier}"]):
            received.add_metric([pool, tier.value], sums.numbers[f"{RECEIVED}:{tier}"])
            claimed.add_metric([pool, tier.value], sums.numbers[f"{CLAIMED}:{tier}"])
    yield from (received, claimed)
    what = "Seconds from arrival until somebody claimed the lead, by the wall clock."
    yield _histogram("followup_claim_seconds", what, pools.values(), CLAIM)
    what = "Seconds from arrival to the first outreach by a person (D4), by the wall clock."
    yield _histogram("followup_first_response_seconds", what, pools.values(), RESPONSE)
    marks = session.scalar(select(func.count()).select_from(FigureMark))
    yield GaugeMetricFamily(
        "followup_figures_marks",
        f"Changes of leads that no sum holds yet. Above {MARKS_READ} the sums here are as they were last kept.",
        marks or 0,
    )


def _histogram(name: str, what: str, pools: Collection[Sums], figure: str) -> Metric:
    """All leads that have it, by tier."""
    histogram = HistogramMetricFamily(name, what, labels=["tier"])
    times = [sums.times for sums in pools]
    for tier in sorted(Tier):
        bins = merged(each[f"{figure}:{tier}"] for each in times if f"{figure}:{tier}" in each)
        if bins:
            # Every bound is where a bin ends.
            bounds = [
                (str(float(minutes * 60)), number_within(bins, minutes * 60) or 0) for minutes in MINUTES
            ]
            count, seconds = (sum(each) for each in zip(*bins.values(), strict=True))
            histogram.add_metric([tier.value], [*bounds, ("+Inf", count)], float(seconds))
    return histogram
