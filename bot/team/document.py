"""The team document: who sells what to whom, when and how loudly. Checked whole, every mistake at once."""

import re
from collections.abc import Collection
from typing import Any, Self

from pydantic import Field, PrivateAttr, ValidationError, ValidationInfo, field_validator, model_validator

from bot.team.cadences import Plan, PlanFor
from bot.team.errors import Mistake, NotInTeamError, TeamDocumentError
from bot.team.fields import (
    Country,
    Email,
    Entry,
    Key,
    Known,
    Link,
    RepEmail,
    SlackUser,
    SourceName,
    Text,
    Zone,
    known,
    listed,
    pool_key,
)
from bot.team.mistakes import mistakes_in
from bot.team.pools import Pool
from bot.team.sources import Source
from bot.team.templates import Template
from bot.team.yamltext import read_yaml


class Sender(Entry):
    """Who the bot's own e-mails are from."""

    name: Text
    email: Email


class RepEntry(Entry):
    """A person, by e-mail address or Slack id; a bare address or id will do."""

    email: RepEmail | None = None
    slack: SlackUser | None = None
    full_name: Text | None = Field(default=None, alias="name")
    booking_link: Link | None = None

    _key: str = PrivateAttr("")

    @property
    def key(self) -> str:
        """The name the document gives the person."""
        return self._key

    @property
    def name(self) -> str:
        """The name people read: the one given, else made of the key (`ana.ruiz` is Ana Ruiz)."""
        return self.full_name or re.sub(r"[._-]+", " ", self._key).strip().title()

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, written: Any) -> Any:
        if not isinstance(written, str):
            return written
        return {"email" if "@" in written else "slack": written}

    @model_validator(mode="after")
    def _findable_in_slack(self) -> Self:
        if self.email is None and self.slack is None:
            raise ValueError("needs an `email` or a `slack` id, so that the person can be found in Slack.")
        return self


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
    plans: dict[Key, Plan] = Field(default_factory=dict)
    templates: dict[Key, Template] = Field(default_factory=dict)
    plan_for: PlanFor = Field(default_factory=PlanFor)
    follow_ups_a_day: int = Field(default=20, ge=1, le=1000)
    """At most so many on one platform from one sending account (R51)."""

    @field_validator("plans", "templates", mode="before")
    @classmethod
    def _know_their_names(cls, written: Any, info: ValidationInfo) -> Any:
        if not isinstance(written, dict):
            return written
        name = "name" if info.field_name == "plans" else "id"
        return {key: {**body, name: key} if isinstance(body, dict) else body for key, body in written.items()}

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

    def source(self, name: str) -> Source | None:
        """The source of that name, if there is one."""
        return self.sources.get(name)

    def pool_for_source(self, name: str) -> Pool:
        """Where a source's leads go; the default pool also takes those of a source since taken out."""
        source = self.source(name)
        return self.pool(source.pool if source and source.pool else self.default_pool)


def load_team(text: str, known_plans: Collection[str] | None = None) -> Team:
    """Read a team document. Plans are checked only against `known_plans`, when given.

    Raises TeamDocumentError with every mistake in the text, or the first one that keeps it from being YAML.
    """
    raw, mistakes = read_yaml(text)
    if not isinstance(raw, dict):
        raise TeamDocumentError((Mistake("", "it must be a block of lines, each `name: value`."),))
    try:
        team = Team.model_validate(raw, context=Known.from_document(raw, known_plans))
    except ValidationError as error:
        raise TeamDocumentError(mistakes + mistakes_in(error, Team, raw)) from error
    if mistakes:
        raise TeamDocumentError(mistakes)
    return team
