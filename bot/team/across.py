"""What is wrong between the parts of a team document: each is good by itself, together they cannot be meant."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.team.errors import Mistake
from bot.team.fields import listed

if TYPE_CHECKING:
    from bot.team.document import Team


def mistakes_across(team: "Team") -> tuple[Mistake, ...]:
    """Reps whose hours cannot be told, or who assist themselves, each with the mend."""
    return (*_in_two_zones(team), *_never_at_work(team), *_own_assistant(team))


def _in_two_zones(team: "Team") -> Iterator[Mistake]:
    """Hours are somebody's own, so they are read in one zone: theirs, or that of all their pools."""
    for rep in team.reps.values():
        pools = [pool for pool in team.pools.values() if rep.key in pool.members]
        zones = {pool.calendar.zone: pool for pool in pools if pool.hours or rep.hours}
        if rep.zone is None and len(zones) > 1:
            places = listed(f"{pool.key} ({zone})" for zone, pool in zones.items())
            yield Mistake(
                f"reps.{rep.key}",
                f"works in {places}, which is two zones at once; write the `zone` they work in.",
            )


def _never_at_work(team: "Team") -> Iterator[Mistake]:
    for rep in team.reps.values():
        for pool in team.pools.values():
            try:
                rep.calendar(pool) if rep.key in pool.members else None
            except ValueError as error:
                yield Mistake(f"reps.{rep.key}", f"in the pool {pool.key}: {error}.")


def _own_assistant(team: "Team") -> Iterator[Mistake]:
    for rep in team.reps.values():
        if rep.assistant == rep.key:
            yield Mistake(
                f"reps.{rep.key}.assistant", "is the rep themselves; name another person or leave it out."
            )
