"""Cadences as data: the plans that ship, and the version each lead started on."""

import hashlib
import re
from collections.abc import Mapping
from datetime import time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.cadence.errors import UnknownPlanError
from bot.db.models import Channel, Enrollment, PlanVersion

_SHIPPED = Path(__file__).parent / "plans"
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _span(value: Any) -> Any:
    """ "90m", "2h" or "3d" as a timedelta."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d{1,5})\s*([mhd])", value.strip())
    if not found:
        raise ValueError("a span is written like 90m, 2h or 3d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


Span = Annotated[timedelta, BeforeValidator(_span)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Touch(_Strict):
    """One touch: when, on which channel, why it is worth answering (R47) and with which script."""

    number: int = Field(ge=1)
    channel: Channel
    after: Span | None = None
    same_business_day: time | None = None
    """Later on the anchor's business day, before this local time (R6)."""
    minimum_gap: Span | None = None
    angle: str = Field(min_length=1)
    goal: str = Field(min_length=1)
    templates: Mapping[Channel, str]
    """The script for each channel that the touch may have to move to (D12)."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.after is None) == (self.same_business_day is None):
            raise ValueError("give either after or same_business_day")
        if self.channel not in self.templates:
            raise ValueError(f"no template for its own channel, {self.channel}")
        return self


class Plan(_Strict):
    """A cadence. `minimum_gap` keeps a late touch from bunching the next one against it (D9)."""

    name: str = Field(pattern=r"^[a-z0-9-]+$", max_length=64)
    successor: str
    minimum_gap: Span
    touches: tuple[Touch, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if [touch.number for touch in self.touches] != list(range(1, len(self.touches) + 1)):
            raise ValueError("touches are numbered 1, 2, 3, ...")
        return self

    def gap_before(self, touch: Touch) -> timedelta:
        """The least time between the last touch made and this one."""
        return self.minimum_gap if touch.minimum_gap is None else touch.minimum_gap


@lru_cache(maxsize=64)
def parse_plan(document: str) -> Plan:
    """A plan from its YAML. Raises pydantic's ValidationError, which lists every mistake."""
    return Plan.model_validate(yaml.safe_load(document))


def known_plans() -> tuple[str, ...]:
    """The names of the plans that a pool may use."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.yml")))


def plan_document(name: str) -> str:
    """The newest text of a plan. Raises UnknownPlanError."""
    if name not in known_plans():
        raise UnknownPlanError(f"There is no plan “{name}”. There is: {', '.join(known_plans())}.")
    return (_SHIPPED / f"{name}.yml").read_text(encoding="utf-8")


def keep_version(session: Session, name: str) -> str:
    """The version, a digest, of the newest plan of this name; its text is kept. Raises UnknownPlanError."""
    document = plan_document(name)
    version = hashlib.sha256(document.encode()).hexdigest()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    kept = insert(PlanVersion).values(plan=name, version=version, document=document)
    session.execute(kept.on_conflict_do_nothing())
    return version


def plan_of(session: Session, enrollment: Enrollment) -> Plan:
    """The plan as it was when this lead started on it."""
    kept = session.get_one(PlanVersion, (enrollment.plan, enrollment.plan_version))
    return parse_plan(kept.document)
