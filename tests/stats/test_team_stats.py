from datetime import timedelta

import pytest

from bot.db import Database
from bot.db.models import AskState, LadderKind, Outcome, Status, TaskKind, TaskState, Tier
from bot.stats import team_stats
from bot.team.live import NoTeamError, apply_team
from tests.stats.conftest import A_WEEK, NOW, TEAM, Record

AN_HOUR = timedelta(hours=1)
FRIDAY_1650 = NOW - timedelta(days=4, hours=19, minutes=10)


def test_nothing_received_is_said_without_inventing_times(record: Record) -> None:
    found = record.figures()
    assert (found.received, found.claimed, found.unanswered, found.unclaimed_now) == (0, 0, 0, 0)
    assert found.oldest_unclaimed_at is None
    assert (found.in_target_share, found.follow_up_rate) == (None, None)
    assert found.by_tier == {Tier.HOT: 0, Tier.WARM: 0, Tier.COOL: 0}
    assert found.escalated == {LadderKind.CLAIM: 0, LadderKind.CONTACT: 0}
    assert (found.by_source, found.outcomes) == ({}, {})


def test_members_are_listed_before_they_had_a_part(record: Record) -> None:
    assert [rep.name for rep in record.figures().reps] == ["Ana Ruiz", "Ben <& Sons>", "Cleo Wu"]
    assert [rep.name for rep in record.figures("office").reps] == ["Cleo Wu"]


def test_a_lead_of_the_very_start_counts_and_one_of_the_very_end_does_not(record: Record) -> None:
    record.lead(NOW - A_WEEK)
    record.lead(NOW)
    record.lead(NOW - A_WEEK - timedelta(microseconds=1))
    assert record.figures().received == 1


def test_leads_are_counted_by_tier_and_source(record: Record) -> None:
    record.lead(NOW - AN_HOUR, tier=Tier.HOT)
    record.lead(NOW - AN_HOUR, tier=Tier.HOT, source="facebook")
    record.lead(NOW - AN_HOUR, source="facebook")
    found = record.figures()
    assert found.by_tier == {Tier.HOT: 2, Tier.WARM: 1, Tier.COOL: 0}
    assert list(found.by_source.items()) == [("facebook", 2), ("website", 1)]


def test_only_the_pools_asked_for_count(record: Record) -> None:
    for pool in ("always", "office", "office"):
        lead = record.lead(NOW - AN_HOUR, pool=pool)
        record.touch(lead, "mia", TaskState.DUE, due_at=NOW - AN_HOUR)
    assert [record.figures(*pools).received for pools in ((), ("always",), ("office",))] == [3, 1, 2]
    assert record.figures("office").unclaimed_now == 2
    assert record.part_of("mia", "office").overdue_now == 2


def test_no_pools_are_no_leads(record: Record) -> None:
    record.lead(NOW - AN_HOUR)
    found = team_stats(record.session, (), NOW - A_WEEK, NOW)
    assert (found.received, found.unclaimed_now, found.reps) == (0, 0, ())


def test_a_claim_and_an_assignment_are_told_apart(record: Record) -> None:
    record.claim(record.lead(NOW - AN_HOUR), "ana", 120)
    record.assign(record.lead(NOW - AN_HOUR), "mia")
    record.lead(NOW - AN_HOUR)
    found = record.figures()
    assert (found.received, found.claimed, found.assigned, found.unclaimed_now) == (3, 1, 1, 1)
    assert found.claim.wall.median == 120
    assert [rep.name for rep in found.reps if rep.claimed] == ["Ana Ruiz"]


def test_a_night_between_arrival_and_claim_counts_on_the_clock_only(record: Record) -> None:
    lead = record.lead(FRIDAY_1650, pool="office")
    record.claim(lead, "cleo", timedelta(days=2, hours=16, minutes=15).total_seconds())
    claim = record.figures().claim
    assert (claim.business.median, claim.business.bands) == (15 * 60, (0, 1, 0, 0))
    assert (claim.wall.median, claim.wall.bands) == (231_300, (0, 0, 0, 1))


def test_a_claim_is_no_first_response(record: Record) -> None:
    record.claim(record.lead(NOW - AN_HOUR), "ana", 10)
    found = record.figures()
    assert (found.first_response.wall.count, found.unanswered) == (0, 1)


