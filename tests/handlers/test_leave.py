"""`/followup away` and `back`, as people type and fill them in."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.businesstime import Calendar
from bot.db.models import Absence, AbsenceState, LeavePlan
from bot.handlers.leave_words import leave_moment, leave_words
from tests.handlers.conftest import MONDAY_10, Desk, read

NEW_YORK = Calendar.always_open("America/New_York")


def absences(desk: Desk) -> list[Absence]:
    with desk.database.read() as session:
        return list(session.scalars(select(Absence).order_by(Absence.id)))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("tomorrow", 3), ("fri", 6), ("friday", 6), ("next mon", 9), ("mon", 9), ("3d", 5), ("2w", 16),
        ("2026-03-20", 20), ("20 mar", 20), ("march 20", 20), ("20. mar", 20),
    ],
)  # fmt: skip
def test_a_day_to_be_back_is_understood_as_people_write_it(words: str, day: int) -> None:
    assert leave_moment(words, MONDAY_10, NEW_YORK) == datetime(2026, 3, day, 5 if day < 8 else 4, tzinfo=UTC)


def test_a_date_of_this_year_that_has_passed_is_meant_for_the_next() -> None:
    assert leave_moment("1 feb", MONDAY_10, NEW_YORK).year == 2027


@pytest.mark.parametrize(
    "words", ["until", "until soonish", "next fortnight-ish", "31 feb", "until 2026-13-01"]
)
def test_what_is_no_day_is_said_so_with_an_example_and_nothing_changes(desk: Desk, words: str) -> None:
    assert "away until 14 May cover @ben" in desk.followup("ana", f"away {words}")
    assert absences(desk) == []


@pytest.mark.parametrize(
    ("words", "who", "start", "until", "plan", "cover"),
    [
        ("until fri", None, None, "fri", LeavePlan.WAIT, None),
        ("fri cover @ben", None, None, "fri", LeavePlan.COVER, "@ben"),
        (
            "@ana from mon until 14 may covered by Ben Okafor",
            "@ana",
            "mon",
            "14 may",
            LeavePlan.COVER,
            "Ben Okafor",
        ),
        ("till 2026-05-14 transfer to ben", None, None, "2026-05-14", LeavePlan.TRANSFER, "ben"),
    ],
)
def test_who_when_and_cover_are_told_apart(
    words: str, who: str | None, start: str | None, until: str, plan: LeavePlan, cover: str | None
) -> None:
    typed = leave_words(words)
    assert (typed.who, typed.start, typed.until, typed.plan, typed.cover) == (who, start, until, plan, cover)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("until 2026-02-01", "has passed already"),
        ("from 2026-03-09 until 2026-03-06", "would end before it begins"),
        ("until 2028-01-01", "more than a year away"),
        ("until fri cover ana", "Nobody covers for themselves"),
        ("until fri cover @nobody", "“nobody” is not on the team"),
        ("until fri cover anna", "Did you mean ana?"),
        ("@ben until fri", "Only Ben Okafor or a manager of their pool can do that."),
    ],
)
def test_leave_that_cannot_be_is_refused_in_words_and_nothing_changes(
    desk: Desk, words: str, answer: str
) -> None:
    assert answer in desk.followup("ana", f"away {words}")
    assert absences(desk) == []


def test_overlapping_leave_is_refused_for_the_rep_and_for_the_cover(desk: Desk) -> None:
    desk.followup("ana", "away from thu until 20 mar")
    again = desk.followup("ana", "away until fri")
    assert "Ana Ruiz has leave from Thu 5 Mar until Fri 20 Mar already" in again
    assert "Ana Ruiz is away then, too" in desk.followup("ben", "away until 9 mar cover @ana")
    assert "until Thu 5 Mar, 09:00" in desk.followup("ana", "away until thu")
    assert [absence.state for absence in absences(desk)] == [AbsenceState.PLANNED, AbsenceState.RUNNING]


def test_one_form_plans_the_leave_and_a_button_takes_it_back(desk: Desk) -> None:
    desk.workspace.command(desk.users["ana"], "/followup", "away", channel="sales-inbound")
    form = desk.window("ana")
    assert "who" not in {block.get("block_id") for block in form.blocks}
    answer = desk.workspace.submit(desk.users["ana"], {"until": "2026-03-09", "leads": "cover"})
    assert "Name somebody, or let touches wait." in str(answer)
    desk.submit("ana", {"until": "2026-03-09", "cover": desk.users["ben"]})
    shown = desk.window("ana")
    assert "You are away until Mon 9 Mar, 09:00. Ben Okafor looks after" in str(shown.blocks)
    desk.workspace.click_view(desk.users["ana"], "leave_over")
    assert [absence.state for absence in absences(desk)] == [AbsenceState.OVER]


def test_a_manager_plans_and_ends_leave_for_somebody_else(desk: Desk) -> None:
    desk.workspace.command(desk.users["mia"], "/followup", "away", channel="sales-inbound")
    assert "who" in {block.get("block_id") for block in desk.window("mia").blocks}
    assert "Ana Ruiz is away until Fri 6 Mar" in desk.followup("mia", "away @ana until fri")
    assert "Mia Chen has planned leave for you" in read(desk.direct("ana")[-1])
    assert "Only Ana Ruiz or a manager" in desk.followup("ben", "back @ana")
    assert "Ana Ruiz's leave is over" in desk.followup("mia", "back @ana")
