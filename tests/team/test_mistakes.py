"""Every mistake at once, each with its place in the file and a mend."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.team.document import load_team
from bot.team.errors import Mistake, TeamDocumentError

GOOD = (Path(__file__).parent / "data" / "team.yml").read_text()

BAD = """
name: Acme
zone: America/New_Yrok
country: USA
booking_link: cal.example
sender: {name: Acme}
reps:
  ana: {email: ana@acme.example}
  ana2: {email: Ana@acme.example, slack: ana}
  cleo: {email: cleo at acme, nickname: C}
  Mia Lang: {}
pools:
  inbound:
    channel: #sales-inbound
    members: [ana, cloe, ana2, zoe]
    managers: []
    fallback: mai
    hours: {mon-fri: "17:00-09:00", wed: "9-5", sut: "10:00-14:00"}
    holidays: {country: US, subdivision: Ny}
    closures: [2026-02-30]
    ladder: {nudges: [5, 5], managers: "15", repeat: 3}
    plan: inbound-84h
  outbound:
    channel: sales
    members: ana
    managers: [ana, ana]
    hours:
sources:
  Web Site: {pool: inbond, auth: basic, secret: s3cr3t}
  form: {map: {e-mail: contact.email, phone: .x}, defaults: {action: 7, acton: demo}}
