"""What is counted ahead is at any moment what counting everything now would give."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from bot.db import Database
from bot.db.models import (
    Activity,
    CountedLead,
    FigureCell,
    Lead,
    Offer,
    OfferRep,
    Outcome,
    Task,
    TaskState,
    Tier,
)
from bot.stats import Durations, RepStats, TeamStats, rep_stats, team_stats
from bot.stats.cells import Cells, ever
from bot.stats.counting import TEAM, Parts, Sums, count_ever_into, count_into
from bot.stats.facts import facts_of
from bot.stats.fold import fold_marked
from bot.stats.queries import Scope
from tests.stats.conftest import A_WEEK, NOW, Record
from tests.stats.test_reference import HISTORIES, WHO, History, write

AN_HOUR = timedelta(hours=1)
PERIODS = st.tuples(
    st.integers(0, 10 * 86400), st.sampled_from([timedelta(minutes=7), AN_HOUR, timedelta(days=2), A_WEEK])
).map(lambda drawn: (NOW - timedelta(seconds=drawn[0]), drawn[1]))


class Steps:
    """One thing after another, as leads see them; `fold` is a worker's look at what has changed."""

    def __init__(self, session_record: Record) -> None:
        self.record, self.session = session_record, session_record.session

    def take(self, step: tuple[str, int]) -> None:
        name, number = step
        getattr(self, name)(number)
        self.session.flush()

    def fold(self, number: int) -> None:
        fold_marked(self.session, limit=number + 1)

    def hand_over(self, number: int) -> None:
        for lead in self._lead(number):
            lead.owner_id = self.record.people[WHO[number % 4]].id

    def answer(self, number: int) -> None:
        for lead in self._lead(number):
            self.record.respond(lead, number * 60)

    def take_back_the_answer(self, number: int) -> None:
        for lead in self._lead(number):
            lead.first_response_at = lead.first_response_seconds = lead.first_response_business_seconds = None

    def raise_the_tier(self, number: int) -> None:
        for lead in self._lead(number):
            lead.tier, lead.pool = Tier.HOT, "office"

    def undo(self, number: int) -> None:
        for activity in self.session.scalars(select(Activity).where(Activity.id % 3 == number % 3)):
            activity.undone_at = NOW

    def book(self, number: int) -> None:
        for lead in self._lead(number):
            self.record.outcome(lead, Outcome.BOOKED)

    def finish_touches(self, number: int) -> None:
        for task in self.session.scalars(select(Task).where(Task.id % 3 == number % 3)):
            task.state = TaskState.DONE if number % 2 else TaskState.SKIPPED
            task.late = task.id % 2 == 0

    def forget(self, number: int) -> None:
        for lead in self._lead(number):
            ours = select(Offer.id).where(Offer.lead_id == lead.id)
            self.session.execute(delete(OfferRep).where(OfferRep.offer_id.in_(ours)))
            for table in (Offer, Task, Activity):
                self.session.execute(delete(table).where(table.lead_id == lead.id))
            self.session.delete(lead)

    def _lead(self, number: int) -> list[Lead]:
        leads = self.session.scalars(select(Lead).order_by(Lead.id)).all()
        return [leads[number % len(leads)]] if leads else []


STEPS = st.lists(
    st.tuples(
        st.sampled_from([name for name in vars(Steps) if name[0] != "_" and name != "take"] + ["fold"] * 4),
        st.integers(0, 40),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=HISTORIES, steps=STEPS, period=PERIODS)
def test_whatever_happens_and_whenever_it_is_counted_the_sums_are_those_of_a_recount(
    database: Database,
    histories: list[History],
    steps: list[tuple[str, int]],
    period: tuple[datetime, timedelta],
) -> None:
    with database.read() as session:
        record = Record(session)
        for history in histories:
            write(record, history)
        for step in steps:
            Steps(record).take(step)
        since, length = period
        scope = Scope(None, since, since + length)
        everybody = [TEAM, *(rep.id for rep in record.people.values())]
        cells, received = Cells(session, scope), facts_of(session, lead_ids(record, scope))
        parts: Parts = defaultdict(Sums)
        all_sums: defaultdict[str, Sums] = defaultdict(Sums)
        for lead in received.values():
            count_into(parts, lead)
        for lead in facts_of(session, lead_ids(record)).values():
            count_ever_into(all_sums[lead.pool], lead)
        for rep_id in everybody:
            all_pools = Sums()
            for place, sums in cells.sums([rep_id]).items():
                assert place[1] == rep_id
                all_pools.add_stored(**sums.stored())
            assert all_pools.stored() == parts[rep_id].stored()
            assert cells.times([rep_id]) == {
                place: sums.times for place, sums in cells.sums([rep_id]).items()
            }
        assert {pool: sums.stored() for pool, sums in ever(session).items() if +sums.numbers} == {
            pool: sums.stored() for pool, sums in all_sums.items()
        }
        while fold_marked(session):
            pass
        # Nothing was taken out twice, nor out of another place than it was put in.
        for held in session.scalars(select(FigureCell.numbers)):
            assert min(held.values(), default=1) > 0
        leads, counted = (session.scalar(select(func.count(each))) for each in (Lead.id, CountedLead.lead_id))
        assert leads == counted


def lead_ids(record: Record, scope: Scope | None = None) -> Sequence[int]:
    return record.session.scalars(select(Lead.id).where(*(scope.received() if scope else []))).all()


@pytest.mark.parametrize("pools", [None, ("office",)])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=HISTORIES)
def test_figures_from_cells_are_those_from_rows_but_for_what_lies_between_two_seconds(
    database: Database, pools: tuple[str, ...] | None, histories: list[History]
) -> None:
    with database.read() as session:
        record = Record(session)
        for number, history in enumerate(histories):
            write(record, history)
            if number % 3 == 0:
                fold_marked(session)
        period = (pools, NOW - A_WEEK, NOW)
        from_cells, from_rows = (team_stats(session, *period, from_rows=number) for number in (0, 10**6))
        assert without_percentiles(from_cells) == without_percentiles(from_rows)
        parts = {part.rep_id: part for part in from_rows.reps}
        for rep in record.people.values():
            alone = rep_stats(session, rep, *period, from_rows=0)
            assert part_without(alone) == part_without(parts.get(rep.id, replace(alone)))


def without_percentiles(stats: TeamStats) -> TeamStats:
    def plain(durations: Durations) -> Durations:
        return Durations(
            *(replace(each, median=None, p90=None) for each in (durations.wall, durations.business))
        )

    return replace(
        stats,
        claim=plain(stats.claim),
        first_response=plain(stats.first_response),
        reps=tuple(part_without(part) for part in stats.reps),
    )


def part_without(part: RepStats) -> RepStats:
    return replace(
        part,
        claim=replace(part.claim, median=None, p90=None),
        first_response=replace(part.first_response, median=None, p90=None),
    )
