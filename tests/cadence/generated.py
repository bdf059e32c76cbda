"""Plans that a team might write, and what might happen to a lead on one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from bot.cadence import Step
from bot.db.models import Outcome, Tier

SPANS = ("0m", "30m", "1h", "2h", "5h", "1d", "2d", "3d", "7d", "14d", "30d")
SUMMER_TIME = timedelta(hours=1)
"""What a day may lack of its 24 hours."""

POOLS: Sequence[dict[str, Any]] = (
    {"zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}, "holidays": "US"},
    {
        "zone": "Europe/Berlin",
        "hours": {"mon-sat": ["08:30-12:00", "13:00-18:00"]},
        "holidays": "DE",
    },
    {"zone": "Europe/London", "hours": {"sat": "10:00-14:00"}, "holidays": "none"},
    {"zone": "America/New_York"},
)
OWN_HOURS: Sequence[dict[str, Any]] = ({}, {}, {"hours": {"mon-thu": "10:00-15:00", "sat": "11:00-13:00"}})

GOING_ON = (
    Outcome.DONE,
    Outcome.DONE,
    Outcome.NO_ANSWER,
    Outcome.VOICEMAIL,
    Outcome.SKIP,
    Outcome.SNOOZE,
    Outcome.OBJECTION,
)
STOPPING = (
    Outcome.REPLIED,
    Outcome.AGREED,
    Outcome.BOOKED,
    Outcome.HELD,
    Outcome.NOT_NOW,
    Outcome.NOT_INTERESTED,
    Outcome.WRONG_FIT,
    Outcome.UNSUBSCRIBED,
)


def some_touch(chance: Random, after: str) -> dict[str, Any]:
    when = chance.choice([{"after": after}] * 4 + [{"after_last": after}, {"same_business_day": "16:30"}])
    window = {"between": "10:00-16:00"} if chance.random() < 0.2 else {}
    gap = {"minimum_gap": chance.choice(SPANS[:8])} if chance.random() < 0.5 else {}
    channel = chance.choice(["email", "phone", "original", "any-but-last"])
    return {"channel": channel, "angle": "any", "goal": "any", "templates": {"email": "x", "phone": "y"}} | (
        when | window | gap
    )


def some_plan(chance: Random, successors: Sequence[str | None] = ("nurture", None)) -> dict[str, Any]:
    offsets = sorted(chance.choices(range(len(SPANS)), k=chance.randint(1, 8)))
    return {
        "counts_from": chance.choice(["arrival", "silence", "start"]),
        "successor": chance.choice(successors),
        "ends_as": chance.choice(["ghosted", "inactive", "nurture"]),
        "minimum_gap": chance.choice(SPANS),
        "touches": [some_touch(chance, SPANS[place]) for place in offsets],
    }


def lateness(chance: Random) -> timedelta:
    return timedelta(minutes=chance.choice([0, 0, 1, 30, 400, 1500, 9000]))


@dataclass(frozen=True)
class Move:
    """What is logged so long after what is due next, or after the last move if `early`; no outcome: they write."""

    outcome: Outcome | None
    late: timedelta
    early: bool
    until: timedelta | None
    step: Step
    undone: bool


@dataclass(frozen=True)
class History:
    """A team document, a lead that comes at `start`, and what happens to it."""

    document: str
    start: datetime
    claimed_after: timedelta
    lead: dict[str, Any]
    moves: tuple[Move, ...]


def some_history(number: int) -> History:
    """Always the same for a number, whose addresses nobody else has."""
    chance = Random(number)
    return History(
        json.dumps(some_document(chance)),
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(525_600)),
        lateness(chance),
        {
            "email": f"dana{number}@brightfields.example",
            "phone": f"+1212{2_000_000 + number}" if chance.random() < 0.6 else None,
            "zone": chance.choice([None, "America/New_York", "Europe/London"]),
            "tier": chance.choice(list(Tier)),
            "consent": chance.random() < 0.9,
        },
        tuple(some_move(chance) for _ in range(chance.randint(2, 10))),
    )


def some_document(chance: Random) -> dict[str, Any]:
    plans = {name: some_plan(chance, ("nurture", "other", None)) for name in ("any", "other")}
    pool = {"channel": "#sales-inbound", "members": ["ana"], "managers": ["mia"], "plan": "any"}
    return {
        "name": "Larkspur",
        "zone": "America/New_York",
        "booking_link": "https://cal.example.com/larkspur",
        "reps": {
            "ana": {"email": "ana@larkspur.example"} | chance.choice(OWN_HOURS),
            "mia": {"email": "mia@larkspur.example"},
        },
        "pools": {"inbound": pool | chance.choice(POOLS)},
        "plans": plans,
        "plan_for": {
            stage: chance.choice(list(plans)) for stage in ("conversation", "call-ask", "post-call")
        },
        "follow_ups_a_day": chance.choice([1, 3, 20]),
    }


def some_move(chance: Random) -> Move:
    outcome = chance.choice([*GOING_ON, *GOING_ON, *STOPPING, None])
    may_have_a_date = outcome in (Outcome.NOT_NOW, Outcome.BOOKED, Outcome.HELD, Outcome.SNOOZE)
    dated = may_have_a_date and chance.random() < 0.4
    return Move(
        outcome,
        lateness(chance),
        early=chance.random() < 0.15,
        until=timedelta(minutes=chance.randrange(1, 60_000)) if dated else None,
        step=chance.choice([Step.CALL, Step.OURS, Step.THEIRS]) if dated else Step.NURTURE,
        undone=chance.random() < 0.15,
    )
