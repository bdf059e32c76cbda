"""A lead that is known already, and a colleague of one (D6, R34)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.cadence import Report, log_outcome, open_offer
from bot.db.models import (
    Absence,
    AbsenceState,
    Acknowledgement,
    Activity,
    ActivityKind,
    Enrollment,
    EnrollmentState,
    ItemResult,
    LadderKind,
    Lead,
    LeavePlan,
    OfferRep,
    Outcome,
    Rep,
    Status,
    Task,
    TaskKind,
    TaskState,
    Tier,
    Turn,
)
from bot.messages.timeline import happened
from bot.outbox.enqueue import IntentKind
from bot.routing import claim, fire_due_steps, open_ladder, pass_offer
from bot.team.live import live_team
from tests.intake.site import TEAM, Site
from tests.intake.test_deciding import activities, managers, results, take

ELI = {"name": "Eli Park", "email": "eli@brightfields.com", "action": "download"}


def arrive(site: Site, source: str = "website", **fields: str) -> Lead:
    """The lead of this form, new or known."""
    site.send(fields, source=source)
    site.decide()
    item = site.items()[-1]
    with site.database.read() as session:
        return session.get_one(Lead, item.lead_id)


def owner(site: Site, lead: Lead) -> str | None:
    with site.database.read() as session:
        owner_id = session.get_one(Lead, lead.id).owner_id
        return session.get_one(Rep, owner_id).key if owner_id else None


def contact(site: Site, lead: Lead) -> None:
    """The owner reaches out."""
    with site.database.write() as session:
        row = session.get_one(Lead, lead.id)
        by = session.get_one(Rep, row.owner_id)
        log_outcome(session, row, None, Report(Outcome.DONE, by), live_team(session), site.business())


def let_lie(site: Site) -> None:
    """Eli writes again, and nobody reacts until it is offered to the pool."""
    arrive(site, **{**ELI, "message": "Hello?"})
    for _ in range(2):
        site.business.advance(minutes=15)
        with site.database.write() as session:
            fire_due_steps(session, site.business())


def plans(site: Site) -> list[tuple[str, EnrollmentState, str | None]]:
    with site.database.read() as session:
        rows = session.scalars(select(Enrollment).order_by(Enrollment.id))
        return [(row.plan, row.state, row.end_reason) for row in rows]


def turns(site: Site) -> int:
    with site.database.read() as session:
        return session.scalar(select(func.count(Turn.id))) or 0


def test_a_second_form_raises_the_tier_changes_the_plan_and_starts_the_contact_clock_again(
    site: Site,
) -> None:
    lead = arrive(site, **ELI)
    assert (lead.tier, lead.company_domain) == (Tier.COOL, "brightfields.com")
    take(site, lead)
    contact(site, lead)
    site.business.advance(hours=3)
    before = turns(site)
    again = arrive(site, **{**ELI, "action": "demo"})
    assert (again.id, again.tier, again.score, again.reasons[0]) == (
        lead.id,
        Tier.HOT,
        105,
        [70, "asked for a demo"],
    )
    assert [sign["action"] for sign in again.signs] == ["demo"]
    assert plans(site) == [
        ("first-steps", EnrollmentState.STOPPED, "tier-risen"),
        ("inbound-48h", EnrollmentState.RUNNING, None),
    ]
    assert turns(site) == before
    with site.database.read() as session:
        ladder = open_ladder(session, lead.id, LadderKind.CONTACT)
        assert ladder is not None
        assert (ladder.started_at, ladder.next_step_at) == (
            site.business(),
            site.business() + timedelta(minutes=5),
        )
    (told,) = activities(site.database, ActivityKind.WROTE_AGAIN)
    assert (told.facts["was"], told.facts["tier"]) == ("cool", "hot")
    contact(site, lead)
    with site.database.read() as session:
        assert open_ladder(session, lead.id, LadderKind.CONTACT) is None


def test_an_owner_who_does_not_react_to_a_lead_that_came_back_loses_it_to_the_pool(site: Site) -> None:
    lead = arrive(site, **ELI)
    take(site, lead)
    contact(site, lead)
    first = site.leads()[0].claim_seconds
    site.business.advance(hours=1)
    let_lie(site)
    assert owner(site, lead) is None
    with site.database.read() as session:
        assert open_offer(session, lead.id) is not None
        open_tasks = select(Task).where(
            Task.lead_id == lead.id, Task.state.in_((TaskState.DUE, TaskState.WAITING))
        )
        assert session.scalars(open_tasks).all() == []
    (back,) = activities(site.database, ActivityKind.TAKEN_BACK)
    assert back.facts["reason"] == "no reaction"
    assert len(site.told(IntentKind.CONTACT_ALERT)) == 1
    take(site, lead, "ben")
    assert (owner(site, lead), site.leads()[0].claim_seconds) == ("ben", first)


def test_whoever_let_a_lead_lie_may_claim_it_and_is_not_asked_for_it_again(site: Site) -> None:
    lead = arrive(site, **ELI)
    take(site, lead)
    contact(site, lead)
    for number in range(5):  # it would be Ana's turn
        take(site, arrive(site, email=f"p{number}@gmail.com"), "ben")
    let_lie(site)
    with site.database.write() as session:
        offer = open_offer(session, lead.id)
        assert offer is not None
        [ask] = session.scalars(select(OfferRep).where(OfferRep.offer_id == offer.id))
        assert {one["rep"]: one["skipped"] for one in ask.decision["considered"]} == {
            "ben": None,
            "ana": "did not react",
        }
        ben = session.get_one(Rep, ask.rep_id)
        assert pass_offer(session, lead.id, ben, site.business()) is None
    assert [told.destination for told in site.told(IntentKind.CLAIM_ALERT)] == managers(site, "mia")
    take(site, lead)
    assert owner(site, lead) == "ana"


def test_with_nobody_else_to_ask_the_managers_hear_at_once_and_the_fallback_person_has_it(site: Site) -> None:
    site.apply(TEAM.replace("members: [ana, ben]", "members: [ana]"))
    lead = arrive(site, **ELI)
    take(site, lead)
    contact(site, lead)
    let_lie(site)
    (escalated,) = (
        each
        for each in activities(site.database, ActivityKind.ESCALATED)
        if each.facts["ladder"] == LadderKind.CLAIM
    )
    assert (escalated.facts["reason"], escalated.facts["told"]) == ("Ana Ruiz did not react", ["mia"])
    for _ in range(4):
        site.business.advance(minutes=5)
        with site.database.write() as session:
            fire_due_steps(session, site.business())
    assert owner(site, lead) == "mia"


def test_a_lead_that_came_off_hours_and_is_taken_back_is_acknowledged_once(site: Site) -> None:
    site.business.advance(hours=10)
    lead = arrive(site, **ELI)
    assert bridged(site) == [lead.id]
    site.business.advance(hours=13)
    take(site, lead)
    contact(site, lead)
    site.business.advance(hours=5, minutes=50)
    let_lie(site)
    assert owner(site, lead) is None
    assert bridged(site) == [lead.id]


def bridged(site: Site) -> list[int]:
    """The leads that a mail tells when somebody will be there."""
    with site.database.read() as session:
        return list(session.scalars(select(Acknowledgement.lead_id)))


def test_between_touches_the_owner_is_asked_to_answer_at_once(site: Site) -> None:
    lead = arrive(site, name="Eli", email="eli@gmail.com", action="demo")
    take(site, lead)
    contact(site, lead)
    site.business.advance(minutes=30)
    with site.database.read() as session:
        before = session.scalar(select(func.count(Task.id)).where(Task.kind == TaskKind.ANSWER_NOW))
    arrive(site, name="Eli", email="eli@gmail.com", message="One more thing")
    arrive(site, name="Eli", email="eli@gmail.com", message="And another")
    with site.database.read() as session:
        asked = session.scalars(select(Task).where(Task.kind == TaskKind.ANSWER_NOW)).all()
    assert (before, [task.state for task in asked]) == (0, [TaskState.DUE])
    assert plans(site) == [("inbound-48h", EnrollmentState.RUNNING, None)]


@pytest.mark.parametrize("rule", ["cover", "reoffer"])
def test_a_lead_of_an_owner_on_leave_goes_to_their_cover_or_to_whoever_is_next(site: Site, rule: str) -> None:
    site.apply(TEAM.replace("members: [ana, ben]", f"members: [ana, ben]\n    owner_away: {rule}"))
    lead = arrive(site, **ELI)
    take(site, lead)
    contact(site, lead)
    with site.database.write() as session:
        ana, ben = (session.scalars(select(Rep).where(Rep.key == key)).one() for key in ("ana", "ben"))
        until = site.business() + timedelta(days=7)
        times = {
            "starts_at": site.business(),
            "until": until,
            "next_at": until,
            "created_at": site.business(),
        }
        session.add(
            Absence(
                rep_id=ana.id,
                cover_id=ben.id,
                plan=LeavePlan.COVER,
                state=AbsenceState.RUNNING,
                created_by_id=ana.id,
                **times,
            )
        )
    arrive(site, **{**ELI, "action": "demo"})
    if rule == "cover":
        assert owner(site, lead) == "ana"
        assert [told.destination for told in site.told(IntentKind.WROTE_AGAIN)] == managers(site, "ben")
    else:
        assert owner(site, lead) is None
        with site.database.read() as session:
            offer = open_offer(session, lead.id)
            assert offer is not None
            assert session.get_one(Rep, offer.assignee_id).key == "ben"


def test_a_lead_whose_owner_left_is_offered_again(site: Site) -> None:
    lead = arrive(site, **ELI)
    take(site, lead)
    site.apply(TEAM.replace("members: [ana, ben]", "members: [ben]").replace("managers: [mia, ana]", "managers: [mia]")
               .replace("  ana: {email: ana@acme.example, name: Ana Ruiz}\n", ""))  # fmt: skip
    arrive(site, **{**ELI, "action": "demo"})
    assert owner(site, lead) is None
    with site.database.write() as session:
        claim(session, lead.id, session.scalars(select(Rep).where(Rep.key == "ben")).one(), site.business())
    assert plans(site)[-1] == ("inbound-48h", EnrollmentState.RUNNING, None)


def test_a_colleague_of_an_owned_lead_goes_to_its_owner_and_spends_no_turn(site: Site) -> None:
    lead = arrive(site, **ELI)
    take(site, lead, "ben")
    before = turns(site)
    colleague = arrive(site, name="Rhea", email="rhea@brightfields.com", action="demo")
    assert (colleague.id != lead.id, owner(site, colleague), turns(site)) == (True, "ben", before)
    assert results(site) == [ItemResult.ACCEPTED] * 2
    with site.database.read() as session:
        assert open_offer(session, colleague.id) is None
        assert open_ladder(session, colleague.id, LadderKind.CLAIM) is None
        assert open_ladder(session, colleague.id, LadderKind.CONTACT) is not None
        (touch,) = session.scalars(select(Task).where(Task.lead_id == colleague.id))
        assert (touch.state, session.get_one(Rep, touch.owner_id).key) == (TaskState.DUE, "ben")
        received = select(Activity).where(
            Activity.lead_id == colleague.id, Activity.kind == ActivityKind.RECEIVED
        )
        why = happened(session.scalars(received).one(), {})
        assert why == f"Came in: goes to whoever has their colleague {lead.ref}"
    gmail = [arrive(site, name=name, email=f"{name}@gmail.com") for name in ("zoe", "max")]
    take(site, gmail[0], "ana")
    assert owner(site, arrive(site, name="kim", email="kim@gmail.com")) is None


def test_an_unclaimed_lead_that_becomes_hot_climbs_faster_from_the_step_it_was_at(site: Site) -> None:
    lead = arrive(site, **ELI)
    site.business.advance(minutes=3)
    arrive(site, **{**ELI, "action": "demo"})
    with site.database.read() as session:
        claiming = open_ladder(session, lead.id, LadderKind.CLAIM)
        contacting = open_ladder(session, lead.id, LadderKind.CONTACT)
        assert claiming is not None
        assert contacting is not None
        assert (claiming.step, claiming.next_step_at) == (0, site.business())
        assert contacting.next_step_at == lead.received_at + timedelta(minutes=5)


def test_a_won_company_is_an_existing_customer(site: Site) -> None:
    lead = arrive(site, **ELI)
    with site.database.write() as session:
        session.get_one(Lead, lead.id).status = Status.WON
    rules = "rules: [{name: customers, when: {customer: true}, pool: partners}]\n"
    site.apply(TEAM + rules)
    colleague = arrive(site, name="Rhea", email="rhea@brightfields.com", action="contact")
    assert (colleague.pool, colleague.rule) == ("partners", "customers")
    assert [10, "is a customer"] in colleague.reasons


def test_a_rule_narrows_whom_its_leads_are_offered_to(site: Site) -> None:
    site.apply(TEAM + "rules: [{name: german, when: {country: DE}, pool: inbound, members: [ben]}]\n")
    leads = [arrive(site, email=f"p{number}@gmail.com", country="Germany") for number in range(3)]
    assert [(lead.rule, lead.members) for lead in leads] == [("german", ["ben"])] * 3
    with site.database.read() as session:
        offers = [open_offer(session, lead.id) for lead in leads]
        asked = {
            session.get_one(Rep, offer.assignee_id).key for offer in offers if offer and offer.assignee_id
        }
    assert asked == {"ben"}
