"""The worker: its loops, ticked by APScheduler, woken by commits."""

import contextlib
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.cadence import fire_due_digests, fire_due_reminders, fire_due_tasks, fire_due_timers
from bot.clock import Clock
from bot.db import Database, Loop
from bot.intake import decide_inbox, forget_sightings
from bot.outbox.delivery import Delivery
from bot.outbox.impossible import end_impossible_waits
from bot.outbox.people import Unresolved, resolve_people
from bot.outbox.presence import look_who_is_there
from bot.routing import fire_due_leave, fire_due_steps
from bot.stats import fold_marked
from bot.worker.clockwatch import ClockWatch
from bot.worker.due import Watermark, next_due
from bot.worker.listen import Listener
from bot.worker.loop import WorkLoop

log = structlog.get_logger()

POLL: Mapping[Loop, float] = {
    Loop.INBOX: 2,
    Loop.TIMERS: 5,
    Loop.DELIVERY: 2,
    Loop.PEOPLE: 60,
    Loop.FIGURES: 10,
    Loop.UPKEEP: 3600,
}
"""Seconds between looks when nothing wakes a loop: the safety net under wakes."""

Fire = Callable[[Session, datetime], int]
"""Handles one batch of due rows in the session's transaction; returns how many there were."""


_IN_THIS_ORDER = (
    fire_due_leave,
    fire_due_steps,
    # Timers make tasks that are due at once: those come on one list with what was due anyway.
    fire_due_timers,
    fire_due_tasks,
    fire_due_digests,
    fire_due_reminders,
)


