"""When reps work, who is on call, and what a document may not say about it."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.businesstime import Calendar, Region, Window
from bot.team.document import Team, load_team
from bot.team.errors import TeamDocumentError

DOCUMENT = """
name: Acme
zone: America/New_York
country: US
reps:
  ana: ana@acme.example
  ben: {email: ben@acme.example, zone: Europe/Berlin, hours: {mon-thu: "08:00-14:00"}, holidays: DE}
  cleo: {email: cleo@acme.example, zone: Asia/Tokyo, closures: [2026-05-01]}
  mia: mia@acme.example
pools:
  inbound:
    channel: "#sales"
    members: [ana, ben, cleo]
    managers: [mia]
    hours: {mon-fri: "09:00-17:00"}
    closures: [2026-12-24]
    on_call: {reps: [cleo, ana, ben], handover: "fri 17:00", starts: 2026-03-06}
"""
BERLIN = ZoneInfo("Europe/Berlin")


def calendar(team: Team, rep: str) -> Calendar:
    return team.working_hours(rep, team.pool("inbound"))


def mistakes(before: str, after: str) -> dict[str, str]:
    assert before in DOCUMENT
    with pytest.raises(TeamDocumentError) as refused:
        load_team(DOCUMENT.replace(before, after), known_plans=["inbound-48h"])
    return {mistake.path: mistake.message for mistake in refused.value.mistakes}


def test_a_rep_without_hours_keeps_those_of_the_pool() -> None:
    team = load_team(DOCUMENT, known_plans=["inbound-48h"])
    assert calendar(team, "ana") is team.pool("inbound").calendar


def test_a_rep_may_have_hours_zone_and_holidays_of_their_own() -> None:
    ben = calendar(load_team(DOCUMENT), "ben")
    mornings = (Window(time(8), time(14)),)
    assert (ben.zone, ben.hours, ben.holidays) == ("Europe/Berlin", (mornings,) * 4 + ((),) * 3, Region("DE"))
    assert ben.closures == {date(2026, 12, 24)}


def test_a_rep_with_only_a_zone_works_the_pools_hours_there() -> None:
    team = load_team(DOCUMENT)
    cleo, pool = calendar(team, "cleo"), team.pool("inbound").calendar
    assert (cleo.zone, cleo.hours, cleo.holidays) == ("Asia/Tokyo", pool.hours, pool.holidays)
    assert cleo.closures == {date(2026, 5, 1), date(2026, 12, 24)}


def test_hours_in_a_pool_that_is_always_on_keep_the_countrys_holidays() -> None:
    team = load_team(
        DOCUMENT.replace('    hours: {mon-fri: "09:00-17:00"}\n', "").replace(", holidays: DE", "")
    )
    assert team.pool("inbound").calendar.hours is None
    assert calendar(team, "ben").holidays == Region("US")


@pytest.mark.parametrize("hours", ["{}", "[]", "{mon: closed}"])
def test_hours_given_but_empty_are_refused(hours: str) -> None:
    found = mistakes('{mon-thu: "08:00-14:00"}', hours)
    assert found["reps.ben.hours"] == (
        "is given but empty: write when they work, or leave it out (the pool's hours)."
    )


def test_a_rep_in_two_zones_is_refused_when_written_and_readable_when_live() -> None:
    second = (
        DOCUMENT
        + """
  nordics: {channel: "#nord", members: [ana], managers: [mia], zone: Europe/Oslo, hours: {mon: "09:00-12:00"}}
default_pool: inbound
"""
    )
    with pytest.raises(TeamDocumentError) as refused:
        load_team(second, known_plans=["inbound-48h"])
    (mistake,) = refused.value.mistakes
    assert mistake.path == "reps.ana"
    assert "inbound (America/New_York) and nordics (Europe/Oslo)" in mistake.message
    assert load_team(second).pool("nordics").members == ("ana",)
    zoned = second.replace("ana: ana@acme.example", "ana: {email: ana@acme.example, zone: Europe/Oslo}")
    assert load_team(zoned, known_plans=["inbound-48h"]).rep("ana").zone == "Europe/Oslo"


def test_a_rep_who_would_never_work_is_refused() -> None:
    found = mistakes(
        '{mon-thu: "08:00-14:00"}, holidays: DE',
        '{thu: "08:00-14:00"}, closures: '
        + str(
            [
                date.fromordinal(day).isoformat()
                for day in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal(), 7)
            ]
        ),
    )
    assert "leave no day open in 2026" in found["reps.ben"]


@pytest.mark.parametrize(
    ("at", "on_call"),
    [
        (datetime(2026, 3, 6, 21, 59, tzinfo=UTC), "ben"),
        (datetime(2026, 3, 6, 22, 0, tzinfo=UTC), "cleo"),
        # The clocks went forward on Sunday; Friday 17:00 in New York is 21:00 UTC from then on.
        (datetime(2026, 3, 13, 20, 59, tzinfo=UTC), "cleo"),
        (datetime(2026, 3, 13, 21, 0, tzinfo=UTC), "ana"),
        (datetime(2026, 3, 20, 21, 0, tzinfo=UTC), "ben"),
        (datetime(2026, 3, 27, 21, 0, tzinfo=UTC), "cleo"),
    ],
)
def test_on_call_is_handed_over_at_the_pools_local_time(at: datetime, on_call: str) -> None:
    rotation = load_team(DOCUMENT).pool("inbound").on_call
    assert rotation is not None
    assert rotation.order(at, "America/New_York")[0] == on_call


def test_on_call_by_the_day_changes_every_morning() -> None:
    daily = DOCUMENT.replace('handover: "fri 17:00"', "period: day")
    rotation = load_team(daily).pool("inbound").on_call
    assert rotation is not None
    mornings = [datetime(2026, 3, day, 9, tzinfo=BERLIN) for day in (6, 7, 8, 9)]
    assert [rotation.order(at, "Europe/Berlin")[0] for at in mornings] == ["cleo", "ana", "ben", "cleo"]


@pytest.mark.parametrize(
    ("before", "after", "path", "words"),
    [
        ("[cleo, ana, ben],", "[cleo, mia],", "pools.inbound.on_call", "only members of the pool"),
        ("[cleo, ana, ben],", "[cloe],", "pools.inbound.on_call.reps[0]", "Did you mean 'cleo'?"),
        ('"fri 17:00"', '"friday 5pm"', "pools.inbound.on_call.handover", "is no handover"),
        ('"fri 17:00"', "17:00", "pools.inbound.on_call", "needs a weekday"),
        ('"fri 17:00"', '"fri 17:00", period: day', "pools.inbound.on_call", "the period is a day"),
    ],
)
def test_a_rotation_that_cannot_be_meant_is_refused_with_a_mend(
    before: str, after: str, path: str, words: str
) -> None:
    found = mistakes(before, after)
    assert words in found[path]
