"""Home as one person sees it: read, built, published."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cadence import open_tasks
from bot.db.models import OPEN_STATUSES, Lead, Rep
from bot.db.sql import HEAT
from bot.handlers.edge import Edge, NotOnTheTeamError, rep_who_acts
from bot.messages.home import Figures, HomeState, home, stranger_home
from bot.messages.lists import Due
from bot.messages.mrkdwn import lasted, literal
from bot.outbox.health import outbox_health
from bot.routing import is_manager, is_member
from bot.stats import period, team_stats
from bot.team.live import LiveTeam, live_team

UNCLAIMED_READ = 50


def publish_home(client: WebClient, edge: Edge, slack_user_id: str) -> None:
    """Show this person their Home as it is now; a stranger reads how to join."""
    with edge.database.snapshot() as session:
        try:
            view = home(home_state(session, rep_who_acts(session, slack_user_id), edge))
        except NotOnTheTeamError as stranger:
            view = stranger_home(str(stranger))
    client.views_publish(user_id=slack_user_id, view=view)


def home_state(session: Session, rep: Rep, edge: Edge) -> HomeState:
    """What this rep's Home shows."""
    live, now = live_team(session), edge.business_now()
    managed = pools_managed(live, rep)
    mine = tuple(key for key in live.team.pools if key in managed or is_member(live, key, rep))
    return HomeState(
        rep=rep,
        now=now,
        zone=home_zone(live, mine),
        due=due_tasks(session, rep, now),
        unclaimed=_unclaimed(session, mine),
        figures=_figures(session, edge, managed, now) if managed else None,
    )


def due_tasks(session: Session, rep: Rep, now: datetime) -> list[Due]:
    """This rep's due and overdue tasks, hottest first."""
    return [Due(task, lead) for task, lead in open_tasks(session, rep.id, now)]


def pools_managed(live: LiveTeam, rep: Rep) -> tuple[str, ...]:
    """The pools this rep manages, as the document orders them."""
    return tuple(key for key in live.team.pools if is_manager(live, key, rep))


def home_zone(live: LiveTeam, pools: Sequence[str]) -> ZoneInfo:
    """The zone of the first of these pools, else the team's."""
    return ZoneInfo(live.team.pool(pools[0]).calendar.zone if pools else live.team.zone)


def _unclaimed(session: Session, pools: Sequence[str]) -> Sequence[Lead]:
    waiting = select(Lead).where(
        Lead.owner_id.is_(None), Lead.pool.in_(pools), Lead.status.in_(OPEN_STATUSES)
    )
    return session.scalars(waiting.order_by(HEAT, Lead.received_at).limit(UNCLAIMED_READ)).all()


def _figures(session: Session, edge: Edge, managed: tuple[str, ...], now: datetime) -> Figures:
    today = period("today", now, home_zone(live_team(session), managed).key)
    stats = team_stats(session, managed, today.since, today.until)
    health = outbox_health(session, edge.machine_now())
    median = stats.first_response.wall.median
    return Figures(
        received_today=stats.received,
        claimed_today=stats.claimed,
        unclaimed_now=stats.unclaimed_now,
        overdue=sum(rep.overdue_now for rep in stats.reps),
        typical_response=None if median is None else lasted(median),
        waiting_to_send=health.depth,
        dead_letters=health.dead,
        pauses=[(pause, _place(session, pause.destination)) for pause in health.pauses],
    )


def _place(session: Session, destination: str) -> str:
    kind, _, key = destination.partition(":")
    if kind == "rep":
        rep = session.get(Rep, int(key))
        return literal(rep.name) if rep else "somebody who left"
    return f"the channel of the pool “{literal(key)}”"