def test_every_lead_is_either_answered_or_counted_as_not_answered(record: Record) -> None:
    record.respond(record.lead(NOW - AN_HOUR), 300)
    record.respond(record.lead(NOW - AN_HOUR), 301)
    record.lead(NOW - AN_HOUR, status=Status.INACTIVE)
    found = record.figures()
    assert found.first_response.business.bands == (1, 1, 0, 0)
    assert (found.first_response.business.count, found.unanswered) == (2, 1)


@pytest.mark.parametrize(
    ("tier", "pool", "seconds", "kept"),
    [
        (Tier.HOT, "always", 300, True),
        (Tier.HOT, "always", 301, False),
        (Tier.WARM, "always", 900, True),
        (Tier.COOL, "always", 901, False),
        (Tier.HOT, "office", 181, False),
        (Tier.WARM, "office", 1800, True),
        (Tier.WARM, "gone", 901, False),
    ],
)
def test_the_target_is_the_pools_own_and_its_last_second_keeps_it(
    record: Record, tier: Tier, pool: str, seconds: int, kept: bool
) -> None:
    lead = record.lead(NOW - timedelta(minutes=90), tier=tier)
    record.respond(lead, seconds)
    lead.pool = pool
    found = record.figures()
    assert (found.in_target, found.out_of_target) == ((1, 0) if kept else (0, 1))


def test_an_unanswered_lead_misses_its_target_only_when_that_has_passed(record: Record) -> None:
    lead = record.lead(NOW - timedelta(minutes=15))
    assert record.figures().in_target_share is None
    lead.received_at -= timedelta(seconds=1)
    assert record.figures().in_target_share == 0


def test_a_target_waits_for_opening(record: Record) -> None:
    lead = record.lead(FRIDAY_1650, pool="office", tier=Tier.WARM)
    monday = FRIDAY_1650 + timedelta(days=2, hours=16, minutes=10)
    assert record.figures(until=monday + timedelta(minutes=20)).in_target_share is None
    record.respond(lead, int((monday + timedelta(minutes=20) - lead.received_at).total_seconds()))
    assert record.figures().in_target_share == 1


def test_unclaimed_now_takes_in_older_leads_and_leaves_out_closed_ones(record: Record) -> None:
    old = record.lead(NOW - 3 * A_WEEK)
    record.lead(NOW - AN_HOUR)
    record.lead(NOW - 4 * A_WEEK, status=Status.WRONG_FIT)
    record.claim(record.lead(NOW - 4 * A_WEEK), "ana", 60)
    found = record.figures()
    assert (found.received, found.unclaimed_now) == (1, 2)
    assert found.oldest_unclaimed_at == old.received_at


def test_a_lead_is_escalated_once_a_ladder_however_often_it_repeats(record: Record) -> None:
    lead, other = record.lead(NOW - AN_HOUR), record.lead(NOW - AN_HOUR)
    for _ in range(3):
        record.escalate(lead, LadderKind.CLAIM)
    record.escalate(other, LadderKind.CLAIM)
    record.escalate(lead, LadderKind.CONTACT)
    assert record.figures().escalated == {LadderKind.CLAIM: 2, LadderKind.CONTACT: 1}


def test_an_undone_outcome_does_not_count(record: Record) -> None:
    lead = record.lead(NOW - AN_HOUR)
    record.outcome(lead, Outcome.BOOKED, undone_at=NOW)
    record.outcome(lead, Outcome.VOICEMAIL)
    record.outcome(lead, Outcome.VOICEMAIL)
    record.outcome(lead, Outcome.DONE)
    assert list(record.figures().outcomes.items()) == [(Outcome.VOICEMAIL, 2), (Outcome.DONE, 1)]


def test_outcomes_before_and_after_the_lead_had_an_owner_add_up(record: Record) -> None:
    record.outcome(record.lead(NOW - AN_HOUR), Outcome.DONE)
    owned = record.lead(NOW - AN_HOUR)
    record.claim(owned, "ana", 5)
    record.outcome(owned, Outcome.DONE)
    assert record.figures().outcomes == {Outcome.DONE: 2}


def test_a_call_booked_twice_for_one_lead_is_one_booking_of_its_owner(record: Record) -> None:
    lead = record.lead(NOW - AN_HOUR)
    record.claim(lead, "ana", 60)
    record.outcome(lead, Outcome.BOOKED, by="mia")
    record.outcome(lead, Outcome.BOOKED, by="ana")
    assert record.part_of("ana").booked == 1
    assert record.figures().outcomes == {Outcome.BOOKED: 2}


