"""What Slack refuses altogether (design: Slack said no). It resumes by itself: one at a time probes."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from bot.db.models import Intent, Pause, PauseScope
from bot.db.sql import insert_into

EVERYWHERE = "*"
"""The destination of a pause of the whole workspace."""
PROBE_EVERY = timedelta(seconds=60)


def pause(session: Session, destination: str, error: str, machine_now: datetime) -> None:
    """Send nothing there for now; a pause that stands already keeps its beginning."""
    scope = PauseScope.WORKSPACE if destination == EVERYWHERE else PauseScope.DESTINATION
    probe_at = machine_now + PROBE_EVERY
    statement = insert_into(session, Pause).values(
        destination=destination, scope=scope, error=error[:80], since=machine_now, probe_at=probe_at
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Pause.destination], set_={"error": error[:80], "probe_at": probe_at}
        )
    )


def resume(session: Session, *destinations: str) -> None:
    """What was refused there is mended."""
    session.execute(delete(Pause).where(Pause.destination.in_(destinations)))


def standing_pauses(session: Session) -> dict[str, datetime]:
    """What is paused, and when it may be probed (machine time)."""
    return {pause.destination: pause.probe_at for pause in session.scalars(select(Pause))}


def drop_idle_pauses(session: Session) -> bool:
    """Forget refused destinations that nothing waits for any more: nothing would ever probe them. Whether any was."""
    waiting = exists().where(
        Intent.destination == Pause.destination, Intent.done < Intent.wanted, Intent.dead_at.is_(None)
    )
    idle = delete(Pause).where(Pause.scope == PauseScope.DESTINATION, ~waiting)
    return bool(session.scalars(idle.returning(Pause.destination)).all())


def claim_probe(session: Session, destination: str, machine_now: datetime) -> bool:
    """Whether this caller is the one to probe now; the next chance comes a minute later."""
    claimed = session.scalar(
        update(Pause)
        .where(Pause.destination == destination, Pause.probe_at <= machine_now)
        .values(probe_at=machine_now + PROBE_EVERY)
        .returning(Pause.destination)
    )
    return claimed is not None


def reopen_probe(session: Session, destination: str, machine_now: datetime) -> None:
    """The probe found nothing to say, so it told nothing: the next may go at once."""
    session.execute(update(Pause).where(Pause.destination == destination).values(probe_at=machine_now))
