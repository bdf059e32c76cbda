"""Routing rules: which pool a lead goes to, and which of its members (R37). The first that holds wins."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.team.conditions import Condition, RuleCondition, Traits
from bot.team.errors import Mistake
from bot.team.fields import Entry, People, PoolKey, Text, did_you_mean
from bot.team.pools import Pool
from bot.team.scoring import Scoring


def _names_once(rules: tuple["Rule", ...]) -> tuple["Rule", ...]:
    names = [rule.name for rule in rules if rule.name]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(
            f"the name {repeated[0]!r} stands here more than once; people tell rules apart by it."
        )
    return rules


class Rule(Entry):
    """Leads of which `when` is true go to `pool`, and if members are named only to these."""

    name: Text | None = Field(default=None, max_length=60)
    when: RuleCondition
    pool: PoolKey
    members: People | None = None


Rules = Annotated[tuple[Rule, ...], AfterValidator(_names_once)]


@dataclass(frozen=True)
class Route:
    """Where a lead goes. `rule` is the name of the rule that held, or None; `members` None means all of the pool."""

    pool: str
    rule: str | None = None
    members: tuple[str, ...] | None = None


def first_that_holds(rules: Rules, lead: Traits) -> Route | None:
    """Where the first rule that holds sends this lead; None when none does. Pure."""
    for number, rule in enumerate(rules, 1):
        if rule.when.holds(lead):
            return Route(rule.pool, called(rule, number), rule.members)
    return None


def called(rule: Rule, number: int) -> str:
    """What people call a rule: its name, else its place in the list, from 1."""
    return rule.name or f"rule {number}"


def mistakes_in_rules(
    rules: Rules, scoring: Scoring, pools: Mapping[str, Pool], sources: Collection[str]
) -> Iterator[Mistake]:
    """What only the whole document shows: rules nothing reaches, members of other pools, unknown sources."""
    for at, rule in enumerate(rules):
        yield from _unknown_sources(f"rules[{at}]", rule.when, sources)
        yield from _strangers(f"rules[{at}]", rule, pools[rule.pool])
        if number := _covered_by(rules, at):
            taker = called(rules[number - 1], number)
            yield Mistake(
                f"rules[{at}]",
                f"nothing ever gets this far: {taker!r} above takes every such lead. Move it up.",
            )
    for at, points in enumerate(scoring.rules):
        yield from _unknown_sources(f"scoring.rules[{at}]", points.when, sources)


def _unknown_sources(path: str, when: Condition, sources: Collection[str]) -> Iterator[Mistake]:
    for name in when.source or ():
        if "*" not in name and name not in sources:
            hint = did_you_mean(name, sources)
            yield Mistake(f"{path}.when.source", f"there is no source {name!r} under sources.{hint}")


def _strangers(path: str, rule: Rule, pool: Pool) -> Iterator[Mistake]:
    for place, key in enumerate(rule.members or ()):
        if key not in pool.members:
            hint = did_you_mean(key, pool.members)
            yield Mistake(
                f"{path}.members[{place}]", f"{key!r} is no member of the pool {rule.pool!r}.{hint}"
            )


def _covered_by(rules: Rules, at: int) -> int:
    """The number, from 1, of the first rule before this one that holds wherever this one does; 0 without any."""
    return next((number for number, one in enumerate(rules[:at], 1) if one.when.covers(rules[at].when)), 0)