default_pool: inbnd
"""


def mistakes(text: str) -> dict[str, str]:
    with pytest.raises(TeamDocumentError) as refused:
        load_team(text, known_plans=["inbound-48h"])
    return {mistake.path: mistake.message for mistake in refused.value.mistakes}


def refusals_of(text: str) -> tuple[Mistake, ...]:
    try:
        load_team(text)
    except TeamDocumentError as refused:
        return refused.mistakes
    return ()


def changed(before: str, after: str) -> dict[str, str]:
    assert before in GOOD
    return mistakes(GOOD.replace(before, after, 1))


def test_every_mistake_is_reported_at_once_with_its_path() -> None:
    assert sorted(mistakes(BAD)) == sorted(
        [
            "zone",
            "country",
            "booking_link",
            "sender.email",
            "reps.ana.email",
            "reps.ana2.email",
            "reps.ana2.slack",
            "reps.cleo.email",
            "reps.cleo.nickname",
            "reps.Mia Lang",
            "pools.inbound.channel",
            "pools.inbound.members[1]",
            "pools.inbound.members[3]",
            "pools.inbound.managers",
            "pools.inbound.fallback",
            "pools.inbound.hours.mon-fri",
            "pools.inbound.hours.wed",
            "pools.inbound.hours.sut",
            "pools.inbound.holidays.subdivision",
            "pools.inbound.closures[0]",
            "pools.inbound.ladder.nudges",
            "pools.inbound.ladder.managers",
            "pools.inbound.ladder.repeat",
            "pools.inbound.plan",
            "pools.outbound.channel",
            "pools.outbound.members",
            "pools.outbound.managers",
            "pools.outbound.hours",
            "sources.Web Site",
            "sources.Web Site.pool",
            "sources.Web Site.auth",
            "sources.Web Site.secret",
            "sources.form.map.e-mail",
            "sources.form.map.phone",
            "sources.form.defaults.action",
            "sources.form.defaults.acton",
            "default_pool",
        ]
    )


def test_near_misses_are_answered_with_what_was_probably_meant() -> None:
    found = mistakes(BAD)
    assert found["zone"].endswith("Did you mean 'America/New_York'?")
    assert found["pools.inbound.members[1]"] == "there is no rep 'cloe' under reps. Did you mean 'cleo'?"
    assert found["pools.inbound.holidays.subdivision"].endswith("Did you mean 'NY'?")
    assert found["pools.inbound.ladder.repeat"] == "is no setting here. Did you mean 'repeats'?"
    assert found["pools.inbound.plan"] == "there is no plan 'inbound-84h'. Did you mean 'inbound-48h'?"
    assert found["sources.Web Site.pool"].endswith("Did you mean 'inbound'?")
    assert found["sources.form.map.e-mail"] == "a lead has no field 'e-mail'. Did you mean 'email'?"
    assert found["default_pool"].endswith("Did you mean 'inbound'?")


def test_a_few_choices_are_listed_when_nothing_is_near() -> None:
    assert mistakes(BAD)["pools.inbound.members[3]"] == (
        "there is no rep 'zoe' under reps. There is Mia Lang, ana, ana2 and cleo."
    )


def test_a_channel_lost_to_a_yaml_comment_is_told_to_take_quotes() -> None:
    assert '"#sales-inbound"' in mistakes(BAD)["pools.inbound.channel"]


def test_a_secret_in_the_document_is_turned_away() -> None:
    assert mistakes(BAD)["sources.Web Site.secret"].startswith("secrets never live in this file")


def test_the_refusal_reads_as_a_list() -> None:
    with pytest.raises(TeamDocumentError) as refused:
        load_team(GOOD.replace("America/New_York", "Mars"))
    first, second = str(refused.value).splitlines()
    assert first == "The team document has 1 mistake:"
    assert second.startswith("- zone: there is no time zone 'Mars'")


def test_one_person_under_two_names_is_refused_at_both() -> None:
    found = changed("noor@acme.example", "MIA@acme.example")
    assert found == {
        "reps.mia.email": "'mia@acme.example' belongs to mia and noor; one person is one rep.",
        "reps.noor.email": "'MIA@acme.example' belongs to mia and noor; one person is one rep.",
    }


def test_one_slack_id_under_two_names_is_refused() -> None:
    assert set(changed("U012NOOR", "U012CLEO")) == {"reps.cleo.slack", "reps.noor.slack"}


@pytest.mark.parametrize("hours", ["{}", "", "[]", "{mon-fri: closed, sat: []}"])
def test_hours_given_but_empty_are_a_mistake(hours: str) -> None:
    found = changed('{mon-fri: "09:00-17:00", sat: "10:00-14:00", sun: closed}', hours)
    assert found["pools.inbound.hours"].startswith("is given but empty")


@pytest.mark.parametrize(
    ("hours", "path", "complaint"),
    [
        ('{mon-fri: "09:00-17:00", wed: "09:00-12:00"}', "hours", "wed stands here more than once"),
        ('{mon: ["09:00-13:00", "12:00-17:00"]}', "hours.mon", "09:00-13:00 and 12:00-17:00 overlap"),
        ('{mon: ["09:00-12:00", "13-17"]}', "hours.mon[1]", "'13-17' are no hours"),
        ('{mon: "09:00-25:00"}', "hours.mon", "a day runs from 00:00 to 24:00"),
        ('{mon: "22:00-02:00"}', "hours.mon", "belong to the next day"),
        ('{mon: "09:00-17:00", tue: }', "hours.tue", "is empty"),
        ('"09:00-17:00"', "hours", "must be a block of lines"),
    ],
)
def test_hours_that_cannot_be_are_refused_where_they_stand(hours: str, path: str, complaint: str) -> None:
    found = changed('{mon-fri: "09:00-17:00", sat: "10:00-14:00", sun: closed}', hours)
    assert complaint in found[f"pools.inbound.{path}"]


def test_a_pool_that_never_opens_is_refused() -> None:
    days = ", ".join(str(date(2027, 1, 1) + timedelta(day)) for day in range(365))
    found = changed("closures: [2026-12-24, 2026-12-23]", f"closures: [{days}]")
    assert found == {"pools.inbound": "these hours, holidays and closures leave no day open in 2027"}


@pytest.mark.parametrize(
    ("holidays", "path", "complaint"),
    [
        ("{country: XX}", "holidays.country", "no public holidays are known for 'XX'"),
        ("XX", "holidays", "no public holidays are known for 'XX'"),
        ("{country: none, subdivision: NY}", "holidays.subdivision", "needs a country"),
    ],
)
def test_holidays_nobody_knows_are_refused(holidays: str, path: str, complaint: str) -> None:
    found = changed("{country: US, subdivision: NY}", holidays)
    assert complaint in found[f"pools.inbound.{path}"]


@pytest.mark.parametrize(
    ("ladder", "path"),
    [
        ("nudges: [5, 3]", "nudges"),
        ("nudges: [0]", "nudges[0]"),
        ("nudges: [5, 20]", "managers"),
        ("hot_nudges: [2, 15]", "managers"),
        ("managers: true", "managers"),
        ("managers: 2.5", "managers"),
        ("repeat_every: 0", "repeat_every"),
        ("repeats: -1", "repeats"),
    ],
)
def test_a_ladder_that_does_not_climb_is_refused(ladder: str, path: str) -> None:
    found = changed("    plan: inbound-48h", f"    plan: inbound-48h\n  x: &x\n    ladder: {{{ladder}}}")
    assert f"pools.x.ladder.{path}" in found


def test_a_person_nobody_can_find_in_slack_is_refused() -> None:
    found = changed("cleo: {slack: U012CLEO}", "cleo: {name: Cleo}")
    assert found["reps.cleo"].startswith("needs an `email` or a `slack` id")


def test_a_bare_word_that_is_no_address_is_refused_where_it_stands() -> None:
    assert "is not a Slack id" in changed("cleo: {slack: U012CLEO}", "cleo: cleo")["reps.cleo"]


def test_several_pools_need_a_default_one() -> None:
    found = changed("default_pool: inbound\n", "")
    assert found == {
        "default_pool": "is missing: say which of inbound and nordics takes leads that name no pool."
    }


def test_names_of_two_lines_cannot_slip_into_a_mail_header() -> None:
    assert changed("name: Acme Sales", 'name: "Acme\\nBcc: x"') == {
        "sender.name": "must be one line of plain text."
    }


def test_a_key_written_twice_is_a_mistake_beside_the_others() -> None:
    found = changed("name: Acme\n", "name: Acme\nzone: Mars\n")
    assert found["zone"].startswith("stands in line 3 and again in line 4")
    twice = GOOD.replace("  cleo: {slack: U012CLEO}", "  cleo: {slack: U012CLEO}\n  cleo: {slack: nope}")
    with pytest.raises(TeamDocumentError) as refused:
        load_team(twice)
    assert [mistake.path for mistake in refused.value.mistakes] == ["reps.cleo", "reps.cleo.slack"]


def test_what_is_no_yaml_is_refused_with_its_line() -> None:
    found = mistakes("name: Acme\nreps: [ana\npools: {}\n")
    assert [*found] == ["line 3, column 6"]
    assert "not valid YAML" in found["line 3, column 6"]


@pytest.mark.parametrize("text", ["", "# nothing yet", "just words", "- a\n- b", "12"])
def test_a_file_that_holds_no_settings_says_so(text: str) -> None:
    assert mistakes(text) == {"": "it must be a block of lines, each `name: value`."}


@pytest.mark.parametrize(
    "text",
    [
        "a: !!int x",
        "a: !!bool x",
        "a: !!timestamp x",
        "a: " + "9" * 5000,
        "? [a]\n: b",
        "a: !!python/name:os.system x",
        "[" * 5000,
        "&a [*a]",
        "name: &a {zone: *a}",
        "a: \x00",
        "reps: {1: {2: 3}}",
        "pools: {a: {ladder: {1: 2}}}",
    ],
)
def test_strange_yaml_is_refused_not_crashed_on(text: str) -> None:
    assert mistakes(text)


@settings(deadline=None)
@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.text(max_size=12))
def test_any_slip_of_the_pen_is_a_good_document_or_a_readable_refusal(at: int, cut: int, typed: str) -> None:
    refusals = refusals_of(GOOD[:at] + typed + GOOD[at + cut :])
    assert not [refusal for refusal in refusals if not refusal.message or "Input should" in refusal.message]


@pytest.mark.parametrize("written", ["25:00", "15:60", "3pm", "15", '["15:00"]'])
def test_a_time_of_day_that_is_none_is_refused_in_words(written: str) -> None:
    found = mistakes(f"{GOOD}\nremind_at: {written}\n")
    assert "is no time of day; write it like" in found["remind_at"]
