"""Who is there to be asked, over a year in three zones and through every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.businesstime import Calendar, add, elapsed, next_opening
from bot.routing.availability import Member, who_is_off
from bot.team.document import load_team
from bot.team.pools import Pool

ZONES = ("America/New_York", "Europe/Berlin", "Australia/Sydney")
"""North and south of the equator: every change of the clocks, both ways, falls into any year."""
NEW_YORK = ZoneInfo("America/New_York")
REPS = ("ana", "ben", "cleo", "dave")


def pool(extra: str = "") -> Pool:
    reps = ", ".join(f"{key}: {key}@acme.example" for key in (*REPS, "mia"))
    members = ", ".join(REPS)
    return load_team(
        f"""
name: Acme
zone: America/New_York
reps: {{{reps}}}
pools:
  inbound: {{channel: "#sales", members: [{members}], managers: [mia], hours: {{mon-fri: "09:00-17:00"}}{extra}}}
"""
    ).pool("inbound")


CLOSED, ON_CALL = pool(), pool(', on_call: {reps: [cleo, ana], handover: "mon 09:00", starts: 2026-03-02}')
SATURDAY = datetime(2026, 3, 7, 12, tzinfo=NEW_YORK)
MONDAY_9 = datetime(2026, 3, 9, 9, tzinfo=NEW_YORK)
MONDAY_NOON = datetime(2026, 3, 9, 12, tzinfo=NEW_YORK)


def member(number: int, calendar: Calendar = CLOSED.calendar, **facts: object) -> Member:
    return Member(number, REPS[number], calendar, **facts)  # type: ignore[arg-type]


def hours(zone: str, opens: int, closes: int, *days: int) -> Calendar:
    return Calendar.weekly(zone, {day: [(time(opens), time(closes))] for day in days})


def test_whoever_is_at_work_is_asked_and_the_others_read_until_when_they_are_off() -> None:
    berlin = hours("Europe/Berlin", 8, 14, 0, 1)
    members = [member(0), member(1, berlin), member(2, leave=[(MONDAY_9, MONDAY_9 + timedelta(days=3))])]
    assert who_is_off(members, CLOSED, MONDAY_NOON) == {1: "off until Tue 08:00", 2: "away until Thu 12 Mar"}


def test_a_closed_pool_asks_whoever_works_already() -> None:
    early = datetime(2026, 3, 9, 4, tzinfo=NEW_YORK)
    members = [member(0), member(1, hours("Europe/Berlin", 8, 14, 0))]
    assert who_is_off(members, CLOSED, early) == {0: "off until Mon 09:00"}


def test_a_closed_pool_without_anybody_on_call_gives_it_to_those_who_work_when_it_opens() -> None:
    leaves_on_monday = [(MONDAY_9 - timedelta(hours=1), MONDAY_9 + timedelta(days=5))]
    members = [member(0), member(1, hours("America/New_York", 9, 12, 2)), member(2, leave=leaves_on_monday)]
    assert who_is_off(members, CLOSED, SATURDAY) == {1: "off until Wed 09:00", 2: "away until Sat 14 Mar"}


def test_on_the_weekend_it_is_whoever_is_on_call() -> None:
    members = [member(number) for number in range(4)]
    assert sorted(who_is_off(members, ON_CALL, SATURDAY)) == [0, 1, 3]


def test_with_the_one_on_call_away_or_asked_already_it_is_the_next_of_the_rotation() -> None:
    away = [(SATURDAY, SATURDAY + timedelta(days=1))]
    off = who_is_off([member(0), member(1), member(2, leave=away)], ON_CALL, SATURDAY)
    assert sorted(off) == [1, 2]
    assert sorted(who_is_off([member(0), member(1)], ON_CALL, SATURDAY)) == [1]


def test_with_everybody_away_nobody_is_asked_not_even_at_the_opening() -> None:
    away = [(SATURDAY, SATURDAY + timedelta(days=10))]
    members = [member(number, leave=away) for number in range(4)]
    for at in (SATURDAY, MONDAY_NOON):
        assert len(who_is_off(members, ON_CALL, at)) == 4


def test_whom_slack_does_not_reach_is_asked_only_if_it_reaches_nobody() -> None:
    quiet = [member(0, quiet="do not disturb"), member(1, quiet="away in Slack")]
    assert who_is_off([*quiet, member(2)], CLOSED, MONDAY_NOON) == {0: "do not disturb", 1: "away in Slack"}
    assert who_is_off(quiet, CLOSED, MONDAY_NOON) == {}


# -- a year of random days

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 365 * 24 * 4).map(lambda quarters: YEAR + timedelta(minutes=15 * quarters))
DAYS = st.sets(st.integers(0, 6), min_size=1).map(sorted)
SHIFTS = st.tuples(st.integers(0, 22), st.integers(1, 23)).filter(lambda shift: shift[0] < shift[1])


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    closures = draw(st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=3))
    opens, closes = draw(SHIFTS)
    days = {day: [(time(opens), time(closes))] for day in draw(DAYS)}
    return Calendar.weekly(draw(st.sampled_from(ZONES)), days, closures=closures)


@st.composite
def teams(draw: st.DrawFn) -> list[Member]:
    return [
        Member(number, key, draw(calendars()), leave=draw(leaves()))
        for number, key in enumerate(REPS[: draw(st.integers(1, 4))])
    ]


@st.composite
def leaves(draw: st.DrawFn) -> list[tuple[datetime, datetime]]:
    starts = draw(st.lists(INSTANTS, max_size=2))
    return [(start, start + timedelta(hours=draw(st.integers(1, 900)))) for start in starts]


def at_work(one: Member, at: datetime) -> bool:
    """By the clock on the wall, and nothing of ours."""
    local = at.astimezone(ZoneInfo(one.calendar.zone))
    assert one.calendar.hours is not None
    shifts = one.calendar.hours[local.weekday()]
    inside = any(shift.opens <= local.time() < shift.closes for shift in shifts)
    away = any(start <= at < end for start, end in one.leave)
    return inside and local.date() not in one.calendar.closures and not away


@given(teams(), INSTANTS, st.sampled_from([CLOSED, ON_CALL]))
@settings(max_examples=250)
def test_nobody_off_is_asked_while_somebody_is_on(members: list[Member], at: datetime, asking: Pool) -> None:
    off = who_is_off(members, asking, at)
    asked = {one.id for one in members} - set(off)
    on = {one.id for one in members if at_work(one, at)}
    if on:
        assert asked == on
        return
    present = {one.id for one in members if not any(start <= at < end for start, end in one.leave)}
    if asking.on_call and present & {0, 2}:
        assert len(asked) == 1
        assert asked <= present & {0, 2}
    else:
        opens = next_opening(at, asking.calendar)
        assert asked == ({one.id for one in members if at_work(one, opens)} if opens > at else set())


@given(teams(), INSTANTS)
@settings(max_examples=80)
def test_everybody_who_is_not_asked_has_a_reason_that_is_true(members: list[Member], at: datetime) -> None:
    for number, reason in who_is_off(members, CLOSED, at).items():
        one = members[number]
        assert reason.startswith(("away until ", "off until "))
        assert not at_work(one, at)
        if reason.startswith("off"):
            local = next_opening(at, one.calendar).astimezone(ZoneInfo(one.calendar.zone))
            assert reason == f"off until {local:%a %H:%M}"


@given(calendars(), INSTANTS)
@settings(max_examples=150)
def test_a_clock_starts_in_hours_at_the_first_moment_there_is(calendar: Calendar, arrival: datetime) -> None:
    """What arrives in hours starts at once; what does not, at the opening: nothing open lies between."""
    anybody = Member(0, "ana", calendar)
    starts = next_opening(arrival, calendar)
    assert at_work(anybody, starts)
    assert starts == arrival or not at_work(anybody, starts - timedelta(seconds=1))
    assert elapsed(arrival, starts, calendar) == 0
    assert elapsed(starts, add(starts, 15, calendar), calendar) == 15 * 60
