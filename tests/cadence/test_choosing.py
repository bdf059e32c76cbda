"""Which plan, which channel, which hour (D2, D12, R28, R34, R41, R46)."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.businesstime import Calendar, Region, Window
from bot.cadence import enrol, plan_for
from bot.cadence.channels import channel_for
from bot.cadence.hours import lead_zone
from bot.cadence.plans import parse_plan, plan_document
from bot.cadence.projection import Planned, project
from bot.db.models import Channel, Lead, Outcome, Stage, Tier
from bot.team.cadences import Plan, Touch
from bot.team.document import load_team
from bot.team.live import LiveTeam, apply_team, live_team
from tests.cadence.conftest import MONDAY_10, TEAM, Desk, new_york

OFFICE = Calendar.weekly(
    "America/New_York", {day: [(time(9), time(17))] for day in range(5)}, holidays=Region("US")
)


def live(**settings: Any) -> LiveTeam:
    return LiveTeam(1, load_team(TEAM + (yaml.safe_dump(settings) if settings else "")))


def lead(stage: Stage = Stage.OPT_IN, tier: Tier = Tier.WARM, **fields: Any) -> Lead:
    return Lead(pool="inbound", stage=stage, tier=tier, **({"facts": {}} | fields))


@pytest.mark.parametrize(
    ("stage", "tier", "plan"),
    [
        (Stage.OPT_IN, Tier.HOT, "inbound-48h"),
        (Stage.OPT_IN, Tier.WARM, "multi-touch-21d"),
        (Stage.OPT_IN, Tier.COOL, "first-steps"),
        (Stage.CONVERSATION, Tier.HOT, "stalled-14d-conversation"),
        (Stage.CALL_ASK, Tier.WARM, "stalled-14d-call-ask"),
        (Stage.POST_CALL, Tier.COOL, "stalled-14d-post-call"),
    ],
)
def test_tier_and_stage_choose_the_plan(stage: Stage, tier: Tier, plan: str) -> None:
    assert plan_for(live(), lead(stage, tier)) == plan


def test_a_team_may_change_the_table_bring_its_own_plans_and_a_pool_may_name_one_for_all_its_fresh_leads() -> (
    None
):
    changed = live(plan_for={"opt-in": {"warm": "warm-30d"}, "call-ask": "stalled-14d-opt-in"})
    assert plan_for(changed, lead(tier=Tier.WARM)) == "warm-30d"
    assert plan_for(changed, lead(tier=Tier.COOL)) == "first-steps"
    assert plan_for(changed, lead(Stage.CALL_ASK)) == "stalled-14d-opt-in"
    assert plan_for(live(plan_for={"opt-in": "warm-30d"}), lead(tier=Tier.HOT)) == "warm-30d"
    pooled = LiveTeam(1, load_team(TEAM + "    plan: nurture\n"))
    assert plan_for(pooled, lead()) == "nurture"
    assert plan_for(pooled, lead(Stage.POST_CALL)) == "stalled-14d-post-call"


def test_a_lead_runs_on_the_team_s_own_plan_and_finishes_the_version_it_started(desk: Desk) -> None:
    own = yaml.safe_load(plan_document("inbound-48h"))
    del own["touches"][2:]
    for number in (2, 1):
        own["touches"] = own["touches"][:number]
        with desk.database.write() as session:
            text = f"{TEAM}    plan: ours\n" + yaml.safe_dump({"plans": {"ours": own}})
            apply_team(session, text, author="test", now=MONDAY_10)
        if number == 2:
            lead_id = desk.claimed()
    assert desk.lead(lead_id).next_action == "Touch 1 of 2: call"
    desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10)
    assert desk.lead(lead_id).next_action == "Touch 2 of 2: e-mail"


def touch(channel: str, *templates: str) -> Touch:
    return Touch.model_validate(
        {"number": 1, "channel": channel, "after": "1d", "angle": "a", "goal": "g"}
        | {"templates": dict.fromkeys(templates, "x")}
    )


REACHABLE: dict[str, Any] = {
    "email": "a@b.example",
    "phone": "+12125550142",
    "profile_url": "https://linkedin.com/in/dana",
}


@pytest.mark.parametrize(
    ("channel", "templates", "last", "original", "expected"),
    [
        ("any-but-last", ("phone", "linkedin", "email"), Channel.EMAIL, None, Channel.PHONE),
        ("any-but-last", ("phone", "linkedin", "email"), Channel.PHONE, None, Channel.LINKEDIN),
        ("any-but-last", ("phone",), Channel.PHONE, None, Channel.PHONE),
        ("original", ("email", "message"), None, None, Channel.EMAIL),
        ("original", ("email", "message"), None, Channel.MESSAGE, Channel.MESSAGE),
        ("original", ("email", "message"), None, Channel.PHONE, Channel.EMAIL),
        ("linkedin", ("linkedin", "email"), None, None, Channel.LINKEDIN),
    ],
)
def test_a_touch_may_leave_its_channel_to_what_happened_before(
    channel: str,
    templates: tuple[str, ...],
    last: Channel | None,
    original: Channel | None,
    expected: Channel,
) -> None:
    assert (
        channel_for(touch(channel, *templates), lead(**REACHABLE), last=last, original=original) is expected
    )


def test_whoever_left_only_a_phone_number_gets_a_text_for_what_would_be_an_e_mail() -> None:
    caller = lead(phone="+12125550142")
    for name in ("stalled-14d-opt-in", "nurture", "warm-30d"):
        for planned in run(name, caller):
            assert planned.channel in {Channel.PHONE, Channel.SMS}
            assert planned.template is not None


def test_a_silent_lead_is_written_to_where_it_answered_last(desk: Desk) -> None:
    lead_id = desk.claimed(phone=None, email=None, handle="@dana")
    desk.run(lead_id, [Outcome.REPLIED])
    with desk.database.write() as session:
        row = session.get_one(Lead, lead_id)
        row.email = "dana@brightfields.example"
        tomorrow = MONDAY_10 + timedelta(days=1)
        enrol(session, row, live_team(session), tomorrow, "stalled-14d-conversation")
    assert desk.tasks(lead_id)[-1].channel is Channel.MESSAGE


def run(plan: str | Plan, who: Lead, start: datetime = MONDAY_10) -> list[Planned]:
    found = parse_plan(plan_document(plan)) if isinstance(plan, str) else plan
    return project(found, who, OFFICE, start)


@pytest.mark.parametrize(
    ("known", "zone"),
    [
        ({"zone": "Europe/Paris", "phone": "+12125550142"}, "Europe/Paris"),
        ({"zone": "Mars/Olympus", "phone": "+12125550142"}, "America/New_York"),
        ({"country": "DE"}, "Europe/Berlin"),
        ({"country": "US"}, None),
        ({"phone": "+18005551212"}, None),
        ({"phone": "call me"}, None),
        ({}, None),
    ],
)
def test_the_lead_s_clock_is_the_one_it_gave_else_its_phone_s_else_its_country_s(
    known: dict[str, Any], zone: str | None
) -> None:
    assert lead_zone(lead(**known), MONDAY_10) == zone


def test_touches_after_the_first_keep_to_the_lead_s_day_and_holidays() -> None:
    west = ZoneInfo("America/Los_Angeles")
    planned = run("multi-touch-21d", lead(**REACHABLE | {"zone": west.key}), new_york(3, 2, 9, 5))
    assert planned[0].due_at == new_york(3, 2, 9, 5)
    assert all(8 <= each.due_at.astimezone(west).hour < 20 for each in planned[1:])
    # Unification Day is one in Germany only.
    german = run(
        "warm-30d", lead(**REACHABLE | {"zone": "Europe/Berlin", "country": "DE"}), new_york(9, 30, 10)
    )
    assert [each.due_at.date() for each in german[:2]] == [date(2026, 9, 30), date(2026, 10, 5)]


def test_touches_after_the_first_wait_for_their_owner_s_own_hours(desk: Desk) -> None:
    with desk.database.write() as session:
        text = TEAM.replace("name: Ana Ruiz,", 'name: Ana Ruiz, hours: {tue-thu: "13:00-17:00"},')
        apply_team(session, text, author="test", now=MONDAY_10)
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10)
    assert desk.next_task(lead_id).due_at == new_york(3, 3, 13)


def test_a_lead_whose_day_never_meets_the_pool_s_hours_is_called_in_the_pool_s() -> None:
    planned = run("warm-30d", lead(**REACHABLE | {"zone": "Asia/Tokyo"}))
    assert planned[1].due_at == new_york(3, 5, 10)


def test_a_window_of_the_day_is_on_the_lead_s_clock() -> None:
    plan = parse_plan(plan_document("warm-30d"))
    call = plan.touches[1].model_copy(update={"between": Window(time(12), time(13))})
    windowed = plan.model_copy(update={"touches": (plan.touches[0], call)})
    assert run(windowed, lead(**REACHABLE))[1].due_at == new_york(3, 5, 12)
    west = lead(**REACHABLE | {"zone": "America/Los_Angeles"})
    assert run(windowed, west)[1].due_at == new_york(3, 5, 15)


@pytest.mark.parametrize(
    ("written", "fifth"),
    [
        ("2026-09-15", new_york(9, 15, 9)),
        ("2026-12-31", new_york(8, 31, 9)),
        ("next fortnight-ish", new_york(8, 31, 9)),
    ],
)
def test_a_letter_moves_to_a_milestone_that_lies_near(written: str, fifth: datetime) -> None:
    planned = run("nurture", lead(**REACHABLE | {"facts": {"fiscal_year": written}}))
    assert planned[4].due_at == fifth
    assert planned[5].due_at >= fifth + timedelta(days=14)
