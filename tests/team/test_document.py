"""What a good team document says."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from bot import businesstime
from bot.businesstime import Region, Window
from bot.cadence import known_plans
from bot.team.document import Team, load_team
from bot.team.errors import NotInTeamError

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "team.example.yml"
SMALL = """
name: Acme
zone: Europe/Berlin
reps: {ana: ana@acme.example, mia: U012MIA}
pools:
  inbound: {channel: "#sales", members: [ana], managers: [mia]}
"""


@pytest.fixture
def team() -> Team:
    return load_team((HERE / "data" / "team.yml").read_text(), known_plans=["inbound-48h"])


def test_the_shipped_example_is_a_good_document() -> None:
    example = load_team(EXAMPLE.read_text(), known_plans=known_plans())
    assert example.pool("inbound").members == ("ana", "ben", "cleo")


def test_the_shipped_example_shows_the_defaults_it_says_it_shows() -> None:
    example, small = load_team(EXAMPLE.read_text()).pool("inbound"), load_team(SMALL).pool("inbound")
    assert (example.ladder, example.contact_target) == (small.ladder, small.contact_target)
    assert load_team(EXAMPLE.read_text()).plan_for == load_team(SMALL).plan_for


def test_a_small_document_is_enough() -> None:
    team = load_team(SMALL)
    pool = team.pool_for_source("anything")
    assert (pool.key, pool.fallback, pool.plan) == ("inbound", "mia", None)
    assert pool.calendar.never_closes
    assert pool.calendar.zone == "Europe/Berlin"


def test_people_and_pools_know_their_keys_and_names(team: Team) -> None:
    assert [rep.key for rep in team.reps.values()] == ["ana", "ben.okafor", "cleo", "mia", "noor"]
    assert [rep.name for rep in team.reps.values()] == ["Ana Ruiz", "Ben Okafor", "Cleo", "Mia Lang", "Noor"]
    assert [pool.key for pool in team.pools.values()] == ["inbound", "nordics"]


def test_a_bare_address_or_slack_id_is_a_person() -> None:
    team = load_team(SMALL)
    assert (team.rep("ana").email, team.rep("ana").slack) == ("ana@acme.example", None)
    assert (team.rep("mia").email, team.rep("mia").slack) == (None, "U012MIA")


def test_a_pool_takes_zone_and_country_from_the_team_or_has_its_own(team: Team) -> None:
    inbound, nordics = team.pool("inbound").calendar, team.pool("nordics").calendar
    assert (inbound.zone, inbound.holidays) == ("America/New_York", Region("US", "NY"))
    assert (nordics.zone, nordics.holidays) == ("Europe/Oslo", Region("NO"))


def test_hours_become_the_calendars_week(team: Team) -> None:
    nine_to_five, ten_to_two = Window(time(9), time(17)), Window(time(10), time(14))
    assert team.pool("inbound").calendar.hours == ((nine_to_five,),) * 5 + ((ten_to_two,), ())
    evening = (Window(time(18), time(0)),)
    nordics = team.pool("nordics").calendar.hours
    assert nordics is not None
    assert nordics[4:] == (evening, evening, ())


def test_closures_and_holidays_close_the_pool(team: Team) -> None:
    calendar = team.pool("inbound").calendar
    assert calendar.closures == {date(2026, 12, 23), date(2026, 12, 24)}
    eve = datetime(2026, 12, 22, 22, 30, tzinfo=UTC)
    assert businesstime.next_opening(eve, calendar) == datetime(2026, 12, 26, 15, 0, tzinfo=UTC)


def test_hours_keep_the_countrys_holidays_unless_told_otherwise() -> None:
    hours = SMALL.replace("managers: [mia]", 'managers: [mia], hours: {mon-sun: "09:00-17:00"}')
    assert load_team(hours).pool("inbound").calendar.holidays is None
    german = hours + "country: DE\n"
    assert load_team(german).pool("inbound").calendar.holidays == Region("DE")
    bavarian = german.replace("hours:", "holidays: {subdivision: BY}, hours:")
    assert load_team(bavarian).pool("inbound").calendar.holidays == Region("DE", "BY")
    none = german.replace("hours:", "holidays: none, hours:")
    assert load_team(none).pool("inbound").calendar.holidays is None


def test_an_always_on_pool_keeps_holidays_only_when_it_says_so() -> None:
    always = SMALL + "country: DE\n"
    assert load_team(always).pool("inbound").calendar.never_closes
    says_so = always.replace("managers: [mia]", "managers: [mia], holidays: DE")
    assert load_team(says_so).pool("inbound").calendar.holidays == Region("DE")


def test_a_range_of_days_may_run_over_the_weekend() -> None:
    weekend = SMALL.replace("managers: [mia]", 'managers: [mia], hours: {fri-mon: "09:00-17:00"}')
    hours = load_team(weekend).pool("inbound").calendar.hours
    assert hours is not None
    assert [day for day, windows in enumerate(hours) if windows] == [0, 4, 5, 6]


def test_norway_and_ontario_are_places_not_yes_and_no() -> None:
    norway = load_team(SMALL + "country: NO\n")
    assert norway.country == "NO"
    ontario = SMALL.replace("managers: [mia]", "managers: [mia], holidays: {country: CA, subdivision: ON}")
    assert load_team(ontario).pool("inbound").calendar.holidays == Region("CA", "ON")


def test_a_source_names_its_pool_or_takes_the_default_one(team: Team) -> None:
    assert team.pool_for_source("fjord-form").key == "nordics"
    assert team.pool_for_source("old-tool").key == "inbound"
    assert team.pool_for_source("since-taken-out").key == "inbound"


def test_a_source_says_how_it_proves_itself_and_what_its_fields_are_called(team: Team) -> None:
    website, form = team.source("website"), team.source("fjord-form")
    assert website is not None
    assert form is not None
    assert (website.auth, form.auth) == ("bearer", "signature")
    assert website.map == {"email": "contact.work_email", "first_name": "answers.0.value"}
    assert form.defaults == {"action": "demo", "product": "heating"}
    assert team.source("nowhere") is None


def test_who_is_not_in_the_document_is_said_so(team: Team) -> None:
    with pytest.raises(NotInTeamError, match=r"^The team document has no pool 'south'\.$"):
        team.pool("south")
    with pytest.raises(NotInTeamError, match=r"^The team document has no rep 'zoe'\.$"):
        team.rep("zoe")
