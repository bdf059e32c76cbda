"""Delivery: shows in Slack what the outbox holds (design: store, decide, deliver)."""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from slack_sdk import WebClient

from bot.clock import Clock
from bot.db import Database
from bot.outbox.budgets import Limits, charger
from bot.outbox.courier import Courier
from bot.outbox.enqueue import IntentKind
from bot.outbox.late import LateExtras
from bot.outbox.leases import LEASE, Leased, lease_due, next_due
from bot.outbox.rendering import Renderer
from bot.outbox.slack import SlackTransport

LOOK_AGAIN_SECONDS = 0.25
"""How long a slow answer may keep its neighbours waiting to be leased."""


class Delivery:
    """Leases what is due and has it carried. Any number, in any number of processes, share one database."""

    def __init__(
        self,
        database: Database,
        client: WebClient,
        renderers: Mapping[IntentKind, Renderer],
        *,
        business_now: Clock,
        machine_now: Clock,
        messages_per_minute: int = 300,
        lease: timedelta = LEASE,
        threads: int = 8,
    ) -> None:
        """The client must not retry by itself, and must give up well before a lease is over."""
        self._database = database
        self._machine_now = machine_now
        self.lease = lease
        """How long a lease lasts."""
        self._threads = threads
        self._limits = Limits(messages_per_minute)
        slack = SlackTransport(client, charger(database, self._limits, machine_now), machine_now)
        self._courier = Courier(
            database, slack, renderers, self._limits, business_now=business_now, machine_now=machine_now
        )
        self._late = LateExtras(database, slack)
        self._call_seconds = client.timeout
        self._stopping = threading.Event()

    def deliver_due(self) -> int:
        """Deliver until nothing is due; returns how many messages were posted or updated.

        A slow answer holds up nobody else. Raises what the database does; leases then run out by themselves.
        """
        delivered = 0
        running: set[Future[bool]] = set()
        with ThreadPoolExecutor(self._threads, thread_name_prefix="delivery") as pool:
            while True:
                # Taken before the lease begins, so that nobody believes it to last longer than it does.
                deadline = time.monotonic() + self.lease.total_seconds() - self._call_seconds
                leased = self._lease(self._threads - len(running))
                running |= {pool.submit(self._courier.deliver, each, deadline) for each in leased}
                if not running:
                    return delivered
                finished, running = wait(running, LOOK_AGAIN_SECONDS, FIRST_COMPLETED)
                delivered += sum(future.result() for future in finished)

    def remove_late_extras(self) -> int:
        """Take back messages that came after everybody had stopped waiting; returns how many."""
        return 0 if self._stopping.is_set() else self._late.remove()

    def next_due(self) -> datetime | None:
        """When something that waits may go out (machine time, past means now); None when nothing waits."""
        with self._database.read() as session:
            return next_due(session, self._machine_now(), self._limits)

    def stop(self) -> None:
        """Start nothing more: a running `deliver_due` returns once what is under way has been answered."""
        self._stopping.set()

    def _lease(self, limit: int) -> list[Leased]:
        if self._stopping.is_set() or limit == 0:
            return []
        with self._database.write() as session:
            return lease_due(session, self._machine_now(), self._limits, limit, self.lease)
