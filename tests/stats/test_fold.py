"""Keeping the cells: triggers that miss nothing, workers that count nothing twice, figures while they are behind."""

import threading
from datetime import timedelta

from sqlalchemy import insert, select, text

from bot.db import Database, marks
from bot.db.models import AskState, CountedLead, FigureMark, Lead, Outcome, TaskState
from bot.stats import fold_marked, team_stats
from bot.stats.cells import MARKS_READ, ever
from bot.stats.counting import RECEIVED
from tests.stats.conftest import A_WEEK, NOW, Record

AN_HOUR = timedelta(hours=1)


def marks_left(record: Record) -> int:
    record.session.flush()
    return len(record.session.scalars(select(FigureMark.id)).all())


def folded(record: Record) -> Record:
    while fold_marked(record.session):
        pass
    assert marks_left(record) == 0
    return record


def test_what_is_counted_leaves_a_mark_and_what_is_not_leaves_none(record: Record) -> None:
    lead = record.lead(NOW - AN_HOUR)
    record.touch(lead, "ana", TaskState.WAITING)
    folded(record).session.execute(text("UPDATE tasks SET state = 'due'"))
    record.session.execute(text("UPDATE leads SET next_action = 'call', score = 7"))
    assert marks_left(record) == 0
    for change in (
        "UPDATE tasks SET state = 'done'",
        "UPDATE tasks SET owner_id = owner_id + 1",
        "DELETE FROM tasks",
        "UPDATE leads SET tier = 'hot'",
        "UPDATE leads SET first_response_seconds = 5",
    ):
        record.session.execute(text(change))
        assert marks_left(folded_after(record)) == 0


def folded_after(record: Record) -> Record:
    """The change before has left exactly one mark."""
    assert marks_left(record) == 1
    return folded(record)


def test_an_upgrade_marks_every_lead_and_puts_lost_triggers_back(record: Record) -> None:
    lead = folded_lead(record)
    marks.remove(record.session.connection())
    record.outcome(lead, Outcome.BOOKED)
    assert marks_left(record) == 0
    marks.install(record.session.connection())
    folded(record)
    assert record.figures(from_rows=0).outcomes == {Outcome.BOOKED: 1}
    record.outcome(lead, Outcome.VOICEMAIL)
    assert marks_left(record) == 1


def folded_lead(record: Record) -> Lead:
    lead = record.lead(NOW - AN_HOUR)
    record.ask(lead, "ana", AskState.ASKED)
    folded(record)
    return lead


def test_cells_too_far_behind_to_be_put_right_give_way_to_the_rows(record: Record) -> None:
    lead = folded_lead(record)
    record.lead(NOW - AN_HOUR)
    record.session.flush()
    record.session.execute(insert(FigureMark), [{"lead_id": lead.id} for _ in range(MARKS_READ + 1)])
    assert team_stats(record.session, None, NOW - A_WEEK, NOW, from_rows=0).received == 2
    # /metrics stays as quick as ever and gives what was last kept.
    assert ever(record.session)["always"].numbers[f"{RECEIVED}:warm"] == 1
    folded(record)
    assert ever(record.session)["always"].numbers[f"{RECEIVED}:warm"] == 2


def test_workers_at_once_count_every_lead_once(database: Database) -> None:
    with database.write() as session:
        record = Record(session)
        for number in range(40):
            record.lead(NOW - AN_HOUR * number)

    def work() -> None:
        for _ in range(10):
            with database.write() as session:
                fold_marked(session, limit=7)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with database.write() as session:
        while fold_marked(session):
            pass
        assert len(session.scalars(select(CountedLead.lead_id)).all()) == 40
        assert ever(session)["always"].numbers[f"{RECEIVED}:warm"] == 40
