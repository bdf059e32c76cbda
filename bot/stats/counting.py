"""What a lead adds to the figures: the one definition that cells are kept by and read with."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from bot.db.models import Outcome, Tier
from bot.stats.bins import Amount, Histogram, bin_of

TEAM = 0
"""In a rep's place: the whole team's part."""

# Names; most go on after a colon: "source:website", "asked:passed".
RECEIVED, CLAIMED, SOURCE, ASSIGNED = "received", "claimed", "source", "assigned"
ESCALATED, OUTCOME, ASKED, TOUCHES, BOOKED = "escalated", "outcome", "asked", "touches", "booked"
LATE = "late-touches"
"""Done, but not by the day they were due."""
CLAIM, CLAIM_BUSINESS, RESPONSE, RESPONSE_BUSINESS = (
    "claim",
    "claim-business",
    "response",
    "response-business",
)
HOT, REST = f"{RESPONSE_BUSINESS}:hot", f"{RESPONSE_BUSINESS}:rest"
"""Apart, since their targets differ (D1)."""

_NOTHING: Mapping[str, Any] = {}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Facts(NamedTuple):
    """What the figures need to know of a lead; all of it can be written as JSON."""

    hour: int
    """In which it came in, from 1970 on."""
    pool: str
    tier: str
    source: str
    owner_id: int | None
    claimer_id: int | None
    """Who took it of their own accord, whoever owns it now."""
    claim: int | None
    """Seconds."""
    claim_business: int | None
    response: int | None
    response_business: int | None
    rows: list[list[Any]]
    """[rep id or TEAM, name, number] of what other tables know of it."""

    @property
    def received_at(self) -> datetime:
        """The beginning of that hour."""
        return EPOCH + timedelta(hours=self.hour)


class Sums:
    """One person's part, or the team's, of any number of leads."""

    def __init__(self) -> None:
        self.numbers: Counter[str] = Counter()
        # Bins by their numbers in words, as cells hold them: most are only ever added to others.
        self._times: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)

    def add(self, name: str, number: int) -> None:
        self.numbers[name] += number

    def add_time(self, name: str, seconds: int | None, sign: int) -> None:
        """A duration, if there is one."""
        if seconds is not None:
            held = self._times[name].setdefault(str(bin_of(seconds)), [0, 0])
            held[0] += sign
            held[1] += sign * seconds

    def add_stored(
        self,
        numbers: Mapping[str, int] = _NOTHING,
        times: Mapping[str, Mapping[str, Sequence[int]]] = _NOTHING,
    ) -> None:
        """What a cell holds, or one half of it."""
        for name, number in numbers.items():
            self.numbers[name] += number
        for name, bins in times.items():
            # Some ten thousand bins for a busy team's month: no call for each.
            mine = self._times[name]
            for bin_, (number, seconds) in bins.items():
                held = mine.get(bin_)
                if held is None:
                    mine[bin_] = [number, seconds]
                else:
                    held[0] += number
                    held[1] += seconds

    @property
    def times(self) -> dict[str, Histogram]:
        """By name."""
        return {
            name: {int(bin_): Amount(*held) for bin_, held in bins.items()}
            for name, bins in self._stored_times().items()
        }

    def stored(self) -> dict[str, Any]:
        """As a cell holds it."""
        return {
            "numbers": {name: number for name, number in self.numbers.items() if number},
            "times": self._stored_times(),
        }

    def _stored_times(self) -> dict[str, dict[str, list[int]]]:
        found = {
            name: {bin_: held for bin_, held in bins.items() if held[0]} for name, bins in self._times.items()
        }
        return {name: bins for name, bins in found.items() if bins}


Parts = defaultdict[int, Sums]
"""By rep, and TEAM."""


def count_into(parts: Parts, lead: Facts, sign: int = 1) -> None:
    """Add what a lead adds to the figures of the hours it came in; with -1 take it away.

    Claims are their claimer's; first responses and bookings the owner's; touches theirs whose task it was.
    """
    team = parts[TEAM]
    team.add(f"{RECEIVED}:{lead.tier}", sign)
    team.add(f"{SOURCE}:{lead.source}", sign)
    team.add_time(CLAIM, lead.claim, sign)
    team.add_time(CLAIM_BUSINESS, lead.claim_business, sign)
    team.add_time(RESPONSE, lead.response, sign)
    team.add_time(HOT if lead.tier == Tier.HOT else REST, lead.response_business, sign)
    if lead.claimer_id is not None:
        team.add(CLAIMED, sign)
        parts[lead.claimer_id].add(CLAIMED, sign)
        parts[lead.claimer_id].add_time(CLAIM, lead.claim_business, sign)
    if lead.owner_id is not None:
        parts[lead.owner_id].add_time(RESPONSE, lead.response_business, sign)
    for rep_id, name, number in lead.rows:
        parts[rep_id].add(name, sign * number)
        if name == _BOOKED and lead.owner_id is not None:
            parts[lead.owner_id].add(BOOKED, sign)


_BOOKED = f"{OUTCOME}:{Outcome.BOOKED}"


def count_ever_into(sums: Sums, lead: Facts, sign: int = 1) -> None:
    """Add what a lead adds to the figures of all leads there ever were: by tier, for /metrics."""
    sums.add(f"{RECEIVED}:{lead.tier}", sign)
    if lead.claimer_id is not None:
        sums.add(f"{CLAIMED}:{lead.tier}", sign)
    sums.add_time(f"{CLAIM}:{lead.tier}", lead.claim, sign)
    sums.add_time(f"{RESPONSE}:{lead.tier}", lead.response, sign)
