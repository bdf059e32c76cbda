"""The figures for Prometheus, read from the database when they are asked for: every process gives the same."""

from collections.abc import Collection, Iterable
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.db.models import (
    Escalation,
    FigureMark,
    InboxEntry,
    InboxState,
    Intent,
    Task,
    TaskState,
    Tier,
    Timer,
)
from bot.outbox.health import outbox_health
from bot.outbox.late import extra_messages_deleted
from bot.stats.bins import merged, number_within
from bot.stats.cells import MARKS_READ, ever
from bot.stats.counting import CLAIM, CLAIMED, RECEIVED, RESPONSE, Sums

MINUTES = (2, 4, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880)
"""Bounds of the histograms: the ladder's steps (D1), the bands of first responses (R12), then hours and days."""


class Figures(Collector):
    """Inbox, outbox, lateness, leads, claims and first responses, as they stand."""

    def __init__(self, database: Database, business_now: Clock, machine_now: Clock) -> None:
        self._database, self._business_now, self._machine_now = database, business_now, machine_now

    def describe(self) -> Iterable[Metric]:
        # Without it registering would ask the database, which may not be there yet.
        return ()

    def collect(self) -> Iterable[Metric]:
        business_now, machine_now = self._business_now(), self._machine_now()
        with self._database.snapshot() as session:
            return [
                *_inbox(session, business_now),
                *_outbox(session, machine_now),
                _refused(session),
                *_late(session, business_now),
                *_leads(session),
            ]


def _inbox(session: Session, now: datetime) -> Iterable[Metric]:
    for state, what in (
        (InboxState.WAITING, "not decided yet"),
        (InboxState.FAILED, "that nobody could read"),
    ):
        count, oldest = session.execute(
            select(func.count(), func.min(InboxEntry.received_at)).where(InboxEntry.state == state)
        ).one()
        yield GaugeMetricFamily(f"followup_inbox_{state}", f"Deliveries {what}.", count)
        if state is InboxState.WAITING:
            help_text = "Age of the oldest delivery not decided yet."
            yield GaugeMetricFamily("followup_inbox_oldest_seconds", help_text, _age(oldest, now))


def _outbox(session: Session, now: datetime) -> Iterable[Metric]:
    health = outbox_health(session, now)
    yield GaugeMetricFamily("followup_outbox_depth", "Messages not shown in Slack as wanted.", health.depth)
    help_text = "Age of the oldest message never posted."
    yield GaugeMetricFamily("followup_outbox_oldest_seconds", help_text, health.oldest_seconds or 0)
    yield GaugeMetricFamily("followup_outbox_dead", "Messages given up.", health.dead)
    yield CounterMetricFamily(
        "followup_extra_messages_deleted",
        "Messages that stood twice in Slack and were taken back.",
        extra_messages_deleted(session),
    )
    pauses = GaugeMetricFamily(
        "followup_outbox_pauses", "Scopes that Slack refuses.", labels=["scope", "error"]
    )
    for scope, error in sorted({(pause.scope.value, pause.error) for pause in health.pauses}):
        alike = [pause for pause in health.pauses if (pause.scope.value, pause.error) == (scope, error)]
        pauses.add_metric([scope, error], len(alike))
    yield pauses


def _refused(session: Session) -> Metric:
    """Slack's last word on each message that it does not show as wanted."""
    refused = GaugeMetricFamily(
        "followup_outbox_refused",
        "Messages whose last try failed, by what Slack or the network said; dead ones are given up.",
        labels=["error", "state"],
    )
    state = case((Intent.dead_at.is_not(None), "dead"), else_="waiting").label("state")
    rows = session.execute(
        select(Intent.last_error, state, func.count())
        .where(Intent.last_error.is_not(None), Intent.done < Intent.wanted)
        .group_by(Intent.last_error, "state")
    )
    for error, kept, count in sorted(rows, key=lambda row: (row[0], row[1])):
        refused.add_metric([error, kept], count)
    return refused


def _late(session: Session, now: datetime) -> Iterable[Metric]:
    """What is due and did not happen: anything but a moment's lateness means that no worker runs."""
    due = {
        "task": select(func.count(), func.min(Task.due_at)).where(
            Task.state == TaskState.WAITING, Task.due_at <= now
        ),
        "escalation": select(func.count(), func.min(Escalation.next_step_at)).where(
            Escalation.ended_at.is_(None), Escalation.next_step_at <= now
        ),
        "timer": select(func.count(), func.min(Timer.due_at)).where(
            Timer.fired_at.is_(None), Timer.due_at <= now
        ),
    }
    late = GaugeMetricFamily("followup_due_late", "Rows due and not fired yet.", labels=["kind"])
    oldest = GaugeMetricFamily(
        "followup_due_late_seconds", "How late the oldest of them is.", labels=["kind"]
    )
    for kind, query in due.items():
        count, since = session.execute(query).one()
        late.add_metric([kind], count)
        oldest.add_metric([kind], _age(since, now))
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


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0
