"""What must hold before anything is logged about a lead."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cadence.errors import (
    LeadClosedError,
    NotYourLeadError,
    RepeatedReportError,
    UnusableDateError,
)
from bot.cadence.pools import pool_of
from bot.cadence.roles import may_work
from bot.db.models import Activity, Lead, Rep
from bot.team.live import LiveTeam

LATEST_DATE = timedelta(days=3 * 365)
LATEST_SNOOZE = timedelta(days=366)


def lock_lead(session: Session, lead: Lead) -> None:
    """Whoever writes several of a lead's rows locks the lead first, so that no two wait for each other."""
    session.flush()
    # What was read before the lock may have changed since.
    session.expire_all()
    session.refresh(lead, with_for_update={"key_share": True})


def check_new(session: Session, lead: Lead, request: str | None) -> None:
    """Slack delivers at times twice; the second would be about the next touch. Under the lead's lock.

    Raises RepeatedReportError.
    """
    told = Activity.facts["request"].as_string() == request
    if request and session.scalar(select(Activity.id).where(Activity.lead_id == lead.id, told).limit(1)):
        raise RepeatedReportError


def check_may_log(session: Session, lead: Lead, by: Rep, live: LiveTeam, now: datetime) -> None:
    """Raises LeadClosedError, or NotYourLeadError for those who may not work the lead."""
    if lead.status.is_closed:
        raise LeadClosedError(lead.ref, lead.status)
    if lead.owner_id is None:
        pool = pool_of(session, lead, live)
        if by.key not in (*pool.members, *pool.managers, pool.fallback):
            raise NotYourLeadError(
                f"{lead.ref} belongs to the pool “{pool.key}”. Only its people can log what came of it."
            )
    elif not may_work(session, lead, by, live, now):
        owner = session.get_one(Rep, lead.owner_id)
        raise NotYourLeadError(
            f"{lead.ref} is {owner.name}'s. Only they, their assistant or a manager can log what came of it."
        )


def check_date(at: datetime, now: datetime, *, snooze: bool = False) -> None:
    """Raises UnusableDateError for a date that has passed or is too far away."""
    if at <= now:
        raise UnusableDateError("That time has passed already. Pick a later one.")
    if snooze and at > now + LATEST_SNOOZE:
        raise UnusableDateError("That is more than a year away. “Not now” with a date suits that better.")
    if at > now + LATEST_DATE:
        raise UnusableDateError("That is more than three years away. Pick an earlier date.")