def test_the_follow_up_rate_asks_what_was_done_of_the_touches_due_by_the_end_of_their_day(
    record: Record,
) -> None:
    def touch(state: TaskState, due_in: timedelta = -AN_HOUR, *, late: bool = False) -> None:
        record.touch(record.lead(NOW - AN_HOUR), "ana", state, due_at=NOW + due_in, late=late)

    yesterday = timedelta(hours=-12, microseconds=-1)
    for state in (TaskState.DONE, TaskState.DONE, TaskState.SKIPPED):
        touch(state)
    touch(TaskState.DONE, late=True)
    touch(TaskState.DUE, yesterday)
    touch(TaskState.DUE, -12 * AN_HOUR)  # today, and so still in time
    touch(TaskState.WAITING, AN_HOUR)
    touch(TaskState.CANCELLED, yesterday)
    found = record.figures()
    assert (found.touches_done, found.touches_late) == (3, 1)
    assert (found.touches_skipped, found.touches_overdue) == (1, 1)
    assert found.follow_up_rate == record.part_of("ana").follow_up_rate == pytest.approx(0.4)
    assert record.part_of("ana").overdue_now == 2


def test_other_tasks_are_overdue_but_no_touches(record: Record) -> None:
    lead = record.lead(NOW - AN_HOUR)
    record.touch(lead, "ana", TaskState.DUE, due_at=NOW - AN_HOUR, kind=TaskKind.CALLBACK)
    record.touch(lead, "ana", TaskState.DONE, due_at=NOW - AN_HOUR, kind=TaskKind.ANSWER_NOW)
    assert record.figures().follow_up_rate is None
    assert (record.part_of("ana").overdue_now, record.part_of("ana").touches_done) == (1, 0)


def test_what_is_overdue_now_takes_in_older_leads(record: Record) -> None:
    record.touch(record.lead(NOW - 3 * A_WEEK), "ana", TaskState.DUE, due_at=NOW - AN_HOUR)
    assert record.part_of("ana").overdue_now == 1
    assert record.figures().touches_overdue == 0


def test_a_reps_part_is_offers_answers_and_medians(record: Record) -> None:
    for state in (AskState.CLAIMED, AskState.PASSED, AskState.PASSED, AskState.MISSED, AskState.TAKEN):
        record.ask(record.lead(NOW - AN_HOUR), "ben", state)
    for seconds in (60, 180):
        lead = record.lead(NOW - AN_HOUR)
        record.claim(lead, "ben", seconds)
        record.respond(lead, seconds * 2)
        record.touch(lead, "ben", TaskState.DONE)
    ben = record.part_of("ben")
    assert (ben.offered, ben.claimed, ben.passed, ben.missed) == (5, 2, 2, 1)
    assert (ben.claim.median, ben.first_response.median, ben.touches_done) == (120, 240, 2)


def test_a_lead_handed_over_stays_its_claimers_claim_and_its_owners_response(record: Record) -> None:
    lead = record.lead(NOW - AN_HOUR)
    record.claim(lead, "ana", 60)
    lead.owner_id = record.people["ben"].id
    record.respond(lead, 120)
    assert (record.part_of("ana").claimed, record.part_of("ana").first_response.median) == (1, None)
    assert (record.part_of("ben").claimed, record.part_of("ben").first_response.median) == (0, 120)


def test_a_lead_taken_twice_is_one_lead_and_its_first_takers(record: Record) -> None:
    lead = record.lead(NOW - AN_HOUR)
    record.claim(lead, "ana", 60)
    record.claim(lead, "ben", 600)
    assert (record.figures().received, record.figures().claimed) == (1, 1)
    assert (record.part_of("ana").claimed, record.part_of("ben").claimed) == (1, 0)


def test_the_rep_with_most_claims_comes_first_whoever_left_the_team_included(record: Record) -> None:
    record.claim(record.lead(NOW - AN_HOUR), "cleo", 60)
    apply_team(record.session, TEAM.replace("[cleo]", "[mia]"), author="test", now=NOW)
    assert [rep.name for rep in record.figures().reps] == ["Cleo Wu", "Ana Ruiz", "Ben <& Sons>", "Mia Roth"]


def test_without_a_team_document_the_figures_say_so(database: Database) -> None:
    with database.read() as session, pytest.raises(NoTeamError):
        team_stats(session, None, NOW - A_WEEK, NOW)