class Worker:
    """Decides the inbox, fires what is due, delivers the outbox. Any number may share one database."""

    def __init__(
        self,
        database: Database,
        client: WebClient,
        delivery: Delivery,
        *,
        business_now: Clock,
        machine_now: Clock,
        poll: Mapping[Loop, float] = POLL,
    ) -> None:
        self._poll = poll
        self._stopping = threading.Event()
        self._database = database
        self._client = client
        self._delivery = delivery
        self._business_now = business_now
        self._machine_now = machine_now
        self._listener = Listener(database, self.wake)
        self._watermark = Watermark()
        self._asked_in_vain: set[str] = set()
        self._clock_watch = ClockWatch(machine_now, self.look_at_the_clock_again)
        self._loops = {
            Loop.INBOX: WorkLoop(Loop.INBOX, self.decide),
            Loop.TIMERS: WorkLoop(Loop.TIMERS, self._fire_from_watermark),
            Loop.DELIVERY: WorkLoop(Loop.DELIVERY, self.deliver),
            Loop.PEOPLE: WorkLoop(Loop.PEOPLE, self.find_people),
            Loop.FIGURES: WorkLoop(Loop.FIGURES, self.fold_figures),
            Loop.UPKEEP: WorkLoop(Loop.UPKEEP, self.clear_up),
        }
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(2 * len(self._loops))},
            # A tick that comes late still counts, several late ones count once.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Start the loops; returns at once."""
        with self._database.write() as session:
            end_impossible_waits(session, self._machine_now(), self._delivery.lease)
        for loop in self._loops:
            self._scheduler.add_job(
                self._run,
                "interval",
                [loop],
                id=f"poll {loop}",
                seconds=self._poll[loop],
                next_run_time=self._machine_now(),
            )
        self._scheduler.start()
        self._database.wakeups.listen(self.wake)
        self._listener.start()
        self._clock_watch.start()

    def stop(self) -> None:
        """Let what is under way finish, then stop."""
        self._stopping.set()
        # A tick that is under way ends meanwhile: shut down in its middle it would miss the job it has just handed out.
        self._scheduler.pause()
        self._listener.stop()
        self._clock_watch.stop()
        self._delivery.stop()
        # Not waiting here: it would hold the lock that a loop needs to plan its next run, and both would wait for ever.
        self._scheduler.shutdown(wait=False)
        for loop in self._loops.values():
            loop.stop()

    def wake(self, loop: Loop) -> None:
        """Have a loop run now, without waiting for it."""
        if loop is Loop.TIMERS:
            # It may be about a row that was due before now, as after an undo.
            self._watermark.doubt()
        if self._loops[loop].ask():
            # After shutdown there is nobody to wake; the rows wait for the next start.
            with contextlib.suppress(RuntimeError):
                self._scheduler.add_job(self._run, args=[loop])

    def look_at_the_clock_again(self) -> None:
        """The machine's clock was set: nothing waits for an hour that has to come a second time."""
        now = self._machine_now()
        with self._database.write() as session:
            end_impossible_waits(session, now, self._delivery.lease)
        for loop in self._loops:
            # The scheduler goes by the clock: set back, it would not poll until the old hour comes again.
            with contextlib.suppress(JobLookupError):
                self._scheduler.modify_job(f"poll {loop}", next_run_time=now)

    def decide(self) -> None:
        """Decide everything that waits in the inbox."""
        self._drain(decide_inbox)

    def fire(self) -> datetime | None:
        """Fire everything due; returns when the next row falls due, in machine time."""
        self._watermark.doubt()
        return self._fire_from_watermark()

    def deliver(self) -> datetime | None:
        """Deliver everything that may go out; returns when something postponed may, in machine time."""
        self._delivery.deliver_due()
        self._delivery.remove_late_extras()
        return self._delivery.next_due()

    def find_people(self) -> datetime | None:
        """Find the Slack users of people whom the team document names by e-mail, and look who of them is there.

        Returns when the rest of a team larger than one burst of lookups may be asked for, in machine time.
        """
        waits = []
        for unresolved in self._unresolved():
            if unresolved.retry_after is None:
                self._asked_in_vain.add(unresolved.rep)
                log.warning("not found in Slack", rep=unresolved.rep, error=unresolved.error)
            else:
                waits.append(unresolved.retry_after)
        if not waits:
            # Everybody has had their turn: the next round asks for all of them again.
            self._asked_in_vain.clear()
        look_who_is_there(
            self._database,
            self._client,
            business_now=self._business_now,
            machine_now=self._machine_now,
            stopping=self._stopping.is_set,
        )
        return self._machine_now() + max(waits) if waits else None

    def fold_figures(self) -> None:
        """Bring the sums up to date with every lead that has changed."""
        self._drain(lambda session, _: fold_marked(session))

    def clear_up(self) -> None:
        """Throw away what nobody will ask for again."""
        with self._database.write() as session:
            forget_sightings(session, self._business_now())

    def _unresolved(self) -> list[Unresolved]:
        return resolve_people(
            self._database,
            self._client,
            self._machine_now,
            but=self._asked_in_vain,
            stopping=self._stopping.is_set,
        )

    def _run(self, loop: Loop) -> None:
        next_at = self._loops[loop].run()
        if next_at is not None and next_at < self._machine_now() + timedelta(seconds=self._poll[loop]):
            with contextlib.suppress(RuntimeError):
                # It may be this very job that plans its successor, hence two instances.
                self._scheduler.add_job(
                    self._run,
                    "date",
                    [loop],
                    id=f"due {loop}",
                    run_date=next_at,
                    replace_existing=True,
                    max_instances=2,
                )

    def _fire_from_watermark(self) -> datetime | None:
        now = self._business_now()
        since = self._watermark.since(now)
        due = self._next_due(since)
        if due is not None and due <= now:
            for fire_batch in _IN_THIS_ORDER:
                self._drain(partial(fire_batch, since=since))
            due = self._next_due(since)
        self._watermark.scanned(since, now)
        return due and self._machine_now() + max(due - self._business_now(), timedelta())

    def _next_due(self, since: datetime | None) -> datetime | None:
        with self._database.read() as session:
            return next_due(session, since)

    def _drain(self, fire_batch: Fire) -> None:
        handled = 1
        while handled and not self._stopping.is_set():
            with self._database.write() as session:
                handled = fire_batch(session, self._business_now())
