from datetime import timedelta

import pytest
import yaml
from pydantic import ValidationError
from sqlalchemy import select

from bot.cadence import UnknownPlanError, known_plans, plan_of
from bot.cadence.channels import channel_for
from bot.cadence.plans import keep_version, parse_plan, plan_document
from bot.cadence.templates import shipped_templates
from bot.db.models import ActivityKind, Enrollment, Lead, Outcome, PlanVersion
from bot.team.cadences import Way
from tests.cadence.conftest import MONDAY_10, Desk

INBOUND = parse_plan(plan_document("inbound-48h"))


def test_the_first_48_hours_are_five_touches_on_staggered_channels() -> None:
    channels = [touch.channel for touch in INBOUND.touches]
    assert channels == [Way.PHONE, Way.EMAIL, Way.PHONE, Way.EMAIL, Way.EMAIL]
    assert [touch.after for touch in INBOUND.touches if touch.after is not None] == [
        timedelta(),
        timedelta(hours=2),
        timedelta(hours=24),
        timedelta(hours=48),
    ]
    assert INBOUND.successor == "nurture"


def test_every_touch_gives_a_different_reason_to_answer() -> None:
    assert len({touch.angle for touch in INBOUND.touches}) == len(INBOUND.touches)


@pytest.mark.parametrize("name", known_plans())
def test_every_script_of_a_shipped_plan_exists_is_approved_and_fits_its_channel(name: str) -> None:
    plan = parse_plan(plan_document(name))
    assert plan.name == name
    for touch in plan.touches:
        for channel, template_id in touch.templates.items():
            template = shipped_templates()[template_id]
            assert channel in template.channels
            assert template.is_approved
            assert template.angle == touch.angle


@pytest.mark.parametrize("name", known_plans())
@pytest.mark.parametrize("reach", [{"phone": "1"}, {"email": "a@b.example"}, {"handle": "@a"}], ids=str)
def test_whoever_can_be_reached_in_one_way_only_gets_a_script_for_every_touch(
    name: str, reach: dict[str, str]
) -> None:
    for touch in parse_plan(plan_document(name)).touches:
        assert channel_for(touch, Lead(**reach), last=None, original=None) in touch.templates


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        ({"after": None}, "one of after, after_last and same_business_day"),
        ({"same_business_day": "16:00"}, "one of after, after_last and same_business_day"),
        ({"after": "soon"}, "90m, 2h or 3d"),
        ({"channel": "linkedin"}, "no template for its own channel"),
        ({"number": 7}, "numbered 1, 2, 3"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_a_mistake_in_a_plan_is_named(mistake: dict[str, object], words: str) -> None:
    document = yaml.safe_load(plan_document("inbound-48h"))
    document["touches"][1] |= mistake
    with pytest.raises(ValidationError, match=words):
        parse_plan(yaml.safe_dump(document))


def test_a_plan_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(UnknownPlanError, match="There is: first-steps, inbound-48h"):
        plan_document("../team/inbound")


def test_a_lead_finishes_on_the_version_it_started_with(desk: Desk) -> None:
    shorter = yaml.safe_load(plan_document("inbound-48h"))
    del shorter["touches"][2:]
    lead_id = desk.claimed()
    with desk.database.write() as session:
        enrollment = session.scalars(select(Enrollment)).one()
        session.add(PlanVersion(plan="inbound-48h", version="older", document=yaml.safe_dump(shorter)))
        enrollment.plan_version = "older"
    desk.run(lead_id, [Outcome.NO_ANSWER, Outcome.DONE])
    (finished,) = desk.story(lead_id, ActivityKind.PLAN_FINISHED)
    assert finished.facts["plan"] == "inbound-48h"


def test_the_text_of_a_plan_is_kept_once(desk: Desk) -> None:
    with desk.database.write() as session:
        assert keep_version(session, "inbound-48h") == keep_version(session, "inbound-48h")
    desk.claimed(MONDAY_10)
    with desk.database.read() as session:
        assert plan_of(session, session.scalars(select(Enrollment)).one()) == INBOUND
        assert len(session.scalars(select(PlanVersion)).all()) == 1
