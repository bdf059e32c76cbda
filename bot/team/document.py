"""The team document: who sells what to whom, when and how loudly. Checked whole, every mistake at once."""

from collections.abc import Collection, Mapping
from datetime import time
from typing import Any

from pydantic import Field, PrivateAttr, ValidationError, ValidationInfo, field_validator

from bot.businesstime import Calendar
from bot.team.across import mistakes_across
from bot.team.cadences import Plan, PlanFor
from bot.team.conditions import Traits
from bot.team.errors import Mistake, NotInTeamError, TeamDocumentError
from bot.team.fields import (
    Country,
    Email,
    Entry,
    Key,
    Known,
    Link,
    SourceName,
    Text,
    Zone,
    known,
    listed,
    pool_key,
)
from bot.team.hours import TimeOfDay
from bot.team.mistakes import mistakes_in
from bot.team.people import RepEntry
from bot.team.pools import Pool
from bot.team.rules import Route, Rules, first_that_holds, mistakes_in_rules
from bot.team.scoring import Scoring
from bot.team.sources import Source
from bot.team.templates import Template
from bot.team.yamltext import read_yaml


class Sender(Entry):
    """Who the bot's own e-mails are from."""

    name: Text
    email: Email


class Team(Entry):
    """A whole, checked team document."""

    name: Text
    zone: Zone
    country: Country | None = None
    booking_link: Link | None = None
    sender: Sender | None = None
    reps: dict[Key, RepEntry] = Field(min_length=1)
    pools: dict[Key, Pool] = Field(min_length=1)
    sources: dict[SourceName, Source] = Field(default_factory=dict)
    default_pool: str = Field(default="", validate_default=True)
    scoring: Scoring = Field(default_factory=Scoring)
    rules: Rules = ()
    plans: dict[Key, Plan] = Field(default_factory=dict)
    templates: dict[Key, Template] = Field(default_factory=dict)
    plan_for: PlanFor = Field(default_factory=PlanFor)
    follow_ups_a_day: int = Field(default=20, ge=1, le=1000)
    """At most so many on one platform from one sending account (R51)."""
    remind_at: TimeOfDay = time(15)
    """When reps are reminded of what is still to do of their day, by their own clocks."""

    @field_validator("plans", "templates", mode="before")
    @classmethod
    def _know_their_names(cls, written: Any, info: ValidationInfo) -> Any:
        if not isinstance(written, dict):
            return written
        name = "name" if info.field_name == "plans" else "id"
        return {key: {**body, name: key} if isinstance(body, dict) else body for key, body in written.items()}

    _working_hours: dict[str, dict[str, Calendar]] = PrivateAttr(default_factory=dict)

    @field_validator("default_pool")
    @classmethod
    def _the_only_pool(cls, written: str, info: ValidationInfo) -> str:
        pools = known(info).pools
        if written:
            return pool_key(written, info)
        if len(pools) > 1:
            raise ValueError(f"is missing: say which of {listed(pools)} takes leads that name no pool.")
        return next(iter(pools), "")

    def model_post_init(self, _context: Any, /) -> None:
        """Tell pools and reps their own keys."""
        for key, pool in self.pools.items():
            pool._key = key
        for key, rep in self.reps.items():
            rep._key = key

    def pool(self, key: str) -> Pool:
        """Raises NotInTeamError when the document has no such pool (any more)."""
        if key not in self.pools:
            raise NotInTeamError("pool", key)
        return self.pools[key]

    def rep(self, key: str) -> RepEntry:
        """Raises NotInTeamError when the document has no such rep (any more)."""
        if key not in self.reps:
            raise NotInTeamError("rep", key)
        return self.reps[key]

    def working_hours(self, rep: str, pool: Pool) -> Calendar:
        """When this person works for the pool; the pool's own hours for who is not among its members."""
        return self.hours_of_members(pool).get(rep, pool.calendar)

    def hours_of_members(self, pool: Pool) -> Mapping[str, Calendar]:
        """When each member works for the pool, by key; equal calendars are one object.

        Whoever is no rep of this document any more has the pool's own.
        """
        if self.pools.get(pool.key) is not pool:
            return dict.fromkeys(pool.members, pool.calendar)
        if pool.key not in self._working_hours:
            equal: dict[Calendar, Calendar] = {}
            calendars = ((key, self.reps[key].calendar(pool)) for key in pool.members)
            self._working_hours[pool.key] = {key: equal.setdefault(each, each) for key, each in calendars}
        return self._working_hours[pool.key]

    def owners_assisted_by(self, key: str) -> tuple[str, ...]:
        """The keys of the reps whose assistant this person is (R52)."""
        return tuple(rep.key for rep in self.reps.values() if rep.assistant == key)

    def calendar_of(self, rep: str) -> Calendar:
        """When this person works: in the first pool they belong to, else in one they manage, else the default one."""
        pools = list(self.pools.values())
        mine = [pool for pool in pools if rep in pool.members] + [p for p in pools if rep in p.managers]
        pool = [*mine, self.pool(self.default_pool)][0]
        if rep in pool.members:
            return self.working_hours(rep, pool)
        return self.reps[rep].calendar(pool) if rep in self.reps else pool.calendar

    def source(self, name: str) -> Source | None:
        """The source of that name, if there is one."""
        return self.sources.get(name)

    def pool_for_source(self, name: str) -> Pool:
        """Where a source's leads go; the default pool also takes those of a source since taken out."""
        source = self.source(name)
        return self.pool(source.pool if source and source.pool else self.default_pool)

    def route(self, source: str, lead: Traits) -> Route:
        """Where a lead goes: by the first rule that holds, else where its source's leads go."""
        return first_that_holds(self.rules, lead) or Route(self.pool_for_source(source).key)


def load_team(text: str, known_plans: Collection[str] | None = None) -> Team:
    """Read a team document. Plans, and how its parts go together, are checked only with `known_plans` given.

    Raises TeamDocumentError with every mistake in the text, or the first one that keeps it from being YAML.
    """
    raw, mistakes = read_yaml(text)
    if not isinstance(raw, dict):
        raise TeamDocumentError((Mistake("", "it must be a block of lines, each `name: value`."),))
    try:
        team = Team.model_validate(raw, context=Known.from_document(raw, known_plans))
    except ValidationError as error:
        raise TeamDocumentError(mistakes + mistakes_in(error, Team, raw)) from error
    if known_plans is not None:
        # Somebody is writing it now. A document that is live already stays readable, whatever is asked of new ones.
        mistakes += mistakes_across(team)
        mistakes += tuple(mistakes_in_rules(team.rules, team.scoring, team.pools, team.sources))
    if mistakes:
        raise TeamDocumentError(mistakes)
    return team
