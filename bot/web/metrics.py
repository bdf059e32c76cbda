"""The figures for Prometheus, computed from the database when they are asked for: every process gives the same."""

from collections.abc import Iterable
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.db.models import Escalation, InboxEntry, InboxState, Lead, Task, TaskState, Timer
from bot.outbox.health import outbox_health


class Figures(Collector):
    """Inbox, outbox, lateness, leads and claims, as they stand."""

    def __init__(self, database: Database, business_now: Clock, machine_now: Clock) -> None:
        self._database, self._business_now, self._machine_now = database, business_now, machine_now

    def describe(self) -> Iterable[Metric]:
        # Without it registering would ask the database, which may not be there yet.
        return ()

    def collect(self) -> Iterable[Metric]:
        business_now, machine_now = self._business_now(), self._machine_now()
        with self._database.read() as session:
            return [
                *_inbox(session, business_now),
                *_outbox(session, machine_now),
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
    pauses = GaugeMetricFamily(
        "followup_outbox_pauses", "Scopes that Slack refuses.", labels=["scope", "error"]
    )
    for scope, error in sorted({(pause.scope.value, pause.error) for pause in health.pauses}):
        alike = [pause for pause in health.pauses if (pause.scope.value, pause.error) == (scope, error)]
        pauses.add_metric([scope, error], len(alike))
    yield pauses


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
    received = CounterMetricFamily(
        "followup_leads_received", "Leads, by pool and tier.", labels=["pool", "tier"]
    )
    claimed = CounterMetricFamily(
        "followup_leads_claimed", "Leads that got an owner.", labels=["pool", "tier"]
    )
    rows = session.execute(
        select(Lead.pool, Lead.tier, func.count(), func.count(Lead.claimed_at)).group_by(Lead.pool, Lead.tier)
    )
    for pool, tier, leads, claims in sorted(rows, key=lambda row: (row[0], row[1])):
        received.add_metric([pool, tier.value], leads)
        claimed.add_metric([pool, tier.value], claims)
    return [received, claimed]


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0
