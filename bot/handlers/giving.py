"""What is answered to whoever gave a lead to somebody, by a button or a command."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.db.models import Activity, Lead, Rep
from bot.messages.blocks import Block
from bot.messages.handover import given
from bot.messages.load import zone_of
from bot.messages.mrkdwn import spelled
from bot.routing import may_undo
from bot.team.absences import absences_now, stand_in_of


def handed_over(
    session: Session, lead: Lead, to: Rep, handed: Activity, now: datetime
) -> tuple[str, list[Block]]:
    """The sentence and its blocks; it says so when `to` is on leave, and who works the lead until they are back."""
    undoable = may_undo(session, handed, now)
    return given(lead, to, handed.id, undoable=undoable, away=_away(session, lead, to, now))


def _away(session: Session, lead: Lead, to: Rep, now: datetime) -> str | None:
    absence = absences_now(session, now).get(to.id)
    if absence is None:
        return None
    until = spelled(absence.until, zone_of(session, lead))
    stand_in = session.get_one(Rep, stand_in_of(session, to.id, now))
    meanwhile = "touches wait" if stand_in.id == to.id else f"{stand_in.name} works the touches"
    return f"{to.name} is on leave until {until}; {meanwhile} until then."
