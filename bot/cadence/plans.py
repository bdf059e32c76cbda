"""The plans that ship, a team's own in their place, and the version each lead started on."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from bot.cadence.errors import UnknownPlanError
from bot.db.models import Enrollment, Lead, PlanVersion, Stage, Task
from bot.db.sql import insert_into
from bot.team.cadences import Plan, Touch
from bot.team.document import Team
from bot.team.live import LiveTeam
from bot.team.yamltext import read_own_yaml

NURTURE = "nurture"
_SHIPPED = Path(__file__).parent / "plans"


@lru_cache(maxsize=256)
def parse_plan(document: str) -> Plan:
    """A plan from its YAML. Raises pydantic's ValidationError, which lists every mistake."""
    return Plan.model_validate(read_own_yaml(document))


@lru_cache(maxsize=1)
def known_plans() -> tuple[str, ...]:
    """The names of the plans that ship."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.yml")))


def plans_of(team: Team) -> Mapping[str, Plan]:
    """Every plan a lead of this team may start: those that ship, and the team's own in their place."""
    return {name: parse_plan(plan_document(name)) for name in known_plans()} | team.plans


def plan_document(name: str, team: Team | None = None) -> str:
    """The newest text of a plan. Raises UnknownPlanError."""
    own = team.plans if team else {}
    if name in own:
        return own[name].as_text()
    if name not in known_plans():
        names = ", ".join(sorted({*known_plans(), *own}))
        raise UnknownPlanError(f"There is no plan “{name}”. There is: {names}.")
    return _shipped(name)


def plan_for(live: LiveTeam, lead: Lead) -> str:
    """The plan this lead gets (D2): by tier while it is fresh, else by the stage in which it fell silent.

    A pool that names a plan gives it to all its fresh leads.
    """
    pool = live.team.pools.get(lead.pool)
    if lead.stage is Stage.OPT_IN and pool is not None and pool.plan is not None:
        return pool.plan
    return live.team.plan_for.choose(lead.stage, lead.tier)


def successor_of(plan: Plan, team: Team) -> str | None:
    """The plan that follows, if any; nurture in place of one that the team has taken away meanwhile."""
    if plan.successor is None or plan.successor in team.plans or plan.successor in known_plans():
        return plan.successor
    return NURTURE


def keep_version(session: Session, name: str, team: Team | None = None) -> str:
    """The version, a digest, of the newest plan of this name; its text is kept. Raises UnknownPlanError."""
    document = plan_document(name, team)
    version = hashlib.sha256(document.encode()).hexdigest()
    kept = insert_into(session, PlanVersion).values(plan=name, version=version, document=document)
    session.execute(kept.on_conflict_do_nothing())
    return version


def plan_of(session: Session, enrollment: Enrollment) -> Plan:
    """The plan as it was when this lead started on it."""
    kept = session.get_one(PlanVersion, (enrollment.plan, enrollment.plan_version))
    return parse_plan(kept.document)


def touch_of(session: Session, task: Task) -> Touch:
    """What its plan says of a touch."""
    assert task.number is not None
    return plan_of(session, session.get_one(Enrollment, task.enrollment_id)).touches[task.number - 1]


@lru_cache(maxsize=64)
def _shipped(name: str) -> str:
    return (_SHIPPED / f"{name}.yml").read_text(encoding="utf-8")
